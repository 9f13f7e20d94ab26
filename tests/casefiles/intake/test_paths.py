"""A row of documents.csv reaches no file but a regular one in the package's documents folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from casefiles.intake.unreadable import PackageUnreadable

from .packages import Outcome, Sketch, take_in

OUTSIDE = [
    "/etc/hostname",
    "../../../etc/passwd",
    "documents/../../secret.txt",
    "documents/../package.json",
    "documents/../documents/0.txt",
    "documents/./0.txt",
    "documents//0.txt",
    "documents/",
    "documents",
    "package.json",
    "./documents/0.txt",
    "Documents/0.txt",
    "documents\\0.txt",
    "documents/..\\..\\secret.txt",
    "C:\\documents\\0.txt",
    "C:/documents/0.txt",
    "//server/share/0.txt",
    "~/0.txt",
    "file:///etc/hostname",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leaves_the_documents_folder_is_refused_by_its_text(
    path: str, sketch: Sketch, outcome: Callable[[Sketch], Outcome]
) -> None:
    sketch.tables["documents.csv"][0]["path"] = path
    assert outcome(sketch).codes == {("documents.csv", 2, "path", "path_outside_package")}


def code_of(name: str, sketch: Sketch, folder: Path) -> str:
    sketch.tables["documents.csv"][0]["path"] = name
    (problem,) = take_in(sketch.write(folder)).problems
    return problem.code


def test_a_link_that_leaves_the_package_is_refused_and_one_that_stays_is_followed(
    sketch: Sketch, tmp_path: Path
) -> None:
    folder = sketch.write(tmp_path / "package")
    (tmp_path / "secret.txt").write_text("a secret")
    (folder / "documents/out.txt").symlink_to("../../secret.txt")
    (folder / "documents/up").symlink_to("..")
    (folder / "documents/in.txt").symlink_to("0.txt")
    assert code_of("documents/out.txt", sketch, folder) == "path_outside_package"
    assert code_of("documents/up/dossiers.csv", sketch, folder) == "path_outside_package"
    sketch.tables["documents.csv"][0]["path"] = "documents/in.txt"
    (document,) = take_in(sketch.write(folder)).received[0].documents
    assert document.name == "documents/in.txt"
    with document.path.open("rb") as content:
        assert content.read() == b"a letter"


def replaced_by_a_link(document: Path, outside: Path) -> None:
    document.unlink()
    document.symlink_to(outside)


def replaced_by_a_pipe(document: Path, outside: Path) -> None:
    document.unlink()
    os.mkfifo(document)


def replaced_by_more(document: Path, outside: Path) -> None:
    document.write_bytes(b"another letter")


def below_a_folder_that_became_a_link(document: Path, outside: Path) -> None:
    document.parent.rename(document.parent.with_name("moved"))
    document.parent.symlink_to(outside.parent)


SWAPS = [replaced_by_a_link, replaced_by_a_pipe, replaced_by_more, below_a_folder_that_became_a_link]


@pytest.mark.parametrize("swap", SWAPS)
def test_what_is_put_in_the_place_of_a_judged_document_is_not_read(
    sketch: Sketch, tmp_path: Path, swap: Callable[[Path, Path], None]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    outside = tmp_path / "elsewhere/0.txt"
    outside.write_bytes(b"a secret")
    folder = sketch.write(tmp_path / "package")
    (folder / "documents/below").mkdir()
    (folder / "documents/0.txt").rename(folder / "documents/below/0.txt")
    sketch.tables["documents.csv"][0]["path"] = "documents/below/0.txt"
    sketch.raw.clear()
    (document,) = take_in(sketch.write(folder)).received[0].documents
    swap(folder / "documents/below/0.txt", outside)
    with pytest.raises(PackageUnreadable) as raised:
        document.path.open("rb")
    assert raised.value.code == "package_changed"


def test_what_is_no_file_with_content_is_refused(sketch: Sketch, tmp_path: Path) -> None:
    folder = sketch.write(tmp_path / "package")
    (folder / "documents/folder").mkdir()
    os.mkfifo(folder / "documents/pipe")
    (folder / "documents/empty").touch()
    (folder / "documents/loop").symlink_to("loop")
    (folder / "documents/dangling").symlink_to("nothing")
    assert code_of("documents/folder", sketch, folder) == "file_not_regular"
    assert code_of("documents/pipe", sketch, folder) == "file_not_regular"
    assert code_of("documents/empty", sketch, folder) == "file_empty"
    assert code_of("documents/loop", sketch, folder) == "file_missing"
    assert code_of("documents/dangling", sketch, folder) == "file_missing"
    assert code_of("documents/0.txt/below", sketch, folder) == "file_missing"
    assert code_of(f"documents/{'x' * 300}", sketch, folder) == "file_missing"


def test_a_package_reached_through_a_link_is_read(sketch: Sketch, tmp_path: Path) -> None:
    sketch.write(tmp_path / "package")
    (tmp_path / "link").symlink_to("package")
    assert len(take_in(tmp_path / "link").received) == 1
