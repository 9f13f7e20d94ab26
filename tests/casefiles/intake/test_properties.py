"""Properties of the reader, over packages that nobody thought of."""

import csv
import random
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from casefiles.intake.package import open_package
from casefiles.intake.problems import Code, Problem
from casefiles.intake.tables import COLUMNS
from casefiles.intake.unreadable import PackageUnreadable

from .packages import EXPORTED_ON, Outcome, Sketch, take_in

FILES = st.sampled_from(["package.json", *COLUMNS])
# What a reader of CSV may trip over, and what makes it look like a row.
SHARDS = st.sampled_from(
    [
        b'"',
        b'""',
        b",",
        b";",
        b"\n",
        b"\r\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"JE-2001-00001",
        b"2002-01-01",
    ]
)
BYTES = st.lists(st.one_of(SHARDS, st.binary(max_size=4)), max_size=30).map(b"".join)
TEXT = st.text(st.one_of(st.sampled_from('",;\n\r\t| '), st.characters(exclude_categories=["C"])), max_size=60)


def read(sketch: Sketch) -> Outcome:
    with TemporaryDirectory() as folder:
        return take_in(sketch.write(Path(folder)))


def contents(folder: Path) -> dict[str, tuple[object, ...]]:
    """Every dossier that comes in with all its rows but their line numbers, in no order."""
    found = {}
    for received in take_in(folder).received:
        rows = [*received.parties, *received.entries, *received.documents]
        found[received.dossier.reference] = tuple(sorted(repr(asdict(row) | {"line": 0}) for row in rows))
    return found


@settings(max_examples=200)
@given(FILES, BYTES, st.integers(0, 400), st.integers(0, 40))
@example("entries.csv", b"", 0, 400)
def test_no_bytes_make_the_reader_fail_otherwise_than_by_a_problem(
    name: str, shard: bytes, place: int, cut: int
) -> None:
    with TemporaryDirectory() as folder:
        sketch = Sketch().add_dossier().add_dossier("JE-2002-00002")
        path = sketch.write(Path(folder)) / name
        whole = path.read_bytes()
        path.write_bytes(whole[:place] + shard + whole[place + cut :])
        try:
            package = open_package(Path(folder), EXPORTED_ON)
        except PackageUnreadable:
            return
        told = [*package.dossiers(), *package.orphans()]
        assert len(told) >= package.count
        assert {p.code for p in told if isinstance(p, Problem)} <= set(Code)


@settings(max_examples=150)
@given(BYTES)
def test_any_bytes_may_follow_a_header(body: bytes) -> None:
    sketch = Sketch().add_dossier()
    sketch.raw["entries.csv"] = ",".join(COLUMNS["entries.csv"]).encode() + b"\n" + body
    found = read(sketch)
    assert len(found.received) + len(found.refused) == 1


@settings(max_examples=150)
@given(BYTES)
def test_a_dossier_whose_line_stands_whole_above_the_damage_comes_in(body: bytes) -> None:
    sketch = Sketch().add_dossier()
    rows = [COLUMNS["dossiers.csv"], sketch.tables["dossiers.csv"][0].values()]
    damage = body.replace(b"JE-2001-00001", b"JE-2009-00009")
    sketch.raw["dossiers.csv"] = "".join(",".join(row) + "\n" for row in rows).encode() + damage
    found = read(sketch)
    assert [received.dossier.reference for received in found.received] == ["JE-2001-00001"]


@settings(max_examples=100)
@given(TEXT.filter(lambda text: text.strip() != ""), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_a_quoted_text_survives_with_its_quotation_marks_delimiters_and_newlines(
    text: str, delimiter: str, newline: str
) -> None:
    sketch = Sketch(newline=newline, quoting=csv.QUOTE_ALL).add_dossier()
    sketch.manifest["delimiter"] = delimiter
    sketch.tables["entries.csv"][0]["text"] = text
    with TemporaryDirectory() as folder:
        (received,) = take_in(sketch.write(Path(folder))).received
        assert [entry.text for entry in received.entries] == [text.strip()]


@settings(max_examples=40)
@given(st.integers(1, 5), st.lists(st.integers(0, 6), max_size=25), st.randoms(use_true_random=False))
def test_exactly_the_rows_of_a_reference_are_its_own_in_whatever_order_they_stand(
    dossiers: int, owners: list[int], shuffle: random.Random
) -> None:
    sketch = Sketch()
    for number in range(dossiers):
        sketch.add_dossier(f"JE-{number}")
    for mark, owner in enumerate(owners):
        row = sketch.row("entries.csv", reference=f"JE-{owner}", occurred_on="2002-01-01", kind="contact")
        row |= {"source": "fact", "substantive": "no", "text": f"{mark}, of\n{owner}"}
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        before = contents(sketch.write(Path(first)))
        orphans = take_in(Path(first)).orphans
        for rows in sketch.tables.values():
            shuffle.shuffle(rows)
        after = contents(sketch.write(Path(second)))
    assert {key: [row.replace(second, first) for row in rows] for key, rows in after.items()} == {
        key: list(rows) for key, rows in before.items()
    }
    for number in range(dossiers):
        expected = [f"{mark}, of\\n{owner}" for mark, owner in enumerate(owners) if owner == number]
        assert all(any(text in row for row in before[f"JE-{number}"]) for text in expected)
        assert len(before[f"JE-{number}"]) == len(expected) + 3
    assert len(orphans) == sum(owner >= dossiers for owner in owners)
