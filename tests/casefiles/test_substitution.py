"""Substitution during leave: rights in a window, decided at the moment of the question."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from casefiles import access, listing
from casefiles.access import Ability
from casefiles.models import Dossier, Substitution, User
from tests.casework import may, signed_in
from tests.organisation import Organisation

DAY = timedelta(days=1)


@pytest.fixture
def dossier(organisation: Organisation) -> Dossier:
    """Fenna's dossier; Amina stands in for her from tomorrow, for a week."""
    found = organisation.opens("JD-1")
    now = timezone.now()
    Substitution.objects.create(
        absent=organisation.fenna,
        substitute=organisation.amina,
        starts_at=now + DAY,
        ends_at=now + 8 * DAY,
        reason="leave",
        arranged_by=organisation.joost,
    )
    return found


def sees(user: User, dossier: Dossier) -> set[Ability]:
    found = {ability for ability in Ability if access.can(user, ability, dossier)}
    assert bool(found) == (listing.page(user, listing.Wanted()).dossiers == [dossier])
    return found


def test_the_rights_exist_in_the_window_alone(organisation: Organisation, dossier: Dossier) -> None:
    leads = {Ability.READ, Ability.CONTRIBUTE, Ability.LEAD}
    for days, allowed in ((0, set()), (2, leads), (7.9, leads), (8.1, set())):
        with time_machine.travel(timezone.now() + days * DAY):
            assert sees(organisation.amina, dossier) == allowed, days
            assert sees(organisation.fenna, dossier) == leads


def test_nobody_stands_in_for_treatment_secrecy_or_for_an_emergency(
    organisation: Organisation, dossier: Dossier
) -> None:
    other = organisation.opens("JD-2")
    User.objects.update(treating=True)
    for user in (organisation.joost, organisation.amina):
        user.refresh_from_db()
    may(organisation.joost, Ability.TREAT, dossier)
    access.grant(
        organisation.joost, Ability.READ, other, until=timezone.now() + 30 * DAY, reason=access.EMERGENCY, by=None
    )
    Substitution.objects.update(absent=organisation.joost)
    with time_machine.travel(timezone.now() + 2 * DAY):
        assert sees(organisation.amina, dossier) == {Ability.READ, Ability.CONTRIBUTE}
        assert not access.can(organisation.amina, Ability.READ, other)


def test_what_the_absent_loses_the_substitute_loses(organisation: Organisation, dossier: Dossier) -> None:
    with time_machine.travel(timezone.now() + 2 * DAY):
        access.revoke(organisation.fenna, dossier, by=organisation.fenna)
        assert sees(organisation.amina, dossier) == set()
        assert signed_in(organisation.amina).get(f"/dossiers/{dossier.pk}/").status_code == 404
