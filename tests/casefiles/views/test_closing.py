"""Closing with a checklist and reopening with a reason."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from casefiles import lifecycle
from casefiles.access import Ability
from casefiles.forms.closing import CHECKS
from tests.casework import address, logged, may, noor, signed_in
from tests.organisation import Organisation

EVERYTHING = [code for code, _words in CHECKS]


def close_form(**changes: Any) -> dict[str, Any]:
    return {"closed_on": timezone.localdate().isoformat(), "confirmed": EVERYTHING} | changes


def test_closing_says_beforehand_what_the_clock_will_say(organisation: Organisation) -> None:
    dossier = noor(organisation)
    page = signed_in(organisation.fenna).get(address("close-dossier", dossier)).content.decode()
    assert "What the clock will then say" in page
    assert "6 January 2040" in page


def test_a_dossier_closes_when_everything_is_confirmed_and_twice_is_once(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    assert [client.post(address("close-dossier", dossier), close_form()).status_code for _ in range(2)] == [302, 302]
    dossier.refresh_from_db()
    assert (dossier.status, dossier.closed_on) == ("closed", timezone.localdate())
    assert [line.detail for line in logged(dossier, "close")] == [{"confirmed": sorted(EVERYTHING)}]


@pytest.mark.parametrize(
    "wrong",
    [{"confirmed": EVERYTHING[:-1]}, {"confirmed": []}, {"closed_on": "2999-01-01"}, {"closed_on": "2019-01-01"}],
)
def test_an_open_item_or_an_impossible_day_keeps_the_dossier_open(
    organisation: Organisation, wrong: dict[str, Any]
) -> None:
    dossier = noor(organisation)
    assert signed_in(organisation.fenna).post(address("close-dossier", dossier), close_form(**wrong)).status_code == 422
    dossier.refresh_from_db()
    assert dossier.status == "open"


def test_who_contributes_does_not_close(organisation: Organisation) -> None:
    dossier = noor(organisation)
    may(organisation.amina, Ability.CONTRIBUTE, dossier)
    assert signed_in(organisation.amina).post(address("close-dossier", dossier), close_form()).status_code == 403
    assert [line.outcome for line in logged(dossier, "read")] == ["refused"]


def test_reopening_asks_a_reason_and_starts_the_retention_period_again(organisation: Organisation) -> None:
    dossier = noor(organisation)
    lifecycle.close(dossier, date(2026, 3, 3), by=organisation.fenna)
    client = signed_in(organisation.fenna)
    assert client.post(address("reopen-dossier", dossier), {}).status_code == 422
    for _ in range(2):
        client.post(address("reopen-dossier", dossier), {"reason": "rectification"})
    dossier.refresh_from_db()
    assert (dossier.status, dossier.closed_on, dossier.last_change_on) == ("open", None, timezone.localdate())
    assert [line.ground for line in logged(dossier, "reopen")] == ["rectification"]
    page = client.get(address("dossier", dossier)).content.decode()
    assert "Reason: Something in the dossier must be rectified" in page
