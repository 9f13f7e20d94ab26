"""A package in a zip reads as the same package in a folder, and a zip that means harm is refused as a whole."""

import stat
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from casefiles.intake import zipped
from casefiles.intake.package import open_package
from casefiles.intake.rows import DocumentRow, Received, Refused
from casefiles.intake.unreadable import PackageUnreadable
from casefiles.intake.zipped import Zip

from .packages import EXPORTED_ON, Sketch


def packed(folder: Path, top: str = "") -> BytesIO:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{top}{path.relative_to(folder)}")
    return stream


def reason(stream: BytesIO) -> str:
    with pytest.raises(PackageUnreadable) as caught:
        open_package(Zip(stream), EXPORTED_ON)
    return caught.value.code


def content(row: DocumentRow) -> bytes:
    with row.path.open("rb") as file:
        return file.read()


def facts(found: Received | Refused) -> object:
    if isinstance(found, Refused):
        return found
    documents = [(d.name, d.size, d.title, content(d)) for d in found.documents]
    return found.dossier, list(found.parties), list(found.entries), documents


@pytest.mark.parametrize("top", ["", "export 2026/"])
def test_a_zip_reads_as_its_folder_does(top: str, tmp_path: Path) -> None:
    sketch = Sketch().add_dossier("A-1").add_dossier("A-2")
    sketch.tables["documents.csv"][1]["path"] = "documents/nowhere.txt"
    folder = sketch.write(tmp_path / "package")
    from_zip = open_package(Zip(packed(folder, top)), EXPORTED_ON)
    from_folder = open_package(folder, EXPORTED_ON)
    assert [facts(d) for d in from_zip.dossiers()] == [facts(d) for d in from_folder.dossiers()]
    assert list(from_zip.orphans()) == list(from_folder.orphans())


def test_what_is_no_zip_is_damaged() -> None:
    assert reason(BytesIO(b"PK\x03\x04 and then nothing")) == "zip_damaged"


def test_a_zip_of_which_one_byte_changed_is_damaged(sketch: Sketch, tmp_path: Path) -> None:
    stream = packed(sketch.write(tmp_path / "package"))
    content = bytearray(stream.getvalue())
    with ZipFile(stream) as archive:
        start = archive.getinfo("entries.csv").header_offset
    content[start + 60] ^= 0xFF
    assert reason(BytesIO(bytes(content))) == "zip_damaged"


def test_a_zip_with_a_password_is_refused(sketch: Sketch, tmp_path: Path) -> None:
    content = bytearray(packed(sketch.write(tmp_path / "package")).getvalue())
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1  # the flag in the central directory says that it is encrypted
    assert reason(BytesIO(bytes(content))) == "zip_encrypted"


@pytest.mark.parametrize("name", ["../package.json", "/etc/passwd", "documents/../../x", "a\\b", "C:/x", "x//y"])
def test_a_path_that_leads_out_of_the_zip_is_refused(name: str, sketch: Sketch, tmp_path: Path) -> None:
    stream = packed(sketch.write(tmp_path / "package"))
    with ZipFile(stream, "a") as archive:
        archive.writestr(name, "x")
    assert reason(stream) == "zip_paths"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_with_one_name_are_refused(sketch: Sketch, tmp_path: Path) -> None:
    stream = packed(sketch.write(tmp_path / "package"))
    with ZipFile(stream, "a") as archive:
        archive.writestr("dossiers.csv", "another")
    assert reason(stream) == "zip_paths"


def test_a_bomb_is_refused_by_what_it_says_to_become(
    sketch: Sketch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sketch.raw["documents/zeros.txt"] = bytes(3_000_000)
    stream = packed(sketch.write(tmp_path / "package"))
    assert len(stream.getvalue()) < 100_000
    monkeypatch.setattr(zipped, "MOST_BYTES", 1_000_000)
    assert reason(stream) == "zip_too_large"


def test_a_link_in_a_zip_is_no_document(sketch: Sketch, tmp_path: Path) -> None:
    stream = packed(sketch.write(tmp_path / "package"))
    link = ZipInfo("documents/link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(stream, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert Zip(stream).locate("documents/link.txt") == "file_not_regular"


def test_a_zip_without_a_package_says_what_is_missing() -> None:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert reason(stream) == "file_missing"
