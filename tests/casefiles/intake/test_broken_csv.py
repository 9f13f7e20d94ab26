"""Lines, quotation marks and rows: what a row touches is refused, what it does not touch comes in."""

from collections.abc import Callable

from casefiles.intake.tables import COLUMNS

from .packages import Outcome, Sketch

Read = Callable[[Sketch], Outcome]
A, B, C, D = (f"JE-200{number}-0000{number}" for number in range(1, 5))


def entries(sketch: Sketch, *lines: str) -> Sketch:
    """Give the package four dossiers and these lines of entries.csv."""
    for reference in (B, C, D):
        sketch.add_dossier(reference)
    sketch.raw["entries.csv"] = "\n".join([",".join(COLUMNS["entries.csv"]), *lines, ""]).encode()
    return sketch


def entry(reference: str, text: str) -> str:
    return f"{reference},2002-01-01,report,,fact,no,{text}"


def places(found: Outcome) -> list[tuple[int, str, str]]:
    return [(p.line, p.reference, p.code) for p in found.problems]


def received(found: Outcome) -> list[str]:
    return [dossier.dossier.reference for dossier in found.received]


def test_lines_are_counted_as_an_editor_does_also_after_quoted_and_blank_ones(sketch: Sketch, outcome: Read) -> None:
    found = outcome(entries(sketch, entry(A, '"one\ntwo, and ""three"""'), "", entry(B, "\x07"), "", entry(C, "x")))
    assert places(found) == [(5, B, "control_character")]
    texts = {dossier.dossier.reference: [e.text for e in dossier.entries] for dossier in found.received}
    assert texts == {A: ['one\ntwo, and "three"'], C: ["x"], D: []}


def test_a_row_too_short_or_too_long_refuses_its_dossier(sketch: Sketch, outcome: Read) -> None:
    found = outcome(entries(sketch, f"{A},2002-01-01", entry(B, "a, b"), entry(C, "x")))
    assert places(found) == [(2, A, "row_too_short"), (3, B, "row_too_long")]
    assert received(found) == [C, D]


def test_a_row_of_several_lines_with_a_field_too_many_is_broken_on_each_of_them(sketch: Sketch, outcome: Read) -> None:
    found = outcome(entries(sketch, entry(A, f'"one\n{B},two",three'), entry(C, "x")))
    assert places(found) == [(2, A, "row_malformed"), (3, B, "row_malformed")]
    assert received(found) == [C, D]


def test_an_open_quotation_mark_refuses_every_dossier_whose_row_it_swallows(sketch: Sketch, outcome: Read) -> None:
    lines = [entry(A, '"not closed'), entry(B, "x"), entry(C, '"x"'), entry(D, "x"), entry(A, "x")]
    found = outcome(entries(sketch, *lines))
    assert places(found) == [(2, A, "row_malformed"), (3, B, "row_malformed"), (4, C, "row_malformed")]
    assert received(found) == [D]


def test_a_quotation_mark_that_is_never_closed_refuses_all_that_follows(sketch: Sketch, outcome: Read) -> None:
    found = outcome(entries(sketch, entry(A, "x"), entry(B, '"'), entry(C, "x"), entry(A, "y")))
    assert places(found) == [(5, A, "row_malformed"), (3, B, "row_malformed"), (4, C, "row_malformed")]
    assert received(found) == [D]


def test_a_swallowed_row_is_noticed_also_where_the_fields_still_count_right(sketch: Sketch, outcome: Read) -> None:
    swallowing = '"\n' + entry(A, "x") + f'\n"{entry("", "y")}'
    found = outcome(entries(sketch, swallowing, entry(B, "x")))
    assert places(found) == [(3, A, "row_malformed")]
    assert received(found) == [B, C, D]


def test_a_long_text_of_many_lines_comes_in_whole_and_a_longer_one_refuses_its_dossier_only(
    sketch: Sketch, outcome: Read
) -> None:
    long, longer = "many words\n" * 15_000, "many words\n" * 91_000
    found = outcome(entries(sketch, entry(A, f'"{long}"'), entry(B, f'"{longer}"'), entry(C, "x")))
    assert places(found) == [(15_003, B, "value_too_long")]
    assert [len(e.text) for e in found.received[0].entries] == [len(long) - 1]


def test_a_text_beyond_what_a_record_may_hold_refuses_at_least_its_dossier(sketch: Sketch, outcome: Read) -> None:
    found = outcome(entries(sketch, entry(A, "x" * (1 << 20) + "y"), entry(B, "x")))
    assert places(found) == [(2, A, "row_malformed")]
    assert received(found) == [B, C, D]


def test_a_broken_row_of_dossiers_is_refused_line_by_line_and_its_parts_are_no_orphans(
    sketch: Sketch, outcome: Read
) -> None:
    for reference in (B, C):
        sketch.add_dossier(reference)
    rows = [",".join(row.values()) for row in sketch.tables["dossiers.csv"]]
    header = ",".join(COLUMNS["dossiers.csv"])
    rows[0] = rows[0].replace("Team Oost", '"Team Oost')
    sketch.raw["dossiers.csv"] = "\n".join([header, rows[0], rows[1].replace("worker1", '"x"y'), rows[2]]).encode()
    found = outcome(sketch)
    assert places(found) == [(2, A, "row_malformed"), (3, B, "row_malformed")]
    assert received(found) == [C]
    assert not found.orphans


def test_a_dossier_of_which_one_row_is_broken_and_one_is_sound_is_refused_for_both(
    sketch: Sketch, outcome: Read
) -> None:
    header = ",".join(COLUMNS["dossiers.csv"])
    row = ",".join(sketch.tables["dossiers.csv"][0].values())
    sketch.raw["dossiers.csv"] = "\n".join([header, f"{A},jeugdhulp", row]).encode()
    found = outcome(sketch)
    assert places(found) == [(2, A, "row_too_short"), (3, A, "reference_duplicate")]


def test_a_broken_row_of_nobody_is_told(sketch: Sketch, outcome: Read) -> None:
    found = outcome(entries(sketch, "zomaar een regel", entry("", '"x"y')))
    assert [(p.line, p.reference, p.code) for p in found.orphans] == [
        (2, "", "row_too_short"),
        (3, "", "row_malformed"),
    ]
    assert received(found) == [A, B, C, D]
