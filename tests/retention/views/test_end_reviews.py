"""Where a rule says that a person looks first: no decision destroys nothing, and a decision only puts it on a list."""

from datetime import timedelta

import msgspec
import pytest
from django.utils import timezone

from casefiles.access import Refused
from casefiles.models import AccessEvent, Dossier
from retention import clockbars, endreviews, lists, sweeping
from retention.attention import overdue, reminding
from retention.models import Clock, DestructionList, EndReview, ListItem, Reminder, RuleVersion
from retention.schedule import Action
from tests.casework import signed_in
from tests.organisation import Organisation, carry_out

LATER = (timezone.localdate() + timedelta(days=365)).isoformat()


def reviewed_first() -> RuleVersion:
    """A version of the rule for youth-care files after whose term a person looks first."""
    clockbars._rules.clear()  # kept for a second
    shipped, day = RuleVersion.objects.get(category_id="jeugdhulp"), timezone.localdate()
    rule = msgspec.structs.replace(shipped.rule, version=2, valid_from=day, action=Action.REVIEW)
    return RuleVersion.objects.create(
        category_id="jeugdhulp", version=2, valid_from=day, spec=rule.to_json(), digest=rule.digest()
    )


def causes(organisation: Organisation) -> dict[str, str]:
    return {one.reference: str(one.cause) for one in overdue.Seen(organisation.samira)[0:9]}


def test_without_a_decision_it_waits_and_is_reminded_of_and_every_decision_is_a_line_in_the_log(
    organisation: Organisation,
) -> None:
    reviewed_first()
    organisation.keeps_many(4)
    assert sweeping.sweep().lists == ()
    one, two, three, four = Dossier.objects.order_by("reference").values_list("pk", flat=True)
    assert set(causes(organisation).values()) == {"to_review"}
    reminding.remind()
    assert set(Reminder.objects.filter(kind="to_review").values_list("to__username", flat=True)) >= {"joost", "samira"}
    joost, samira = signed_in(organisation.joost), signed_in(organisation.samira)
    page = joost.get("/reviews/").content.decode()
    assert all(f"JD-1996-000{number}" in page for number in range(4))
    assert "JD-1996" not in signed_in(organisation.amina).get("/reviews/").content.decode()
    assert signed_in(organisation.fenna).get("/reviews/").status_code == 404
    for client in (signed_in(organisation.amina), signed_in(organisation.pim), signed_in(organisation.fenna)):
        assert client.post(f"/reviews/{one}/", {"decision": "destroy", "reason": "no_interest"}).status_code == 404
    for wrong in (
        {"decision": "extend", "reason": "good_care"},
        {"decision": "extend", "reason": "good_care", "until": "2020-01-01"},
        {"decision": "destroy"},
        {"decision": "keep", "reason": "historic_value"},  # an officer's decision
    ):
        assert joost.post(f"/reviews/{one}/", wrong).status_code == 422, wrong
    assert not EndReview.objects.exists()
    joost.post(f"/reviews/{one}/", {"decision": "extend", "reason": "good_care", "until": LATER})
    joost.post(f"/reviews/{two}/", {"decision": "destroy", "reason": "no_interest"})
    samira.post(f"/reviews/{three}/", {"decision": "keep", "reason": "historic_value"})
    for show, number in (("", 3), ("extended", 0), ("destroy", 1), ("kept", 2)):
        page = samira.get(f"/reviews/?show={show}").content.decode()
        assert [n for n in range(4) if f"JD-1996-000{n}" in page] == [number], show
    logged = AccessEvent.objects.filter(ground__startswith="end review").order_by("ground")
    assert list(logged.values_list("ground", flat=True)) == [f"end review {d}" for d in ("destroy", "extend", "keep")]
    (swept,) = sweeping.sweep().lists
    assert list(swept.items.values_list("dossier_id", flat=True)) == [two]
    assert causes(organisation) == {
        "JD-1996-0000": "kept_longer", "JD-1996-0001": "undecided", "JD-1996-0002": "kept_longer",
        "JD-1996-0003": "to_review",
    }  # fmt: skip
    with pytest.raises(Refused):
        endreviews.decide(four, "destroy", "no_interest", None, by=organisation.pim)


def test_a_decision_to_destroy_still_needs_two_approvals_and_taking_it_back_saves_the_dossier(
    organisation: Organisation,
) -> None:
    reviewed_first()
    kept, gone = organisation.keeps_many(2)
    for pk in (kept, gone):
        endreviews.decide(pk, "destroy", "no_interest", None, by=organisation.joost)
    chosen = organisation.starts(organisation.lists_due())
    endreviews.decide(kept, "keep", "historic_value", None, by=organisation.samira)
    carry_out(chosen)
    assert dict(ListItem.objects.values_list("dossier_id", "step")) == {kept: "left_out", gone: "destroyed"}
    assert ListItem.objects.get(dossier_id=kept).failure == "not_to_destroy"
    sweeping.sweep()
    assert Clock.objects.get(dossier=kept).state == "running"
    assert DestructionList.objects.count() == 1
    with pytest.raises(lists.NotAllowed):
        endreviews.decide(gone, "destroy", "no_interest", None, by=organisation.joost)
