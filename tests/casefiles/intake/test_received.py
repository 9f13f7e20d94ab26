"""What a sound dossier brings in."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from casefiles.intake.package import open_package
from casefiles.intake.unreadable import PackageUnreadable
from casefiles.intake.vocabulary import Category, EntryKind, EntrySource, Kind, Role, Status

from .packages import EXPORTED_ON, REFERENCE, Outcome, Sketch

Read = Callable[[Sketch], Outcome]


def test_a_dossier_comes_in_with_typed_rows_and_nothing_for_what_is_empty(
    sketch: Sketch, outcome: Read, tmp_path: Path
) -> None:
    received = outcome(sketch).received[0]
    dossier = received.dossier
    assert (dossier.line, dossier.reference, dossier.kind) == (2, REFERENCE, Kind.JEUGDHULP)
    assert (dossier.status, dossier.opened_on, dossier.closed_on) == (
        Status.CLOSED,
        date(2001, 2, 3),
        date(2004, 3, 2),
    )
    assert (dossier.team, dossier.case_worker, dossier.end_of_measure_on) == ("Team Oost", "worker1", None)
    (party,) = received.parties
    assert (party.role, party.given_names, party.prefix, party.surname) == (Role.YOUTH, "Zoë", None, "Wel")
    assert (party.birth_date, party.bsn, party.authority, party.secret_address) == (
        date(1990, 1, 2),
        None,
        None,
        False,
    )
    (entry,) = received.entries
    assert (entry.kind, entry.source, entry.substantive) == (EntryKind.REPORT, EntrySource.FACT, True)
    assert (entry.occurred_on, entry.author, entry.text) == (date(2002, 1, 1), "worker1", "Sprak met Zoë.")
    (document,) = received.documents
    assert document.name == "documents/0.txt"
    with document.path.open("rb") as content:
        assert content.read() == b"a letter"
    assert (document.title, document.category, document.size) == ("Brief", Category.LETTER, 8)
    assert received.source == "Old system"


def test_a_missing_birth_date_is_no_fault(sketch: Sketch, outcome: Read) -> None:
    sketch.tables["parties.csv"][0]["birth_date"] = ""
    (party,) = outcome(sketch).received[0].parties
    assert party.birth_date is None


def test_a_child_may_be_expected_up_to_42_weeks_after_the_export(sketch: Sketch, outcome: Read) -> None:
    sketch.tables["parties.csv"][0]["birth_date"] = "2027-09-13"
    (party,) = outcome(sketch).received[0].parties
    assert party.birth_date == date(2027, 9, 13)


def test_an_administrative_entry_after_the_last_change_is_no_fault(sketch: Sketch, outcome: Read) -> None:
    sketch.tables["entries.csv"][0] |= {"occurred_on": "2005-01-01", "substantive": "no"}
    assert len(outcome(sketch).received) == 1


def test_several_young_people_may_share_a_dossier(sketch: Sketch, outcome: Read) -> None:
    sketch.tables["parties.csv"].append(dict(sketch.tables["parties.csv"][0]))
    assert [party.role for party in outcome(sketch).received[0].parties] == [Role.YOUTH, Role.YOUTH]


def test_an_open_dossier_needs_no_closing_date_entries_or_documents(sketch: Sketch, outcome: Read) -> None:
    sketch.tables["dossiers.csv"][0] |= {"status": "open", "closed_on": ""}
    sketch.tables["entries.csv"], sketch.tables["documents.csv"] = [], []
    (received,) = outcome(sketch).received
    assert (received.dossier.closed_on, len(received.entries), list(received.documents)) == (None, 0, [])


def test_white_space_around_a_value_is_not_part_of_it(sketch: Sketch, outcome: Read) -> None:
    for rows in sketch.tables.values():
        rows[0].update({field: f" {value}\t" for field, value in rows[0].items()})
    (received,) = outcome(sketch).received
    assert received.dossier.reference == REFERENCE
    assert [party.surname for party in received.parties] == ["Wel"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf-8-sig"])
def test_a_byte_order_mark_is_tolerated(encoding: str, mark: bytes, sketch: Sketch, outcome: Read) -> None:
    table = mark + b"reference,occurred_on,kind,author,source,substantive,text\n"
    sketch.raw["entries.csv"] = table + f"{REFERENCE},2002-01-01,report,,fact,no,één".encode()
    sketch.manifest["encoding"] = encoding
    (entry,) = outcome(sketch).received[0].entries
    assert (entry.text, entry.author) == ("één", None)


@pytest.mark.parametrize("encoding", ["cp1252", "windows-1252", "iso-8859-1", "iso-8859-15"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("date_format", ["%d-%m-%Y", "%Y%m%d", "%m/%d/%Y", "%d.%m.%Y"])
def test_the_dialect_of_the_old_system_is_followed(
    encoding: str, delimiter: str, date_format: str, sketch: Sketch, outcome: Read
) -> None:
    sketch.manifest |= {"encoding": encoding, "delimiter": delimiter, "date_format": date_format}
    for table, field in (
        ("dossiers", "opened_on"),
        ("dossiers", "closed_on"),
        ("dossiers", "last_change_on"),
    ):
        sketch.tables[f"{table}.csv"][0][field] = date(2004, 3, 2).strftime(date_format)
    sketch.tables["parties.csv"][0]["birth_date"] = date(1990, 1, 2).strftime(date_format)
    sketch.tables["entries.csv"][0]["occurred_on"] = date(2002, 1, 1).strftime(date_format)
    sketch.tables["documents.csv"][0]["created_on"] = date(2002, 1, 1).strftime(date_format)
    (received,) = outcome(sketch).received
    assert received.dossier.opened_on == date(2004, 3, 2)
    assert [party.given_names for party in received.parties] == ["Zoë"]


def test_the_rows_can_be_walked_again_and_a_package_changed_meanwhile_is_noticed(
    sketch: Sketch, tmp_path: Path
) -> None:
    folder = sketch.write(tmp_path / "package")
    (received,) = open_package(folder, EXPORTED_ON).dossiers()
    assert [entry.text for entry in received.entries] == [entry.text for entry in received.entries]
    text = (folder / "entries.csv").read_bytes()
    (folder / "entries.csv").write_bytes(text.replace(b"fact", b"rant"))
    with pytest.raises(PackageUnreadable) as caught:
        list(received.entries)
    assert caught.value.code == "package_changed"
    (folder / "entries.csv").write_bytes(text[:60])
    with pytest.raises(PackageUnreadable):
        list(received.entries)


def test_a_row_that_has_become_another_dossiers_is_not_given(sketch: Sketch, tmp_path: Path) -> None:
    folder = sketch.add_dossier("JE-2002-00002").write(tmp_path / "package")
    received, _ = open_package(folder, EXPORTED_ON).dossiers()
    text = (folder / "entries.csv").read_bytes()
    (folder / "entries.csv").write_bytes(text.replace(REFERENCE.encode(), b"JE-2002-00002"))
    with pytest.raises(PackageUnreadable) as caught:
        list(received.entries)
    assert caught.value.code == "package_changed"


def test_no_personal_value_shows_in_the_repr_of_what_comes_in(sketch: Sketch, outcome: Read) -> None:
    received = outcome(sketch).received[0]
    told = repr([received, *received.parties, *received.entries, *received.documents])
    for secret in ("Zoë", "Wel", "1990", "Brief"):
        assert secret not in told
