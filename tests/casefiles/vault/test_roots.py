"""Root keys and other kept secrets: made once, durable, for their owner's eyes alone."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from casefiles.vault.kept import keep
from casefiles.vault.roots import FileRootKeys, RootKeyMissing
from config import env

MAKE = "import sys; from pathlib import Path; from casefiles.vault.roots import FileRootKeys\n"
MAKE += "print(FileRootKeys(Path(sys.argv[1])).make(1).key.hex())"


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_a_root_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    roots = FileRootKeys(tmp_path / "some" / "keys")
    key = roots.make(3).key
    (file,) = roots.folder.iterdir()
    assert (mode(roots.folder), mode(file)) == ("0o700", "0o600")
    assert len(key) == 32
    assert file.read_bytes() == key


def test_making_a_root_key_again_keeps_the_one_that_is_there(tmp_path: Path) -> None:
    roots = FileRootKeys(tmp_path)
    first = roots.make(1).key
    assert roots.make(1).key == first == roots.export(1)
    assert roots.make(2).key != first


def test_processes_that_make_it_at_once_get_the_same_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKE, str(tmp_path / "keys")]
    running = [subprocess.Popen(command, cwd=env.REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    found = [process.communicate(timeout=60)[0].strip() for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert set(found) == {FileRootKeys(tmp_path / "keys").export(1).hex()}
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["epoch-1.key"]


def test_what_a_killed_writer_left_is_gone_with_the_next_write_and_with_the_key(tmp_path: Path) -> None:
    roots = FileRootKeys(tmp_path)
    left, under_way = tmp_path / "epoch-1.key.0a1b.new", tmp_path / "epoch-1.key.ffff.new"
    for draft in (left, under_way):
        draft.write_bytes(bytes(32))
    os.utime(left, (0, 0))
    roots.make(1)
    assert not left.exists()
    assert under_way.exists()  # of another process, that may be alive
    roots.make(2)
    roots.destroy(1)
    assert [file.name for file in tmp_path.iterdir()] == ["epoch-2.key"]


def test_threads_that_make_it_at_once_get_the_same_secret(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def make(number: int) -> bytes:
        together.wait(30)
        return keep(tmp_path / "secret", lambda: bytes([number]) * 4096)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(make, range(8)))
    assert found == {(tmp_path / "secret").read_bytes()}
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_secret_is_made_only_once(tmp_path: Path) -> None:
    assert keep(tmp_path / "secret", lambda: b"first") == b"first"
    assert keep(tmp_path / "secret", lambda: pytest.fail("made again")) == b"first"


def test_a_secret_that_cannot_be_made_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        keep(tmp_path / "secret", lambda: bytes(1 // 0))
    assert not (tmp_path / "secret").exists()
    assert keep(tmp_path / "secret", lambda: b"later") == b"later"


def test_a_destroyed_root_key_is_missing_and_destroying_may_be_repeated(tmp_path: Path) -> None:
    roots = FileRootKeys(tmp_path)
    roots.make(1)
    roots.make(2)
    for _ in range(2):
        assert "epoch 1" in roots.destroy(1)
    with pytest.raises(RootKeyMissing):
        roots.open(1)
    assert len(roots.export(2)) == 32


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_file_that_is_no_key_is_no_key(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "epoch-1.key").write_bytes(content)
    with pytest.raises(RootKeyMissing):
        FileRootKeys(tmp_path).open(1)
