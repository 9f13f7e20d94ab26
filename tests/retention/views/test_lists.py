"""Destruction lists in the browser: nobody decides alone or for another, and undecided is never agreed."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casefiles.models import AccessEvent, Dossier, User
from retention import holds
from retention.destruction import run, verification
from retention.models import Approval, DestructionList, Hold, ItemRemark, ListItem, Receipt
from retention.states import ItemStep, ListState
from tests.organisation import Organisation

LATER = (timezone.localdate() + timedelta(days=90)).isoformat()


@pytest.fixture(autouse=True)
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """No worker listens in these tests: what was rung for is only written down."""
    rung: list[int] = []
    monkeypatch.setattr("retention.tasks.destroy_list.delay", rung.append)
    return rung


@pytest.fixture
def due(organisation: Organisation) -> DestructionList:
    """A list of three dossiers of Team Noord."""
    for number in range(1, 4):
        organisation.keeps(f"JD-1996-000{number}")
    return organisation.lists_due()


def as_user(user: User) -> Client:
    """A browser in which this person is logged in and gave the password again just now."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["confirmed"] = int(time.time())
    session.save()
    return client


def ids(chosen: DestructionList) -> list[int]:
    return list(chosen.items.order_by("due_on", "pk").values_list("pk", flat=True))


def choices(chosen: DestructionList, *choice: str, **more: str) -> dict[str, str]:
    """The form of the page, with a choice for each dossier in turn; an empty one is left undecided."""
    form = {f"i{pk}-choice": word for pk, word in zip(ids(chosen), choice, strict=True) if word}
    return form | {f"i{ids(chosen)[0]}-{name}": value for name, value in more.items()}


def decide(user: User, chosen: DestructionList, *choice: str, **more: str) -> Any:
    return as_user(user).post(f"/lists/{chosen.name}/decide/", choices(chosen, *choice, **more))


def agreed(chosen: DestructionList, stage: int) -> int:
    return Approval.objects.filter(item__destruction_list=chosen, stage=stage).count()


def test_undecided_is_never_agreed(organisation: Organisation, due: DestructionList) -> None:
    decide(organisation.joost, due, "agree", "agree", "")
    assert agreed(due, 1) == 2
    response = as_user(organisation.samira).post(f"/lists/{due.name}/conclude/")
    assert response.status_code == 409
    due.refresh_from_db()
    assert due.state == ListState.REVIEW


def test_a_page_without_any_choice_decides_nothing(organisation: Organisation, due: DestructionList) -> None:
    assert decide(organisation.joost, due, "", "", "").status_code == 302
    assert agreed(due, 1) == 0


def test_the_officer_comes_after_the_department(organisation: Organisation, due: DestructionList) -> None:
    assert decide(organisation.samira, due, "agree", "agree", "agree").status_code == 409
    assert agreed(due, 2) == 0
    decide(organisation.joost, due, "agree", "agree", "agree")
    assert decide(organisation.samira, due, "agree", "agree", "agree").status_code == 302
    assert agreed(due, 2) == 3


def test_two_complete_stages_do_nothing_until_the_officer_concludes(
    organisation: Organisation, due: DestructionList
) -> None:
    for user in (organisation.joost, organisation.samira):
        decide(user, due, "agree", "agree", "agree")
    due.refresh_from_db()
    assert due.state == ListState.REVIEW
    assert as_user(organisation.samira).get(f"/lists/{due.name}/conclude/").status_code == 200
    as_user(organisation.samira).post(f"/lists/{due.name}/conclude/")
    due.refresh_from_db()
    assert due.state == ListState.COOLING_OFF
    assert due.cooling_off_until is not None
    assert due.cooling_off_until > timezone.now() + timedelta(days=6)


def test_concluding_twice_does_not_prolong_the_cooling_off(organisation: Organisation, due: DestructionList) -> None:
    for user in (organisation.joost, organisation.samira):
        decide(user, due, "agree", "agree", "agree")
    client = as_user(organisation.samira)
    client.post(f"/lists/{due.name}/conclude/")
    due.refresh_from_db()
    first = due.cooling_off_until
    assert client.post(f"/lists/{due.name}/conclude/").status_code == 302
    due.refresh_from_db()
    assert due.cooling_off_until == first


def test_the_lead_cannot_conclude_a_list_with_dossiers_on_it(organisation: Organisation, due: DestructionList) -> None:
    decide(organisation.joost, due, "agree", "agree", "agree")
    assert as_user(organisation.joost).post(f"/lists/{due.name}/conclude/").status_code == 409


def test_who_decided_as_lead_does_not_decide_as_officer(organisation: Organisation, due: DestructionList) -> None:
    decide(organisation.joost, due, "agree", "agree", "agree")
    User.objects.filter(pk=organisation.joost.pk).update(role="privacy_officer")
    organisation.joost.refresh_from_db()
    assert decide(organisation.joost, due, "agree", "agree", "agree").status_code == 409
    assert agreed(due, 2) == 0


def test_an_exemption_without_reason_or_date_comes_back_as_it_was_typed(
    organisation: Organisation, due: DestructionList
) -> None:
    response = decide(organisation.joost, due, "exempt", "agree", "", remark="Zus heeft een dossier.")
    page = response.content.decode()
    assert response.status_code == 422
    assert "data-focus" in page
    assert "Zus heeft een dossier." in page
    assert agreed(due, 1) == 0


def test_an_exemption_with_a_date_in_the_past_is_refused(organisation: Organisation, due: DestructionList) -> None:
    response = decide(organisation.joost, due, "exempt", "", "", reason="sibling", review_on="2020-01-01")
    assert response.status_code == 422
    assert not ListItem.objects.filter(step=ItemStep.EXEMPTED).exists()


def test_an_exemption_keeps_its_reason_and_seals_the_remark(organisation: Organisation, due: DestructionList) -> None:
    decide(organisation.joost, due, "exempt", "", "", reason="sibling", review_on=LATER, remark="Zus Noor heeft hulp.")
    item = ListItem.objects.get(step=ItemStep.EXEMPTED)
    assert (item.exempt_reason, item.review_on is not None) == ("sibling", True)
    assert ItemRemark.objects.get().facts.text == "Zus Noor heeft hulp."
    lead = as_user(organisation.joost).get(f"/lists/{due.name}/items/{item.pk}/").content.decode()
    officer = as_user(organisation.samira).get(f"/lists/{due.name}/items/{item.pk}/").content.decode()
    assert "Zus Noor heeft hulp." in lead
    assert "Zus Noor" not in officer
    assert AccessEvent.objects.filter(ground="remark", actor_id=organisation.joost.pk).count() == 1


def test_what_the_department_exempted_an_officer_cannot_put_back(
    organisation: Organisation, due: DestructionList
) -> None:
    decide(organisation.joost, due, "exempt", "agree", "agree", reason="sibling", review_on=LATER)
    assert decide(organisation.samira, due, "agree", "agree", "agree").status_code == 409
    assert agreed(due, 2) == 0  # all of a page or nothing of it


def test_the_lead_may_change_an_agreement_into_an_exemption_and_back(
    organisation: Organisation, due: DestructionList
) -> None:
    decide(organisation.joost, due, "agree", "agree", "agree")
    decide(organisation.joost, due, "exempt", "agree", "agree", reason="complaint", review_on=LATER)
    assert (agreed(due, 1), ListItem.objects.filter(step=ItemStep.EXEMPTED).count()) == (2, 1)
    decide(organisation.joost, due, "agree", "agree", "agree")
    assert (agreed(due, 1), ListItem.objects.filter(step=ItemStep.EXEMPTED).count()) == (3, 0)


def test_the_same_decisions_once_more_change_nothing(organisation: Organisation, due: DestructionList) -> None:
    for _ in range(2):
        decide(organisation.joost, due, "agree", "agree", "agree")
    assert agreed(due, 1) == 3
    assert AccessEvent.objects.filter(action="approve").count() == 3


def test_a_list_on_which_all_is_exempted_can_be_closed(organisation: Organisation, due: DestructionList) -> None:
    for pk in ids(due):
        as_user(organisation.joost).post(f"/lists/{due.name}/items/{pk}/", {"reason": "sibling", "review_on": LATER})
    as_user(organisation.joost).post(f"/lists/{due.name}/conclude/")
    due.refresh_from_db()
    assert due.state == ListState.DONE
    assert as_user(organisation.joost).get(f"/lists/{due.name}/").status_code == 200


def test_a_dossier_can_be_exempted_while_the_list_cools_off(organisation: Organisation, due: DestructionList) -> None:
    organisation.approves(due)
    pk = ids(due)[0]
    as_user(organisation.samira).post(f"/lists/{due.name}/items/{pk}/", {"reason": "complaint", "review_on": LATER})
    assert ListItem.objects.get(pk=pk).step == ItemStep.EXEMPTED


def test_decisions_that_come_too_late_are_a_conflict(organisation: Organisation, due: DestructionList) -> None:
    organisation.approves(due)
    assert decide(organisation.joost, due, "agree", "agree", "agree").status_code == 409


@pytest.mark.parametrize("name", ["fenna", "amina"])
def test_a_list_does_not_exist_for_whom_it_does_not_concern(
    name: str, organisation: Organisation, due: DestructionList
) -> None:
    client = as_user(getattr(organisation, name))
    for path in ("", "progress/", "conclude/", "start/", f"items/{ids(due)[0]}/"):
        assert client.get(f"/lists/{due.name}/{path}").status_code == 404


@pytest.mark.parametrize("name", ["tineke", "pim"])
def test_who_oversees_reads_and_changes_nothing(name: str, organisation: Organisation, due: DestructionList) -> None:
    user = getattr(organisation, name)
    page = as_user(user).get(f"/lists/{due.name}/").content.decode()
    assert "JD-1996-0001" in page
    assert "Luinenburg" not in page
    assert 'type="radio"' not in page
    assert decide(user, due, "agree", "agree", "agree").status_code == 409
    assert as_user(user).get(f"/lists/{due.name}/start/").status_code == 404
    assert agreed(due, 1) == agreed(due, 2) == 0


def test_signals_stand_beside_a_dossier(organisation: Organisation, due: DestructionList) -> None:
    dossier = Dossier.objects.get(reference="JD-1996-0002")
    review = timezone.localdate() + timedelta(days=30)
    holds.place([dossier.pk], Hold.Reason.COMPLAINT, owner=organisation.samira, review_on=review)
    page = as_user(organisation.joost).get(f"/lists/{due.name}/?show=signalled").content.decode()
    assert "JD-1996-0002" in page
    assert "JD-1996-0001" not in page


def test_a_start_needs_the_typed_name_and_happens_once(
    organisation: Organisation, due: DestructionList, silent_bell: list[int]
) -> None:
    organisation.approves(due)
    client = as_user(organisation.koen)
    assert client.post(f"/lists/{due.name}/start/", {"name": "VL-1"}).status_code == 422
    due.refresh_from_db()
    assert due.state == ListState.COOLING_OFF
    for _ in range(2):
        assert client.post(f"/lists/{due.name}/start/", {"name": due.name.lower()}).status_code == 302
    due.refresh_from_db()
    assert (due.state, silent_bell) == (ListState.EXECUTING, [due.pk])


def test_a_start_within_the_cooling_off_period_is_a_conflict(organisation: Organisation, due: DestructionList) -> None:
    organisation.approves(due)
    DestructionList.objects.update(cooling_off_until=timezone.now() + timedelta(hours=1))
    assert as_user(organisation.koen).post(f"/lists/{due.name}/start/", {"name": due.name}).status_code == 409


def carry_out(chosen: DestructionList) -> None:
    for _ in range(20):
        run.run(chosen.pk)
        verification.verify(chosen.pk)


def test_the_page_of_an_execution_counts_to_its_end(organisation: Organisation, due: DestructionList) -> None:
    organisation.starts(due)
    client = as_user(organisation.samira)
    before = client.get(f"/lists/{due.name}/progress/")
    assert 'aria-valuenow="0"' in before.content.decode()
    assert "HX-Refresh" not in before.headers
    carry_out(due)
    after = client.get(f"/lists/{due.name}/progress/")
    assert 'aria-valuenow="100"' in after.content.decode()
    assert after.headers["HX-Refresh"] == "true"
    assert Receipt.objects.filter(type="destroyed").count() == 3
    assert client.get(f"/lists/{due.name}/").status_code == 200


def test_what_failed_is_named_with_what_happens_next_and_can_be_tried_again(
    organisation: Organisation, due: DestructionList, silent_bell: list[int]
) -> None:
    organisation.starts(due)
    ListItem.objects.filter(pk=ids(due)[0]).update(
        step=ItemStep.SHREDDED, failure="erased: EraseRefused", tries=5, retry_at=timezone.now()
    )
    page = as_user(organisation.samira).get(f"/lists/{due.name}/").content.decode()
    assert "JD-1996-0001" in page
    assert "erased: EraseRefused" in page
    assert as_user(organisation.joost).post(f"/lists/{due.name}/retry/").status_code == 409
    as_user(organisation.koen).post(f"/lists/{due.name}/retry/")
    assert ListItem.objects.get(pk=ids(due)[0]).tries == 0
    assert silent_bell == [due.pk]


@pytest.mark.parametrize("name", ["joost", "samira", "koen", "tineke", "pim"])
def test_every_page_asks_the_database_less_than_ten_times_whatever_its_length(
    name: str, organisation: Organisation, due: DestructionList
) -> None:
    client = as_user(getattr(organisation, name))
    for path in ("/lists/", f"/lists/{due.name}/", "/receipts/"):
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) < 10, "\n".join(query["sql"][:260] for query in asked)
