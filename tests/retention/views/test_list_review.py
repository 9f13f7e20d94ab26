"""Deciding on many at once, sending back, cancelling until the claim, and what ten wrong actions get."""

import re
import time
from datetime import timedelta
from typing import Any

import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from casefiles.models import AccessEvent, User
from casefiles.vault import keys
from retention import lists, sweeping, takingback
from retention.destruction.claim import claim
from retention.models import Approval, Clock, DestructionList, ListItem, ListRemark
from retention.states import ItemStep, ListState
from tests.casework import signed_in
from tests.organisation import Organisation

LATER_ON = timezone.localdate() + timedelta(days=90)
LATER = LATER_ON.isoformat()
AGREE = {"show": "open", "choice": "agree"}
EXEMPT = {"show": "plain", "choice": "exempt", "reason": "good_care", "review_on": LATER}
WORDS = {"words": "Kijk nog eens naar de oudste drie."}


def confirmed(user: User) -> Client:
    """A browser in which this person gave the password again just now."""
    client = signed_in(user)
    session = client.session
    session["confirmed"] = int(time.time())
    session.save()
    return client


def digest_of(page: Any) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page.content.decode())
    return found[1] if found else ""


def stages(chosen: DestructionList) -> list[int]:
    return sorted(Approval.objects.filter(item__destruction_list=chosen).values_list("stage", flat=True))


def test_many_are_decided_at_once_as_the_preview_showed_and_a_second_click_or_another_tab_changes_nothing(
    organisation: Organisation,
) -> None:
    organisation.keeps_many(6)
    chosen = organisation.lists_due()
    place, client = f"/lists/{chosen.name}/several/", confirmed(organisation.joost)
    first = ListItem.objects.order_by("pk")[0]
    client.post(f"/lists/{chosen.name}/decide/", {f"i{first.pk}-choice": "agree"})
    Clock.objects.filter(dossier_id=ListItem.objects.order_by("pk")[1].dossier_id).update(held=1)
    preview = client.get(place, EXEMPT)
    page = preview.content.decode()
    assert "You exempt these 4 dossiers" in page
    assert "JD-1996-0000" not in page  # decided already
    assert client.get(place, EXEMPT | {"reason": ""}).status_code == 422
    assert client.post(place, EXEMPT | {"digest": "another"}).status_code == 409
    other_tab = digest_of(client.get(place, AGREE))
    for _click in range(2):
        assert client.post(place, EXEMPT | {"digest": digest_of(preview)}).status_code == 302
    assert ListItem.objects.filter(step=ItemStep.EXEMPTED, exempt_reason="good_care").count() == 4
    assert AccessEvent.objects.filter(action="exempt").count() == 4
    assert client.post(place, AGREE | {"digest": other_tab}).status_code == 409
    assert stages(chosen) == [1]
    assert client.post(place, AGREE | {"digest": digest_of(client.get(place, AGREE))}).status_code == 302
    assert stages(chosen) == [1, 1]
    assert "no undecided dossier" in client.get(place, AGREE).content.decode()
    unsure = signed_in(organisation.samira)
    asked = unsure.post(place, AGREE | {"digest": digest_of(unsure.get(place, AGREE))})
    assert (asked.status_code, "password_again" in asked.content.decode()) == (422, True)
    assert signed_in(organisation.pim).get(place).status_code == 404


def test_an_officer_sends_a_list_back_and_the_department_decides_anew(organisation: Organisation) -> None:
    organisation.keeps_many(2)
    chosen = organisation.lists_due()
    place, samira = f"/lists/{chosen.name}/take-back/", signed_in(organisation.samira)
    assert samira.post(place, WORDS).status_code == 409, "the department has not decided"
    lists.approve(chosen, by=organisation.joost)
    assert samira.post(place, {"words": " "}).status_code == 422
    assert samira.post(place, WORDS).status_code == 302
    assert stages(chosen) == []
    assert samira.post(place, WORDS).status_code == 409
    assert ListRemark.objects.get().facts.text == WORDS["words"]
    for person, reads in ((organisation.joost, True), (organisation.samira, True), (organisation.pim, False)):
        assert (WORDS["words"] in signed_in(person).get(f"/lists/{chosen.name}/").content.decode()) is reads
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM retention_listremark")
        assert b"oudste" not in bytes(cursor.fetchone()[0])
    assert AccessEvent.objects.filter(action="withdraw", ground=f"sent_back {chosen.name}").count() == 3
    remark = ListRemark.objects.get()
    DestructionList.objects.update(state=ListState.DONE, done_at=timezone.now())
    assert takingback.forget_words(timezone.localdate()) == 0
    assert takingback.forget_words(timezone.localdate() + timedelta(days=400)) == 1
    assert (keys.remaining([remark.pk]), ListRemark.objects.count()) == (set(), 0)


def test_who_decides_cancels_until_the_claim_and_not_a_dossier_later(organisation: Organisation) -> None:
    organisation.keeps_many(8)
    chosen = organisation.approves(organisation.lists_due())
    place = f"/lists/{chosen.name}/take-back/"
    assert signed_in(organisation.joost).post(place, WORDS).status_code == 302
    chosen.refresh_from_db()
    assert (chosen.state, chosen.cooling_off_until, stages(chosen)) == (ListState.REVIEW, None, [])
    started = organisation.starts(chosen)
    claimed = claim(started.pk)
    assert 0 < claimed < 7
    assert f"{8 - claimed} dossiers are not claimed yet" in signed_in(organisation.koen).get(place).content.decode()
    assert signed_in(organisation.koen).post(place, WORDS).status_code == 302
    steps = sorted(ListItem.objects.filter(destruction_list=chosen).values_list("step", "failure"))
    assert steps == [("claimed", "")] * claimed + [("left_out", "cancelled")] * (8 - claimed)
    (anew,) = sweeping.sweep().lists
    assert (anew.pk != chosen.pk, stages(anew)) == (True, [])


def test_a_date_that_changes_voids_the_approval_for_all_to_see(organisation: Organisation) -> None:
    organisation.keeps_many(3)
    chosen = organisation.lists_due()
    lists.approve(chosen, by=organisation.joost)
    later, running, _kept = ListItem.objects.order_by("pk")
    Clock.objects.filter(dossier_id=later.dossier_id).update(starts_on=["1997-05-01"])
    Clock.objects.filter(dossier_id=running.dossier_id).update(state="running", starts_on=[timezone.localdate()])
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        sweeping.sweep()
    later.refresh_from_db()
    running.refresh_from_db()
    assert (later.due_on.year, running.step, running.failure) == (2017, "left_out", "not_due")
    page = signed_in(organisation.pim).get(f"/lists/{chosen.name}/").content.decode()
    assert page.count("void: date or rule changed") == 1
    assert lists.lacking(chosen.items.filter(step="listed"), lists.Stage.DEPARTMENT).get() == later
    assert AccessEvent.objects.filter(action="withdraw", ground="date_changed", actor_id=None).count() == 1


def test_ten_wrong_actions_are_refused_and_change_nothing(organisation: Organisation, capsys: Any) -> None:
    """Each is tried on a list at the moment at which it would do harm; what each got is printed."""
    organisation.keeps_many(2)
    chosen = organisation.lists_due()
    place = f"/lists/{chosen.name}"
    one, two = ListItem.objects.order_by("pk").values_list("pk", flat=True)
    who = {n: confirmed(getattr(organisation, n)) for n in ("joost", "samira", "koen", "amina", "fenna", "pim")}
    both = {f"i{one}-choice": "agree", f"i{two}-choice": "agree"}
    got: list[tuple[str, int]] = []

    def tries(what: str, name: str, path: str, sent: dict[str, str], wanted: int) -> None:
        before = (stages(chosen), list(ListItem.objects.order_by("pk").values_list("step", "review_on")), _state())
        status = who[name].post(f"{place}/{path}/", sent).status_code
        after = (stages(chosen), list(ListItem.objects.order_by("pk").values_list("step", "review_on")), _state())
        got.append((what, status))
        assert (status, after) == (wanted, before), what

    def _state() -> str:
        return DestructionList.objects.get(pk=chosen.pk).state

    tries("approve before the department", "samira", "decide", both, 409)
    tries("approve another team's list", "amina", "decide", both, 404)
    tries("approve as the case worker", "fenna", "decide", both, 404)
    tries("approve as the auditor", "pim", "decide", both, 409)
    tries("exempt without a reason", "joost", "decide", {f"i{one}-choice": "exempt", f"i{one}-review_on": LATER}, 422)
    past = {f"i{one}-choice": "exempt", f"i{one}-reason": "sibling", f"i{one}-review_on": "2020-01-01"}
    tries("exempt until a day that passed", "joost", "decide", past, 422)
    who["joost"].post(f"{place}/decide/", {f"i{one}-choice": "agree"})
    tries("conclude with an undecided dossier", "samira", "conclude", {}, 409)
    who["joost"].post(f"{place}/decide/", both)
    tries("approve twice", "joost", "decide", both, 302)
    tries("start without the second approval", "koen", "start", {"name": chosen.name}, 409)
    User.objects.filter(pk=organisation.joost.pk).update(role="privacy_officer")
    tries("give one's own list the second approval", "joost", "decide", both, 409)
    User.objects.filter(pk=organisation.joost.pk).update(role="team_lead")
    for path in ("decide", "conclude"):
        who["samira"].post(f"{place}/{path}/", both)
    tries("start in the cooling-off period", "koen", "start", {"name": chosen.name}, 409)
    tries("start as the lead", "joost", "start", {"name": chosen.name}, 404)
    DestructionList.objects.update(cooling_off_until=timezone.now())
    tries("start under another name", "koen", "start", {"name": "VL-1900-001"}, 422)
    tries("decide after the second approval", "joost", "decide", both, 409)
    tries("send back as the auditor", "pim", "take-back", WORDS, 404)
    assert (stages(chosen), _state()) == ([1, 1, 2, 2], ListState.COOLING_OFF)
    with capsys.disabled():
        print(*(f"\n  {status}  {what}" for what, status in got), sep="")  # noqa: T201 - the table of the issue


def test_a_list_is_composed_by_hand_of_what_came_free_and_of_nothing_else(organisation: Organisation) -> None:
    ids = organisation.keeps_many(4)
    chosen = organisation.lists_due()
    lists.exempt(chosen, ["JD-1996-0003"], ListItem.ExemptReason.COMPLAINT, LATER_ON, by=organisation.joost)
    takingback.cancel(organisation.starts(chosen), "", by=organisation.koen)
    Clock.objects.filter(dossier_id=ids[2]).update(held=1)
    place, samira = "/lists/compose/", signed_in(organisation.samira)
    asked = {"references": "jd-1996-0000, JD-1996-0002\nJD-1996-0003"}
    preview = samira.get(place, asked)
    page = preview.content.decode()
    assert "1 dossier is due and on no list" in page
    assert "JD-1996-0002, JD-1996-0003" in page  # held, and exempted
    assert samira.post(place, asked | {"digest": "another"}).status_code == 409
    assert samira.post(place, asked | {"digest": digest_of(preview)}).status_code == 302
    assert samira.post(place, asked | {"digest": digest_of(preview)}).status_code == 409
    made = DestructionList.objects.get(composed_by=organisation.samira)
    assert list(made.items.values_list("dossier_id", flat=True)) == [ids[0]]
    assert AccessEvent.objects.filter(ground=f"on list {made.name}", dossier_id=ids[0]).count() == 1
    (at_night,) = sweeping.sweep().lists
    assert (at_night.pk != made.pk, list(at_night.items.values_list("dossier_id", flat=True))) == (True, [ids[1]])
    for other in (organisation.joost, organisation.pim, organisation.fenna):
        assert signed_in(other).post(place, asked).status_code == 404
