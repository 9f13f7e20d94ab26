"""A dry run judges everything and writes nothing: no row, no key, no file, no folder."""

from pathlib import Path

import pytest
from django.conf import settings

from casefiles.models import Team
from tests.stores import difference, everything

from .packages import Sketch
from .pictures import bring_in


@pytest.mark.usefixtures("stores")
def test_a_dry_run_of_a_new_package_writes_nothing_at_all(real_packages: Path) -> None:
    before = everything()
    outcome = bring_in(real_packages / "legacy", dry_run=True)
    assert (outcome.imported, outcome.unchanged, outcome.refused) == (51, 0, 109)
    assert difference(before, everything()) == []
    assert not Team.objects.exists()


@pytest.mark.usefixtures("stores")
def test_a_dry_run_on_a_fresh_machine_makes_no_key(
    sketch: Sketch, tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    fresh = tmp_path / "keys"
    settings.KEYS_DIR = fresh  # type: ignore[attr-defined] # pytest-django's settings
    assert bring_in(sketch.write(tmp_path / "package"), dry_run=True).imported == 1
    assert not fresh.exists()


@pytest.mark.usefixtures("stores")
def test_a_dry_run_tells_what_is_new_unchanged_and_different(sketch: Sketch, tmp_path: Path) -> None:
    sketch.add_dossier("JE-2001-00002")
    bring_in(sketch.write(tmp_path / "before"))
    sketch.tables["entries.csv"][1]["text"] = "Anders."
    sketch.add_dossier("JE-2001-00003")
    package = sketch.write(tmp_path / "after")
    before = everything()
    judged = bring_in(package, dry_run=True)
    assert (judged.imported, judged.unchanged, judged.refused) == (1, 1, 1)
    assert [problem.code for problem in judged.problems] == ["differs"]
    assert difference(before, everything()) == []
    assert settings.DOCUMENTS_DIR.is_dir()
    assert bring_in(package) == judged
