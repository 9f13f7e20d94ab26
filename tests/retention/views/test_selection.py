"""The selection list in the browser and by command: read in once, laid beside our rules, taken over as drafts."""

import json
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from casefiles.models import AccessEvent
from retention import rules, selecting
from retention.lists import NotAllowed
from retention.models import Category, RuleChange, RuleVersion, SelectionFile
from retention.schedule import Action, Trigger
from retention.schedule.selection import Method
from retention.selecting import Choice
from retention.timing import today
from tests.casework import signed_in
from tests.organisation import Organisation
from tests.selectionlist import SELECTION_LIST
from tests.shared import shared

INDEX = reverse("retention:selection-lists")


def upload(content: bytes) -> dict[str, BytesIO]:
    file = BytesIO(content)
    file.name = "lijst.json"
    return {"list": file}


def test_a_list_goes_from_a_file_to_published_rules_by_two_officers(organisation: Organisation) -> None:
    samira, koen = signed_in(organisation.samira), signed_in(organisation.koen)
    there = samira.post(INDEX, upload(SELECTION_LIST)).headers["Location"]
    assert samira.post(INDEX, upload(SELECTION_LIST)).headers["Location"] == there
    assert AccessEvent.objects.filter(ground="selection list 2020 read").count() == 1
    page = samira.get(there).content.decode()
    assert "same term, counted from another event" in page  # toegang cites 8.1.2, from the closure
    refused = samira.post(there, {"number": ["8.1.2"], "method-8.1.2": ""})
    assert refused.status_code == 422
    assert "Choose for result 8.1.2" in refused.content.decode()
    chosen = {"number": ["8.1.2", "8.1"], "method-8.1.2": "vervaldatum_besluit"}
    assert samira.post(there, chosen).status_code == 302
    assert samira.post(there, chosen).status_code == 422  # a second click makes no second draft
    old, new = RuleChange.objects.get(category="toegang"), RuleChange.objects.get(category="sl-8-1")
    assert old.rule.lines[0].trigger is Trigger.DECISION_EXPIRY
    assert old.rule.lines[0].citation == "Selectielijst gemeenten 2020, 8.1.2 en 8.3.2"
    assert (new.rule.version, new.shortens, new.works_ahead) == (1, False, False)
    assert samira.get(reverse("retention:rule-edit", args=["sl-8-1"])).status_code == 200
    step = reverse("retention:rule-step", args=["sl-8-1"])
    assert samira.post(step, {"step": "propose"}).status_code == 302
    assert koen.post(step, {"step": "approve", "digest": new.digest}).status_code == 302
    version = RuleVersion.objects.get(category="sl-8-1")
    assert (version.version, version.valid_from > today()) == (1, True)
    page = koen.get(there).content.decode()
    assert "agrees with our rule" in page
    assert "a draft is under way" in page


def test_only_officers_read_a_list_in_and_take_over(organisation: Organisation) -> None:
    stored = selecting.take_in(SELECTION_LIST, by=organisation.samira)
    there = reverse("retention:selection-list", args=[stored.pk])
    for who, sees in (("fenna", 404), ("joost", 404), ("tineke", 200), ("pim", 200)):
        client = signed_in(getattr(organisation, who))
        assert client.get(there).status_code == sees
        assert client.post(INDEX, upload(b"[]")).status_code == 404
        assert client.post(there, {"number": "8.1"}).status_code == 404
        with pytest.raises(NotAllowed):
            selecting.take_over(stored, Choice("8.1"), by=getattr(organisation, who))
    assert not RuleChange.objects.exists()
    wrong = signed_in(organisation.samira).post(INDEX, upload(b"geen lijst"))
    assert (wrong.status_code, SelectionFile.objects.count()) == (422, 1)


def test_a_result_is_not_written_over_a_change_that_is_under_way(organisation: Organisation) -> None:
    stored = selecting.take_in(SELECTION_LIST, by=organisation.samira)
    toegang = Category.objects.get(pk="toegang")
    rules.adopt(toegang, rules.latest(toegang).rule, "Nog eens bezien.", by=organisation.koen)
    with pytest.raises(NotAllowed):
        selecting.take_over(stored, Choice("8.1.2", Method.CASE_OBJECT), by=organisation.samira)
    assert RuleChange.objects.get().author == organisation.koen


def test_the_command_lays_the_whole_list_beside_the_shipped_rules(organisation: Organisation, tmp_path: Path) -> None:
    file = shared("data/selectielijst") / "selectielijst_2020.json"
    told = StringIO()
    call_command("import_selection_list", file, "--json", stdout=told)
    rows = {row["number"]: row for row in json.loads(told.getvalue())}
    assert len(rows) == 346
    assert (rows["12.1.3"]["rule"], rows["12.1.3"]["standing"], rows["12.1.3"]["method"]) == (
        "leerplicht", "agrees", "birth")  # fmt: skip
    assert (rows["8.1.2"]["rule"], rows["8.1.2"]["standing"]) == ("toegang", "agrees")
    assert (rows["13.1.3"]["rule"], rows["13.1.3"]["standing"]) == ("geschil-blijvend", "agrees")
    assert rows["7.1.20"]["standing"] == "withdrawn"
    differing = {number for number, row in rows.items() if row["standing"] == "other_term"}
    assert not differing, "a shipped rule cites a result and has another term"
    told = StringIO()
    take = ("--as", "samira", "--take-over", "4.1.7", "15.1")
    call_command("import_selection_list", file, *take, stdout=told)
    assert "346 result" in told.getvalue()  # in either language
    assert RuleChange.objects.get(category="sl-4-1-7").rule.lines[0].trigger is Trigger.BIRTH
    for wrong in (("--take-over", "8.1"), ("--as", "samira", "--take-over", "8.1.2=maan")):
        with pytest.raises(CommandError):
            call_command("import_selection_list", file, *wrong)
    with pytest.raises(CommandError):
        call_command("import_selection_list", tmp_path / "niets.json")


def test_a_result_that_is_kept_becomes_a_rule_that_keeps(organisation: Organisation) -> None:
    stored = selecting.take_in(
        (shared("data/selectielijst") / "selectielijst_2020.json").read_bytes(), by=organisation.samira
    )
    kept = next(row for row in selecting.report(stored) if row.result.term is None and row.may_be_taken)
    change = selecting.take_over(stored, Choice(kept.result.number), by=organisation.samira)
    assert (change.rule.action, change.rule.lines) == (Action.KEEP, ())
    assert kept.result.number in (change.rule.citation or "")
