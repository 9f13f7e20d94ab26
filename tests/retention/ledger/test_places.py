"""Receipts and mirrors are read from any static web server as from a folder; nothing of the server is trusted."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from retention.ledger.__main__ import main

from .builders import Log, log_of
from .test_witness import mirrored


class Quiet(SimpleHTTPRequestHandler):
    """Python's own static server, without its lines on stderr."""

    def log_message(self, *arguments: Any) -> None: ...


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = main([str(argument) for argument in arguments])
    return status, capsys.readouterr().out


def test_a_receipt_is_verified_from_an_address_as_from_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = log_of(5)
    folder = log.export(2, tmp_path / "one")
    shutil.make_archive(str(tmp_path / "bundle"), "zip", tmp_path, "one")
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    with served(tmp_path) as address:
        for name in ("one", "one/", "bundle.zip"):
            assert said(capsys, "verify", f"{address}/{name}", "--log-key", log.key.vkey)[0] == 0, name
        (folder / "receipt.json").write_bytes(log.leaves[3])
        assert said(capsys, "verify", f"{address}/one", "--log-key", log.key.vkey)[0] == 1
        (folder / "policy").unlink()
        assert "policy is missing" in said(capsys, "verify", f"{address}/one")[1]
        for name in ("broken.zip", "absent.zip"):
            assert "no receipt here" in said(capsys, "verify", f"{address}/{name}")[1]
    assert "receipt.json cannot be read" in said(capsys, "verify", f"{address}/one")[1], "the server is gone"


def test_a_witness_looks_at_a_published_mirror_and_refuses_one_that_was_rewritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = log_of(300)
    mirrored(log, tmp_path / "web")
    by = ("--log-key", log.key.vkey, "--key", tmp_path / "k", "--name", "getuige.example/w", "--to", tmp_path / "to")
    with served(tmp_path / "web") as address:
        assert said(capsys, "witness", address, *by)[0] == 0
        log.append(b"one more")
        mirrored(log, tmp_path / "web")
        assert said(capsys, "witness", address, *by)[0] == 0
        other = Log(key=log.key)
        other.append(*(b"%d" % number for number in range(400)))
        shutil.rmtree(tmp_path / "web")
        mirrored(other, tmp_path / "web")
        assert said(capsys, "witness", address, *by)[0] == 1
    assert said(capsys, "witness", address, *by)[0] == 2, "a server that is gone convicts nobody"
    assert {path.name.split("-")[0] for path in (tmp_path / "to").iterdir()} == {"cosigned", "refused"}


def test_an_address_of_any_other_kind_is_a_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_of(1).export(0, tmp_path / "one")
    assert "no receipt here" in said(capsys, "verify", (tmp_path / "one").as_uri())[1]
