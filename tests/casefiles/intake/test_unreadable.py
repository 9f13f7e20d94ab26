"""A package that cannot be read as a whole gives nothing, and says why."""

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from casefiles.intake.package import open_package
from casefiles.intake.tables import COLUMNS, RECORD_LIMIT
from casefiles.intake.unreadable import PackageUnreadable

from .packages import EXPORTED_ON, Sketch

ENTRIES = ",".join(COLUMNS["entries.csv"])


def reason(folder: Path, today: date = EXPORTED_ON) -> str:
    with pytest.raises(PackageUnreadable) as caught:
        open_package(folder, today)
    assert caught.value.message == str(caught.value) != ""
    return caught.value.code


MANIFESTS = [
    ({"format": "dossier-package/2"}, "format_unknown"),
    ({"encoding": "utf-16"}, "encoding_unsupported"),
    ({"encoding": "utf-7"}, "encoding_unsupported"),
    ({"encoding": "cp037"}, "encoding_unsupported"),
    ({"encoding": ""}, "encoding_unsupported"),
    ({"delimiter": ":"}, "delimiter_unsupported"),
    ({"delimiter": '"'}, "delimiter_unsupported"),
    ({"delimiter": ",,"}, "delimiter_unsupported"),
    ({"delimiter": ""}, "delimiter_unsupported"),
    ({"date_format": "%d-%m"}, "date_format_unsupported"),
    ({"date_format": "%d-%m-%y"}, "date_format_unsupported"),
    ({"date_format": "%d-%d-%Y"}, "date_format_unsupported"),
    ({"date_format": "%Y-%m-%d %H"}, "date_format_unsupported"),
    ({"date_format": "%Y%%m%d"}, "date_format_unsupported"),
    ({"date_format": ""}, "date_format_unsupported"),
    ({"exported_on": "23-11-2026"}, "manifest_invalid"),
    ({"exported_on": None}, "manifest_invalid"),
    ({"source": ""}, "manifest_invalid"),
    ({"source": "Old\nsystem"}, "manifest_invalid"),
    ({"source": "x" * 121}, "manifest_invalid"),
    ({"dossiers": "60"}, "manifest_invalid"),
]


@pytest.mark.parametrize(("change", "code"), MANIFESTS)
def test_a_description_that_we_cannot_follow_is_refused(
    change: dict[str, Any], code: str, sketch: Sketch, tmp_path: Path
) -> None:
    content = json.dumps(sketch.manifest | change).encode()
    sketch.raw["package.json"] = content
    assert reason(sketch.write(tmp_path / "package")) == code


@pytest.mark.parametrize("key", ["format", "source", "exported_on", "encoding", "delimiter", "date_format"])
def test_each_field_of_the_description_is_needed(key: str, sketch: Sketch, tmp_path: Path) -> None:
    del sketch.manifest[key]
    sketch.raw["package.json"] = json.dumps(sketch.manifest).encode()
    sketch.manifest |= {"encoding": "utf-8", "delimiter": ","}
    assert reason(sketch.write(tmp_path / "package")) == "manifest_invalid"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe{}", b"[" * 100_000, b" " * (1 << 20) + b"{}"]
)
def test_what_is_no_json_object_is_no_description(content: bytes, sketch: Sketch, tmp_path: Path) -> None:
    sketch.raw["package.json"] = content
    assert reason(sketch.write(tmp_path / "package")) == "manifest_invalid"


def test_a_package_from_tomorrow_is_refused_until_tomorrow(sketch: Sketch, tmp_path: Path) -> None:
    folder = sketch.write(tmp_path / "package")
    assert reason(folder, EXPORTED_ON - timedelta(days=1)) == "exported_in_future"
    assert open_package(folder, EXPORTED_ON).exported_on == EXPORTED_ON


@pytest.mark.parametrize("name", ["package.json", *COLUMNS])
def test_each_file_must_be_there_and_be_the_packages_own(name: str, sketch: Sketch, tmp_path: Path) -> None:
    folder = sketch.write(tmp_path / "package")
    (folder / name).rename(tmp_path / name)
    assert reason(folder) == "file_missing"
    (folder / name).symlink_to(tmp_path / name)
    assert reason(folder) == "outside_package"
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert reason(folder) == "file_missing"


def test_a_documents_folder_elsewhere_is_refused(sketch: Sketch, tmp_path: Path) -> None:
    folder = sketch.write(tmp_path / "package")
    (folder / "documents").rename(tmp_path / "documents")
    (folder / "documents").symlink_to(tmp_path / "documents")
    assert reason(folder) == "outside_package"


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "package.zip").touch()
    assert reason(tmp_path / "package.zip") == reason(tmp_path / "nothing") == "not_a_folder"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "header_invalid"),
        ('"reference', "header_invalid"),
        (ENTRIES.removesuffix(",text"), "column_missing"),
        (ENTRIES.replace(",", ";"), "column_missing"),
        (ENTRIES.upper(), "column_missing"),
        (ENTRIES + ",text", "column_duplicate"),
        (ENTRIES + ",note", "column_unknown"),
        (ENTRIES + ",", "column_unknown"),
        ("text," + ENTRIES.removesuffix(",text"), "reference_not_first"),
    ],
)
def test_a_table_has_exactly_its_columns(header: str, code: str, sketch: Sketch, tmp_path: Path) -> None:
    sketch.raw["entries.csv"] = header.encode()
    assert reason(sketch.write(tmp_path / "package")) == code


def test_a_row_taken_for_a_header_is_not_repeated(sketch: Sketch, tmp_path: Path) -> None:
    sketch.raw["entries.csv"] = (ENTRIES + ",Zoë van Wel").encode()
    with pytest.raises(PackageUnreadable) as caught:
        open_package(sketch.write(tmp_path / "package"), EXPORTED_ON)
    assert "Zoë" not in caught.value.message
    assert "8" in caught.value.message


def test_the_other_columns_may_stand_in_any_order(sketch: Sketch, tmp_path: Path) -> None:
    sketch.raw["documents.csv"] = (
        b"reference,category,created_on,title,path\nJE-2001-00001,plan,2002-01-01,,documents/0.txt"
    )
    (received,) = open_package(sketch.write(tmp_path / "package"), EXPORTED_ON).dossiers()
    assert [document.category for document in received.documents] == ["plan"]


@pytest.mark.parametrize("content", [b"x" * (RECORD_LIMIT + 1), b'"\n",' * (RECORD_LIMIT // 4 + 1)])
def test_a_row_without_an_end_is_not_read_into_memory(content: bytes, sketch: Sketch, tmp_path: Path) -> None:
    sketch.raw["entries.csv"] = ENTRIES.encode() + b"\n" + content
    assert reason(sketch.write(tmp_path / "package")) == "record_too_long"
