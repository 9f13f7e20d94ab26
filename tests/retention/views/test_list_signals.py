"""Signals on a destruction list, the list on paper and as CSV, and the password that is asked again before deciding."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

from django.test import Client
from django.utils import timezone

from casefiles import journal
from casefiles.models import AccessEvent, Dossier
from retention import holds, lists, sweeping
from retention.models import Approval, DestructionList, ListItem, RequestFacts, SlipOffer
from retention.rights.register import Received, receive
from tests.casework import signed_in
from tests.organisation import PASSWORD, Organisation
from tests.retention.views.test_queries import asked as questions

FIELD = "password_again"


def shown(client: Client, chosen: DestructionList, signal: str) -> set[str]:
    """The references that the page shows under a signal."""
    page = client.get(f"/lists/{chosen.name}/?show={signal}").content.decode()
    return {number for number in ("1", "2", "3", "4", "5", "6") if f"JD-1996-000{number}" in page}


def test_each_signal_stands_beside_its_dossier_for_every_role_and_narrows_the_list(organisation: Organisation) -> None:
    for number in range(1, 6):
        organisation.keeps(f"JD-1996-000{number}", documents=70 if number == 3 else 0)
    chosen = organisation.lists_due()
    one, two, _three, four, five = Dossier.objects.order_by("reference")
    asked = Received("inspect", "youth_act", "self", timezone.localdate(), RequestFacts(requester="Noor"))
    receive(asked, [one.pk], by=organisation.fenna)
    review_on = timezone.localdate() + timedelta(days=30)
    hold = holds.place([two.pk], "claim", owner=organisation.samira, review_on=review_on).hold
    holds.lift(hold, by=organisation.koen)
    journal.record(AccessEvent.Action.READ, organisation.fenna, four.pk)
    journal.record(AccessEvent.Action.READ, organisation.joost, five.pk, ground="remark")
    SlipOffer.objects.create(dossier=five, outcome="offered", recorded_by=organisation.fenna)
    lists.approve(chosen, by=organisation.joost)
    organisation.keeps("JD-1996-0006")
    sweeping.sweep()
    wanted = {
        "request": {"1"}, "complaint": {"2"}, "size": {"3"}, "read": {"4"}, "new": {"6"}, "offered": {"5"},
        "held": {"1"}, "family": set(), "not_offered": {"1", "2", "3", "4", "6"}, "reopened": set(),
    }  # fmt: skip
    for person in (organisation.joost, organisation.samira, organisation.pim):
        client = signed_in(person)
        assert {signal: shown(client, chosen, signal) for signal in wanted} == wanted, person
    relative = organisation.opens("JD-9")
    assert shown(client, chosen, "family") == {"1", "2", "3", "4", "5", "6"}
    page = client.get(f"/lists/{chosen.name}/").content.decode()
    for words in ("Relative has an active file", "Open request", "Complaint or claim", "Copy offered"):
        assert words.lower() in page.lower()
    assert relative.reference not in page
    assert signed_in(organisation.amina).get(f"/lists/{chosen.name}/?show=family").status_code == 404
    assert questions(organisation.pim, f"/lists/{chosen.name}/?show=family")[0] < 10


def test_a_list_is_printed_and_downloaded_with_a_line_in_the_log_and_without_names(organisation: Organisation) -> None:
    organisation.keeps("JD-1996-0001", documents=2)
    chosen = organisation.lists_due()
    client = signed_in(organisation.pim)
    page = client.get(f"/lists/{chosen.name}/print/").content.decode()
    (row,) = csv.DictReader(StringIO(client.get(f"/lists/{chosen.name}/list.csv").content.decode("utf-8-sig")))
    assert (row["dossier"], row["documents"], row["entries"], row["step"]) == ("JD-1996-0001", "2", "1", "listed")
    assert (row["first_approval"], row["signals"]) == ("no", "not_offered")
    assert "JD-1996-0001" in page
    for text in (page, str(row)):
        assert "Luinenburg" not in text
    logged = AccessEvent.objects.filter(ground=f"list {chosen.name}", actor_id=organisation.pim.pk)
    assert sorted(logged.values_list("action", flat=True)) == ["download", "print"]


def sent(client: Client, chosen: DestructionList, **more: str) -> Any:
    item = ListItem.objects.get(destruction_list=chosen)
    return client.post(f"/lists/{chosen.name}/decide/", {f"i{item.pk}-choice": "agree", "then": "save"} | more)


def test_who_agrees_gives_the_password_again_and_is_believed_for_some_minutes(
    organisation: Organisation, settings: Any
) -> None:
    organisation.keeps("JD-1996-0001")
    chosen = organisation.lists_due()
    client = signed_in(organisation.joost)
    for more, words in (({}, "Your password, once more"), ({FIELD: "wrong"}, "This is not your password")):
        asked = sent(client, chosen, **more)
        page = asked.content.decode()
        assert (asked.status_code, words in page, 'value="agree"' in page) == (422, True, True)
        assert "wrong" not in page
    assert not Approval.objects.exists()
    assert sent(client, chosen, **{FIELD: PASSWORD}).status_code == 302
    assert Approval.objects.count() == 1
    Approval.objects.all().delete()
    assert sent(client, chosen).status_code == 302
    again = AccessEvent.objects.filter(ground="password again", actor_id=organisation.joost.pk)
    assert sorted(again.values_list("outcome", flat=True)) == ["done", "refused"]
    settings.STEP_UP_MINUTES = 0
    assert sent(client, chosen).status_code == 422
    settings.LOGIN_FAILURES = 2
    assert [sent(client, chosen, **{FIELD: "x"}).status_code for _ in range(3)] == [422, 422, 429]
    other = signed_in(organisation.pim)
    assert sent(other, chosen, **{FIELD: PASSWORD}).status_code == 409
