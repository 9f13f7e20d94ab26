"""A rotation as a whole: a job with progress, a search that goes on, a stop that says why, a schedule."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from casefiles import rotation, search
from casefiles.models import AccessEvent, Job, Party, SearchToken
from casefiles.vault import backup, epochs, keys
from casefiles.vault.models import DossierKey, KeyEpoch
from tests.organisation import Organisation

Purpose = SearchToken.Purpose


def test_a_rotation_leaves_every_dossier_readable_and_found(organisation: Organisation) -> None:
    ids = set(organisation.keeps_many(3))
    surname = Party.objects.filter(dossier__in=ids).first().facts.surname
    found = set(search.find(Purpose.SURNAME, surname))
    job = rotation.ask(None)
    rotation.carry_out(job.pk)
    job.refresh_from_db()
    keys.forget()
    assert (job.state, job.done) == (Job.State.DONE, job.total)
    assert all(party.facts.surname for party in Party.objects.filter(dossier__in=ids))
    assert set(search.find(Purpose.SURNAME, surname)) == found != set()
    assert set(SearchToken.objects.values_list("epoch", flat=True)) == {2}
    assert backup.opens(backup.newest()) == DossierKey.objects.count()
    assert AccessEvent.objects.filter(action="destroy", ground="key-epoch").count() == 1


def test_a_search_finds_old_and_new_dossiers_in_the_middle_of_a_rotation(organisation: Organisation) -> None:
    old = organisation.opens("JD-2026-0001", surname="Zonnebloem")
    epochs.begin()
    new = organisation.opens("JD-2026-0002", surname="Zonnebloem")
    assert set(search.find(Purpose.SURNAME, "Zonnebloem")) == {old.pk, new.pk}


def test_a_rotation_that_was_killed_goes_on_and_begins_no_second_epoch(organisation: Organisation) -> None:
    organisation.keeps_many(2)
    job = rotation.ask(None)
    epochs.begin()  # and then the worker was killed
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, moved_at=timezone.now() - timedelta(minutes=5))
    rotation.resume()
    assert list(KeyEpoch.objects.order_by("number").values_list("number", "state")) == [
        (1, "destroyed"),
        (2, "current"),
    ]


def test_asking_twice_is_one_rotation(organisation: Organisation) -> None:
    assert rotation.ask(None) == rotation.ask(organisation.samira)
    assert AccessEvent.objects.filter(ground="rotate-keys").count() == 1


def test_the_schedule_asks_when_the_root_key_is_old_enough(settings: Any, organisation: Organisation) -> None:
    keys.current_epoch()
    assert not rotation.due_on_schedule()
    KeyEpoch.objects.update(made_at=timezone.now() - timedelta(days=settings.ROTATION_DAYS + 1))
    assert rotation.due_on_schedule()
    settings.ROTATION_DAYS = 0
    assert not rotation.due_on_schedule()


def test_the_command_says_what_was_destroyed_and_warns_without_escrow(organisation: Organisation) -> None:
    organisation.keeps_many(1)
    out, err = StringIO(), StringIO()
    call_command("rotate_keys", stdout=out, stderr=err)
    assert "overwritten and unlinked" in out.getvalue()
    assert "recovery_key" in err.getvalue()


def test_a_damaged_key_stops_the_command_with_what_to_do_and_no_root_key_goes(organisation: Organisation) -> None:
    organisation.keeps_many(1)
    DossierKey.objects.update(wrapped=b"\x00" * 60)
    with pytest.raises(CommandError) as stopped:
        call_command("rotate_keys", stdout=StringIO(), stderr=StringIO())
    assert str(stopped.value) == rotation.explained(rotation.KEY_STAYS_SHUT)
    assert (settings.KEYS_DIR / "epoch-1.key").exists()
    assert KeyEpoch.objects.get(pk=1).state == KeyEpoch.State.RETIRED


def test_without_pg_dump_no_root_key_goes(settings: Any, organisation: Organisation, tmp_path: Any) -> None:
    organisation.keeps_many(1)
    settings.POSTGRESQL_PROGRAMS = tmp_path
    with pytest.raises(CommandError) as stopped:
        call_command("rotate_keys", stdout=StringIO(), stderr=StringIO())
    assert str(stopped.value) == rotation.explained(rotation.NO_BACKUP)
    assert KeyEpoch.objects.get(pk=1).state == KeyEpoch.State.RETIRED
