"""The access log: who did what, as text that outlives them, in the change's own transaction."""

from uuid import uuid4

import pytest
from django.db import transaction

from casefiles import journal
from casefiles.models import AccessEvent, User
from tests.organisation import Organisation


def test_a_line_says_who_in_which_role_did_what_to_which_dossier_on_what_ground(organisation: Organisation) -> None:
    dossier_id = uuid4()
    journal.record(journal.Action.READ, organisation.fenna, dossier_id, ground="care", pages=3)
    line = AccessEvent.objects.get()
    assert (line.actor_id, line.actor_name, line.actor_role) == (
        organisation.fenna.pk,
        "Fenna de Wit",
        "case_worker",
    )
    assert (line.action, line.outcome, line.dossier_id) == ("read", "done", dossier_id)
    assert (line.ground, line.detail) == ("care", {"pages": 3})


def test_a_person_s_name_stays_in_the_log_when_the_person_is_gone(organisation: Organisation) -> None:
    journal.record(journal.Action.READ, organisation.pim)
    User.objects.filter(pk=organisation.pim.pk).delete()
    assert AccessEvent.objects.get().actor_name == "Pim Schouten"


@pytest.mark.usefixtures("stores")
def test_what_the_system_does_is_in_the_log_under_its_own_name() -> None:
    ids = [uuid4() for _ in range(3)]
    journal.record_many(journal.Action.DESTROY, None, ids)
    lines = AccessEvent.objects.all()
    assert {line.dossier_id for line in lines} == set(ids)
    assert {(line.actor_id, line.actor_name, line.actor_role) for line in lines} == {(None, journal.SYSTEM, "system")}
    assert len({line.id for line in lines}) == 3


@pytest.mark.usefixtures("stores")
def test_a_line_goes_with_a_change_that_is_undone() -> None:
    with transaction.atomic():
        journal.record(journal.Action.CHANGE, None)
        transaction.set_rollback(True)
    assert not AccessEvent.objects.exists()
