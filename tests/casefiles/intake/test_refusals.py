"""One fault in an otherwise sound dossier refuses it whole, and is named where it stands."""

from collections.abc import Callable

import pytest

from .packages import REFERENCE, Outcome, Sketch

Read = Callable[[Sketch], Outcome]

# table, field, value, code
FAULTS = [
    ("dossiers.csv", "reference", "Zoë Wel", "reference_malformed"),
    ("dossiers.csv", "reference", "A1" * 21, "reference_malformed"),
    ("dossiers.csv", "reference", "Jansen", "reference_malformed"),
    ("dossiers.csv", "reference", "111222333", "reference_is_bsn"),
    ("dossiers.csv", "kind", "onbekend", "kind_unknown"),
    ("dossiers.csv", "kind", "JGZ", "kind_unknown"),
    ("dossiers.csv", "kind", "", "value_missing"),
    ("dossiers.csv", "status", "gesloten", "status_unknown"),
    ("dossiers.csv", "team", "", "value_missing"),
    ("dossiers.csv", "team", "T" * 101, "value_too_long"),
    ("dossiers.csv", "team", "Team\tOost", "control_character"),
    ("dossiers.csv", "opened_on", "2001-02-31", "date_impossible"),
    ("dossiers.csv", "opened_on", "31-01-2001", "date_impossible"),
    ("dossiers.csv", "opened_on", "2001-1-1", "date_impossible"),
    ("dossiers.csv", "opened_on", "1849-12-31", "date_impossible"),
    ("dossiers.csv", "opened_on", "", "value_missing"),
    ("dossiers.csv", "last_change_on", "2026-11-24", "date_in_future"),
    ("dossiers.csv", "last_change_on", "", "value_missing"),
    ("dossiers.csv", "closed_on", "1899-12-30", "closed_before_opened"),
    ("dossiers.csv", "closed_on", "", "closed_without_date"),
    ("dossiers.csv", "end_of_measure_on", "2001-02-02", "measure_ended_before_opening"),
    ("dossiers.csv", "end_of_measure_on", "2027-01-01", "date_in_future"),
    ("dossiers.csv", "arrived_on", "2027-01-01", "date_in_future"),
    ("dossiers.csv", "decision_starts_on", "2001-02-31", "date_impossible"),
    ("dossiers.csv", "decision_expires_on", "2200-01-01", "date_in_future"),
    ("parties.csv", "role", "aunt", "role_unknown"),
    ("parties.csv", "role", "parent", "youth_missing"),
    ("parties.csv", "bsn", "123456789", "bsn_invalid"),
    ("parties.csv", "birth_date", "2027-09-14", "birth_too_far_ahead"),
    ("parties.csv", "birth_date", "1990-02-30", "date_impossible"),
    ("parties.csv", "surname", "W\0el", "nul_byte"),
    ("parties.csv", "surname", "W\x9fel", "control_character"),
    ("parties.csv", "surname", "W\nel", "control_character"),
    ("parties.csv", "surname", "W" * 201, "value_too_long"),
    ("parties.csv", "authority", "ja", "boolean_unknown"),
    ("parties.csv", "secret_address", "", "value_missing"),
    ("parties.csv", "secret_address", "unknown", "boolean_unknown"),
    ("entries.csv", "occurred_on", "", "value_missing"),
    ("entries.csv", "occurred_on", "2004-03-03", "entry_after_last_change"),
    ("entries.csv", "kind", "note", "entry_kind_unknown"),
    ("entries.csv", "source", "rumour", "source_unknown"),
    ("entries.csv", "substantive", "maybe", "boolean_unknown"),
    ("entries.csv", "text", " ", "value_missing"),
    ("entries.csv", "text", "x" * 1_000_001, "value_too_long"),
    ("entries.csv", "text", "bell\x07", "control_character"),
    ("documents.csv", "created_on", "2004-03-03", "entry_after_last_change"),
    ("documents.csv", "category", "misc", "category_unknown"),
    ("documents.csv", "path", "", "value_missing"),
    ("documents.csv", "path", "documents/none.txt", "file_missing"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join((fault[1], fault[2][:20], fault[3])))
def test_a_fault_is_named_by_file_line_field_and_code(
    fault: tuple[str, str, str, str], sketch: Sketch, outcome: Read
) -> None:
    table, field, value, code = fault
    sketch.tables[table][0][field] = value
    if field == "reference":
        for rows in sketch.tables.values():
            rows[0]["reference"] = value
    found = outcome(sketch)
    place = ("dossiers.csv", 2, "") if code == "youth_missing" else (table, 2, field)
    assert not found.received
    assert found.codes == {(*place, code)}
    assert not found.orphans


def test_a_last_change_before_the_opening_is_refused(sketch: Sketch, outcome: Read) -> None:
    sketch.tables["dossiers.csv"][0]["last_change_on"] = "2001-01-01"
    sketch.tables["entries.csv"], sketch.tables["documents.csv"] = [], []
    assert outcome(sketch).codes == {("dossiers.csv", 2, "last_change_on", "change_before_opening")}


def test_every_fault_of_a_dossier_is_listed_and_its_neighbour_comes_in(sketch: Sketch, outcome: Read) -> None:
    sketch.add_dossier("JE-2002-00002")
    sketch.tables["dossiers.csv"][0] |= {"kind": "x", "status": "open", "closed_on": "1999-01-01"}
    sketch.tables["parties.csv"][0] |= {"bsn": "123456789", "birth_date": "x"}
    sketch.tables["entries.csv"][0]["occurred_on"] = "2020-01-01"
    found = outcome(sketch)
    assert found.codes == {
        ("dossiers.csv", 2, "kind", "kind_unknown"),
        ("dossiers.csv", 2, "closed_on", "open_with_closing_date"),
        ("dossiers.csv", 2, "closed_on", "closed_before_opened"),
        ("parties.csv", 2, "bsn", "bsn_invalid"),
        ("parties.csv", 2, "birth_date", "date_impossible"),
        ("entries.csv", 2, "occurred_on", "entry_after_last_change"),
    }
    assert [received.dossier.reference for received in found.received] == ["JE-2002-00002"]


def test_all_rows_of_a_repeated_reference_are_refused_and_the_faults_of_their_parts_told_once(
    sketch: Sketch, outcome: Read
) -> None:
    sketch.tables["dossiers.csv"].append(dict(sketch.tables["dossiers.csv"][0]))
    sketch.tables["parties.csv"][0]["bsn"] = "123456789"
    found = outcome(sketch)
    assert [refused.line for refused in found.refused] == [2, 3]
    assert [(p.line, p.code) for p in found.problems] == [
        (2, "reference_duplicate"),
        (2, "bsn_invalid"),
        (3, "reference_duplicate"),
    ]
    assert not found.orphans


def test_a_dossier_without_a_reference_is_refused_and_its_rows_are_of_nobody(sketch: Sketch, outcome: Read) -> None:
    for rows in sketch.tables.values():
        rows[0]["reference"] = ""
    found = outcome(sketch)
    assert found.codes == {("dossiers.csv", 2, "reference", "reference_missing")}
    assert [(p.file, p.code) for p in found.orphans] == [
        ("parties.csv", "reference_missing"),
        ("entries.csv", "reference_missing"),
        ("documents.csv", "reference_missing"),
    ]


def test_a_row_whose_reference_no_dossier_has_is_an_orphan(sketch: Sketch, outcome: Read) -> None:
    sketch.row("entries.csv", reference="XX-0000-00000", text="whose?")
    found = outcome(sketch)
    assert len(found.received) == 1
    assert [(p.file, p.line, p.reference, p.field, p.code) for p in found.orphans] == [
        ("entries.csv", 3, "XX-0000-00000", "reference", "orphan")
    ]


def test_an_undecodable_byte_refuses_the_dossier_of_its_line_only(sketch: Sketch, outcome: Read) -> None:
    sketch.add_dossier("JE-2002-00002")
    sketch.manifest["encoding"] = "cp1252"
    sketch.tables["parties.csv"][1]["surname"] = "\x81"
    header = ",".join(sketch.tables["parties.csv"][0])
    rows = [",".join(row.values()) for row in sketch.tables.pop("parties.csv")]
    sketch.raw["parties.csv"] = "\n".join([header, *rows]).encode("latin-1")
    found = outcome(sketch)
    assert found.codes == {("parties.csv", 3, "surname", "encoding_invalid")}
    assert [received.dossier.reference for received in found.received] == [REFERENCE]


def test_a_number_of_dossiers_other_than_promised_is_told_and_keeps_none_out(sketch: Sketch, outcome: Read) -> None:
    sketch.manifest["dossiers"] = 2
    found = outcome(sketch)
    assert len(found.received) == 1
    assert [(p.file, p.field, p.code) for p in found.orphans] == [("package.json", "dossiers", "dossier_count_differs")]


def test_a_problem_repeats_no_value_of_a_row_and_no_reference_that_may_be_a_name(sketch: Sketch, outcome: Read) -> None:
    secrets = {
        "bsn": "123456789",
        "surname": "Wel\0kenaar",
        "birth_date": "1990-02-30",
        "phone": "0612345678\x07",
    }
    sketch.tables["parties.csv"][0] |= secrets
    for rows in sketch.tables.values():
        rows[0]["reference"] = "Jansen"
    found = outcome(sketch)
    assert len(found.problems) == 5
    told = repr(found.refused)
    for secret in ("123456789", "kenaar", "1990-02-30", "0612345678", "Jansen", "Zoë"):
        assert secret not in told
