"""What does not come in: what differs from before, what another source has here, and what was destroyed here."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from casefiles import rotation
from casefiles.intake import register
from casefiles.intake.problems import Code, message_of
from casefiles.models import DestroyedReference, Dossier
from retention import lists, sweeping
from retention.models import DestructionList
from retention.receipts import slips
from tests.organisation import Organisation, carry_out
from tests.stores import difference, everything

from .packages import REFERENCE, Sketch
from .pictures import bring_in

Change = Callable[[Sketch], object]


def cell(table: str, column: str, value: str) -> Change:
    return lambda sketch: sketch.tables[table][0].update({column: value})


def another_file(sketch: Sketch) -> None:
    sketch.raw["documents/0.txt"] = b"a lettre"


def another_entry(sketch: Sketch) -> None:
    sketch.tables["entries.csv"].append(sketch.tables["entries.csv"][0] | {"text": "Nog iets."})


CHANGES: dict[str, Change] = {
    "its team": cell("dossiers.csv", "team", "Team West"),
    "its closing date": cell("dossiers.csv", "closed_on", "2004-03-03"),
    "a person's name": cell("parties.csv", "surname", "Wél"),
    "a person's birth date": cell("parties.csv", "birth_date", "1990-01-03"),
    "the text of an entry": cell("entries.csv", "text", "Sprak niet met Zoë."),
    "whether an entry is substantive": cell("entries.csv", "substantive", "no"),
    "an entry more": another_entry,
    "an entry less": lambda sketch: sketch.tables["entries.csv"].clear(),
    "the title of a document": cell("documents.csv", "title", "Briefje"),
    "one byte of a document": another_file,
    "a document less": lambda sketch: sketch.tables["documents.csv"].clear(),
}


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_dossier_that_came_in_before_with_other_contents_is_refused(
    change: Change, sketch: Sketch, tmp_path: Path
) -> None:
    bring_in(sketch.write(tmp_path / "before"))
    before = everything()
    change(sketch)
    outcome = bring_in(sketch.write(tmp_path / "after"))
    assert (outcome.imported, outcome.unchanged, outcome.refused) == (0, 0, 1)
    assert [(p.file, p.line, p.reference, p.field, p.code) for p in outcome.problems] == [
        ("dossiers.csv", 2, REFERENCE, "reference", "differs")
    ]
    assert difference(before, everything()) == []


@pytest.mark.usefixtures("stores")
def test_the_same_dossier_on_another_line_of_another_folder_is_unchanged(sketch: Sketch, tmp_path: Path) -> None:
    bring_in(sketch.write(tmp_path / "before"))
    later = Sketch().add_dossier("JE-1999-00009")
    later.raw.clear()
    for table, rows in sketch.tables.items():
        later.tables[table] += rows
    later.raw |= sketch.raw
    outcome = bring_in(later.write(tmp_path / "after"))
    assert (outcome.imported, outcome.unchanged, outcome.refused) == (1, 1, 0)


@pytest.mark.usefixtures("stores")
def test_a_reference_of_another_source_is_taken(sketch: Sketch, tmp_path: Path) -> None:
    bring_in(sketch.write(tmp_path / "before"))
    sketch.manifest["source"] = "Another system"
    outcome = bring_in(sketch.write(tmp_path / "after"))
    assert [problem.code for problem in outcome.problems] == ["reference_taken"]
    assert Dossier.objects.get().source == "Old system"


def test_a_reference_that_a_case_worker_gave_here_is_taken(organisation: Organisation, sketch_folder: Path) -> None:
    organisation.opens(REFERENCE)
    outcome = bring_in(sketch_folder)
    assert [problem.code for problem in outcome.problems] == ["reference_taken"]
    assert Dossier.objects.get().source == ""


def destruction_of(sketch_folder: Path, organisation: Organisation) -> DestructionList:
    """Bring the dossier of Team Oost in and let its destruction be started."""
    bring_in(sketch_folder)
    return started(organisation)


def started(organisation: Organisation) -> DestructionList:
    """Let the destruction of the dossier of Team Oost be decided and started."""
    sweeping.sweep()
    chosen = DestructionList.objects.get()
    lists.approve(chosen, by=organisation.amina)
    lists.approve(chosen, by=organisation.samira)
    DestructionList.objects.update(cooling_off_until=timezone.now())
    return lists.start(chosen, by=organisation.koen)


def test_what_was_destroyed_here_does_not_come_in_again(organisation: Organisation, sketch_folder: Path) -> None:
    carry_out(destruction_of(sketch_folder, organisation))
    assert not Dossier.objects.exists()
    before = everything()
    for dry_run in (True, False):
        outcome = bring_in(sketch_folder, dry_run=dry_run)
        assert (outcome.imported, outcome.unchanged, outcome.refused) == (0, 0, 1)
        assert [(p.line, p.reference, p.code) for p in outcome.problems] == [(2, REFERENCE, "destroyed")]
    assert difference(before, everything()) == []


def test_not_after_a_rotation_of_the_keys_nor_when_its_slip_was_handed_over_nor_into_a_database_of_before(
    organisation: Organisation, sketch_folder: Path
) -> None:
    bring_in(sketch_folder)
    slips.printed(Dossier.objects.get(), by=organisation.fenna)
    slips.hand_over(Dossier.objects.get(), by=organisation.fenna)
    carry_out(started(organisation))
    rotation.carry_out(rotation.ask(None).pk)
    DestroyedReference.objects.all().delete()  # the backup was made before it first came in
    outcome = bring_in(sketch_folder)
    assert (outcome.imported, [problem.code for problem in outcome.problems]) == (0, ["destroyed"])
    with translation.override("nl"):
        assert message_of(Code.DESTROYED).startswith("Dit dossier is hier vernietigd")


def test_a_line_of_the_register_that_a_crash_cut_off_hides_no_other(
    organisation: Organisation, sketch_folder: Path
) -> None:
    (settings.KEYS_DIR / register.OUTSIDE).write_bytes(b"\n0123")
    carry_out(destruction_of(sketch_folder, organisation))
    DestroyedReference.objects.all().delete()
    assert [problem.code for problem in bring_in(sketch_folder).problems] == ["destroyed"]


def test_what_was_destroyed_under_one_source_may_come_in_from_another(
    organisation: Organisation, sketch_folder: Path, sketch: Sketch, tmp_path: Path
) -> None:
    carry_out(destruction_of(sketch_folder, organisation))
    sketch.manifest["source"] = "Another system"
    assert bring_in(sketch.write(tmp_path / "other")).imported == 1


def test_what_is_being_destroyed_here_does_not_come_in_again(organisation: Organisation, sketch_folder: Path) -> None:
    bring_in(sketch_folder)
    Dossier.objects.update(status=Dossier.Status.DESTROYING)
    assert [problem.code for problem in bring_in(sketch_folder).problems] == ["destroyed"]


@pytest.mark.usefixtures("stores")
def test_one_refused_dossier_does_not_keep_the_others_out(sketch: Sketch, tmp_path: Path) -> None:
    bring_in(sketch.write(tmp_path / "before"))
    another_file(sketch)
    sketch.add_dossier("JE-2001-00002")
    outcome = bring_in(sketch.write(tmp_path / "after"))
    assert (outcome.imported, outcome.unchanged, outcome.refused) == (1, 0, 1)
    assert Dossier.objects.get(reference="JE-2001-00002").closed_on == date(2004, 3, 2)
