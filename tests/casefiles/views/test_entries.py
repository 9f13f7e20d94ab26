"""Entries in the browser: nobody's text is lost, and what restarts the retention period is said by people."""

from datetime import date

import pytest
from django.utils import translation

from casefiles import history, lifecycle
from casefiles.access import Ability
from casefiles.models import Dossier, Entry, EntryVersion
from tests.casework import address, entry_form, may, noor, says, signed_in
from tests.organisation import Organisation


def long_unchanged(organisation: Organisation) -> Dossier:
    dossier = noor(organisation)
    Dossier.objects.filter(pk=dossier.pk).update(last_change_on=date(2021, 5, 6))
    dossier.refresh_from_db()
    return dossier


def test_an_entry_is_saved_with_its_author(organisation: Organisation) -> None:
    dossier = noor(organisation)
    answer = signed_in(organisation.fenna).post(
        address("add-entry", dossier), entry_form(title="school", discussed_with="mentor")
    )
    assert answer.headers["Location"] == address("dossier", dossier)
    entry = Entry.objects.get(dossier=dossier)
    facts = entry.facts
    assert (facts.text, facts.author, facts.title, facts.discussed_with) == (
        "Noor vertelt over school.",
        "Fenna de Wit",
        "school",
        "mentor",
    )
    assert (entry.source, entry.kind, entry.substantive) == ("statement", "contact", True)


def test_a_double_click_writes_one_entry(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client, form = signed_in(organisation.fenna), entry_form()
    answers = [client.post(address("add-entry", dossier), form).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Entry.objects.filter(dossier=dossier).count() == 1


def test_the_same_form_sent_to_another_dossier_cannot_touch_the_first(organisation: Organisation) -> None:
    first, second = noor(organisation), organisation.opens("JD-2")
    form = entry_form()
    client = signed_in(organisation.fenna)
    client.post(address("add-entry", first), form)
    client.post(address("add-entry", second), form)
    assert [Entry.objects.filter(dossier=dossier).count() for dossier in (first, second)] == [1, 1]


@pytest.mark.parametrize(("answer", "moved"), [("yes", True), ("no", False)])
def test_only_a_substantive_entry_starts_the_retention_period_again(
    organisation: Organisation, answer: str, moved: bool
) -> None:
    dossier = long_unchanged(organisation)
    signed_in(organisation.fenna).post(address("add-entry", dossier), entry_form(substantive=answer))
    dossier.refresh_from_db()
    assert (dossier.last_change_on != date(2021, 5, 6)) is moved


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"substantive": ""},
        {"source": "rumour"},
        {"occurred_on": "2999-01-01"},
        {"occurred_on": "31-2-2026"},
        {"occurred_on": "1-1-1200"},
        {"kind": ""},
    ],
)
def test_what_cannot_be_saved_stays_in_the_form(organisation: Organisation, wrong: dict[str, str]) -> None:
    dossier = noor(organisation)
    answer = signed_in(organisation.fenna).post(
        address("add-entry", dossier), entry_form(discussed_with="mentor") | wrong
    )
    assert answer.status_code == 422
    assert 'value="mentor"' in answer.content.decode()
    assert not Entry.objects.filter(dossier=dossier).exists()


def test_text_in_an_entry_is_shown_as_text_and_never_as_markup(organisation: Organisation) -> None:
    dossier = noor(organisation)
    says(dossier, organisation.fenna, "<script>alert(1)</script>")
    page = signed_in(organisation.fenna).get(address("dossier", dossier)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def changed(entry: Entry, text: str, seen: int = 1, *, substantive: str = "no") -> dict[str, object]:
    return entry_form(text=text, version=seen, substantive=substantive, occurred_on=entry.occurred_on.isoformat())


def test_a_change_keeps_what_the_entry_said_before(organisation: Organisation) -> None:
    dossier = noor(organisation)
    entry = says(dossier, organisation.fenna, "eerste versie")
    client = signed_in(organisation.fenna)
    client.post(address("change-entry", dossier, entry.pk), changed(entry, "tweede versie"))
    client.post(address("change-entry", dossier, entry.pk), changed(entry, "derde versie", 2))
    page = client.get(address("entry-versions", dossier, entry.pk)).content.decode()
    assert page.index("derde versie") < page.index("tweede versie") < page.index("eerste versie")
    assert [v.facts.text for v in EntryVersion.objects.order_by("version")] == ["eerste versie", "tweede versie"]


def test_the_history_tells_what_a_change_changed_and_who_made_it(organisation: Organisation) -> None:
    dossier = noor(organisation)
    entry = says(dossier, organisation.fenna, "blijft gelijk")
    may(organisation.amina, Ability.CONTRIBUTE, dossier)
    form = {**changed(entry, "blijft gelijk"), "kind": "report", "source": "opinion", "discussed_with": "moeder"}
    signed_in(organisation.amina).post(
        address("change-entry", dossier, entry.pk), {**form, "occurred_on": "2026-02-27", "substantive": "yes"}
    )
    with translation.override("en"):
        now, before = history.of(Entry.objects.get(pk=entry.pk))
    assert (now.by, before.by, before.changes, now.text_changed) == ("Amina Bakkali", "Fenna de Wit", (), False)
    assert [(change.before, change.after) for change in now.changes] == [
        ("Contact", "Report"),
        ("2 Mar 2026", "27 Feb 2026"),
        ("Fact", "Opinion"),
        ("", "moeder"),
    ]
    page = signed_in(organisation.fenna).get(address("entry-versions", dossier, entry.pk)).content.decode()
    assert "<del>2 Mar 2026</del>" in page


def test_what_was_kept_before_codes_were_kept_still_opens(organisation: Organisation) -> None:
    dossier = noor(organisation)
    entry = says(dossier, organisation.fenna, "eerste versie")
    signed_in(organisation.fenna).post(address("change-entry", dossier, entry.pk), changed(entry, "tweede"))
    EntryVersion.objects.update(kind="", source="", occurred_on=None, substantive=None)
    now, before = history.of(Entry.objects.get(pk=entry.pk))
    assert (before.codes, before.facts.text, now.changes) == ((), "eerste versie", ())


def test_two_people_who_change_one_entry_both_keep_their_text(organisation: Organisation) -> None:
    dossier = noor(organisation)
    entry = says(dossier, organisation.fenna, "van ons beiden")
    may(organisation.amina, Ability.CONTRIBUTE, dossier)
    first = signed_in(organisation.fenna).post(
        address("change-entry", dossier, entry.pk), changed(entry, "woorden van Fenna")
    )
    amina = signed_in(organisation.amina)
    second = amina.post(address("change-entry", dossier, entry.pk), changed(entry, "woorden van Amina"))
    assert (first.status_code, second.status_code) == (302, 409)
    page = second.content.decode()
    assert "woorden van Fenna" in page
    assert "woorden van Amina" in page
    entry.refresh_from_db()
    assert entry.facts.text == "woorden van Fenna"
    # The form now speaks of the version that is on the screen: saving again is Amina's own decision.
    again = amina.post(address("change-entry", dossier, entry.pk), changed(entry, "woorden van beiden", 2))
    assert again.status_code == 302
    assert {v.facts.text for v in EntryVersion.objects.all()} == {"van ons beiden", "woorden van Fenna"}
    assert 'name="version" value="2"' in page


def test_a_correction_leaves_the_clock_and_never_takes_a_restart_back(organisation: Organisation) -> None:
    dossier = long_unchanged(organisation)
    entry = says(dossier, organisation.fenna, "met een tikfout", substantive=False)
    client = signed_in(organisation.fenna)
    client.post(address("change-entry", dossier, entry.pk), changed(entry, "zonder tikfout"))
    dossier.refresh_from_db()
    assert dossier.last_change_on == date(2021, 5, 6)
    client.post(address("change-entry", dossier, entry.pk), changed(entry, "ander oordeel", 2, substantive="yes"))
    client.post(address("change-entry", dossier, entry.pk), changed(entry, "ander oordeel.", 3))
    dossier.refresh_from_db()
    entry.refresh_from_db()
    assert dossier.last_change_on > date(2021, 5, 6)
    assert entry.substantive


def test_entries_of_a_closed_dossier_are_read_only_and_the_text_is_kept_on_the_page(organisation: Organisation) -> None:
    dossier = noor(organisation)
    entry = says(dossier, organisation.fenna, "zo blijft het")
    lifecycle.close(dossier, date(2026, 3, 3), by=organisation.fenna)
    client = signed_in(organisation.fenna)
    answers = [
        client.post(address("change-entry", dossier, entry.pk), changed(entry, "mijn werk van een uur")),
        client.post(address("add-entry", dossier), entry_form(text="mijn werk van een uur")),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("mijn werk van een uur" in answer.content.decode() for answer in answers)
    entry.refresh_from_db()
    assert (entry.facts.text, Entry.objects.filter(dossier=dossier).count()) == ("zo blijft het", 1)


def test_a_reader_cannot_write_and_the_refusal_is_logged(organisation: Organisation) -> None:
    dossier = noor(organisation)
    may(organisation.amina, Ability.READ, dossier)
    answer = signed_in(organisation.amina).post(address("add-entry", dossier), entry_form())
    assert answer.status_code == 403
    assert not Entry.objects.filter(dossier=dossier).exists()


def test_an_entry_of_one_dossier_is_not_reached_through_another(organisation: Organisation) -> None:
    first, second = noor(organisation), organisation.opens("JD-2")
    entry = says(first, organisation.fenna)
    answer = signed_in(organisation.fenna).get(address("change-entry", second, entry.pk))
    assert answer.status_code == 404
