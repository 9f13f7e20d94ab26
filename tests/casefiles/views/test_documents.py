"""Documents in the browser: sealed while they stream, given out safely, and never half there."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client, RequestFactory

from casefiles import lifecycle, storage
from casefiles.access import Ability
from casefiles.models import Document, DocumentFacts, Dossier
from tests.casework import address, logged, may, noor, signed_in
from tests.organisation import Organisation

CANARY = b"KANARIE-in-platte-tekst-4711 "
LARGE = CANARY * 150_000  # 4.2 MB: Django's own handlers would write it to a temporary folder

_opened: set[str] | None = None


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _opened is not None and event == "open" and isinstance(args[0], str | bytes):
        writes = isinstance(args[1], str) and set(args[1]) & set("wax+")
        if writes or (isinstance(args[2], int) and args[2] & 0o3):
            _opened.add(args[0].decode() if isinstance(args[0], bytes) else args[0])


sys.addaudithook(_audit)  # cannot be taken away again; it does nothing outside written_files()


@contextmanager
def written_files() -> Iterator[set[str]]:
    """Collect every file that this process opens for writing, temporary ones that are gone again included."""
    global _opened  # noqa: PLW0603 -- an audit hook has no other way to tell
    _opened = set()
    try:
        yield _opened
    finally:
        _opened = None


def plain_files(folder: Path) -> list[Path]:
    """Every file under a folder that has the canary in it."""
    return [path for path in folder.rglob("*") if path.is_file() and CANARY in path.read_bytes()]


def upload(
    client: Client, dossier: Dossier, content: bytes = b"verslag", name: str = "verslag.txt", **more: Any
) -> Any:
    form = {"category": "report", "documents": SimpleUploadedFile(name, content, "text/plain")}
    return client.post(address("documents", dossier), form | more)


def test_the_watch_sees_what_the_ordinary_handler_does() -> None:
    with written_files() as written:
        request = RequestFactory().post("/", {"documents": SimpleUploadedFile("groot.txt", LARGE)})
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        with request.FILES["documents"] as received:
            assert received.size == len(LARGE)
            path = received.temporary_file_path()
    assert path in written


def test_no_plain_byte_of_a_large_upload_reaches_any_file(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    with written_files() as written:
        answer = upload(client, dossier, LARGE, "groot.txt")
    assert answer.status_code == 302
    stored = str(Path(settings.DOCUMENTS_DIR).resolve())
    assert written
    assert [path for path in written if not str(Path(path).resolve()).startswith(stored)] == []
    assert plain_files(settings.DATA_DIR) == []
    document = Document.objects.get(dossier=dossier)
    assert b"".join(storage.read(dossier.pk, document.storage_key)) == LARGE
    assert (document.stored, document.size, document.category) == (True, len(LARGE), "report")


def test_a_document_comes_back_as_it_went_in_and_only_as_an_attachment(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    upload(client, dossier, b"<script>alert(1)</script>", 'ver"slag\u00e9.html')
    document = Document.objects.get(dossier=dossier)
    answer = client.get(address("download", dossier, document.pk))
    assert b"".join(answer) == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(logged(dossier, "download")) == 1


def test_an_upload_is_a_substantive_change(organisation: Organisation) -> None:
    dossier = noor(organisation)
    Dossier.objects.filter(pk=dossier.pk).update(last_change_on=date(2021, 5, 6))
    upload(signed_in(organisation.fenna), dossier)
    dossier.refresh_from_db()
    assert dossier.last_change_on > date(2021, 5, 6)


def test_several_files_come_in_at_once(organisation: Organisation) -> None:
    dossier = noor(organisation)
    files = [SimpleUploadedFile(f"{n}.txt", b"%d" % n) for n in range(3)]
    signed_in(organisation.fenna).post(address("documents", dossier), {"category": "plan", "documents": files})
    assert {d.facts.filename for d in Document.objects.filter(stored=True)} == {"0.txt", "1.txt", "2.txt"}


def test_the_same_file_twice_is_one_document(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    for _ in range(2):
        assert upload(client, dossier).status_code == 302
    assert Document.objects.filter(dossier=dossier).count() == 1
    assert len(storage.listed(dossier.pk)) == 1


def nothing_left(dossier: Dossier) -> bool:
    return not Document.objects.filter(dossier=dossier).exists() and storage.listed(dossier.pk) == []


@pytest.mark.parametrize("wrong", [{"category": "gossip"}, {"category": ""}])
def test_a_refused_form_leaves_nothing_of_the_file(organisation: Organisation, wrong: dict[str, str]) -> None:
    dossier = noor(organisation)
    assert upload(signed_in(organisation.fenna), dossier, **wrong).status_code == 422
    assert nothing_left(dossier)


def test_an_empty_file_and_no_file_are_refused_with_words(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = signed_in(organisation.fenna)
    empty = upload(client, dossier, b"")
    none = client.post(address("documents", dossier), {"category": "report"})
    assert (empty.status_code, none.status_code) == (422, 422)
    assert "This file is empty." in empty.content.decode()
    assert "Choose a file." in none.content.decode()
    assert nothing_left(dossier)


def test_more_than_the_limit_is_a_413_and_leaves_nothing(organisation: Organisation, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000_000
    dossier = noor(organisation)
    assert upload(signed_in(organisation.fenna), dossier, LARGE).status_code == 413
    assert nothing_left(dossier)


def test_without_the_csrf_token_nothing_is_kept(organisation: Organisation) -> None:
    dossier = noor(organisation)
    client = Client(enforce_csrf_checks=True)
    client.force_login(organisation.fenna)
    assert upload(client, dossier, LARGE).status_code == 403
    assert nothing_left(dossier)


def test_an_upload_that_is_cut_off_leaves_nothing(organisation: Organisation) -> None:
    dossier = noor(organisation)
    head = (
        b'--grens\r\nContent-Disposition: form-data; name="category"\r\n\r\nreport\r\n'
        b'--grens\r\nContent-Disposition: form-data; name="documents"; filename="half.txt"\r\n\r\n'
    )
    answer = signed_in(organisation.fenna).generic(
        "POST", address("documents", dossier), head + LARGE[:1_000_000], "multipart/form-data; boundary=grens"
    )
    assert answer.status_code == 422
    assert nothing_left(dossier)


def test_a_dossier_that_closes_during_the_upload_keeps_nothing_of_it(organisation: Organisation) -> None:
    dossier = noor(organisation)
    received = lifecycle.Upload(dossier, "traag.txt", by=organisation.fenna)
    received.write(LARGE)
    lifecycle.close(dossier, date(2026, 3, 3), by=organisation.fenna)
    with pytest.raises(lifecycle.NotWritable):
        received.finish("report")
    assert nothing_left(dossier)


def test_a_closed_dossier_takes_no_document(organisation: Organisation) -> None:
    dossier = noor(organisation)
    lifecycle.close(dossier, date(2026, 3, 3), by=organisation.fenna)
    assert upload(signed_in(organisation.fenna), dossier, LARGE).status_code == 409
    assert nothing_left(dossier)


def test_a_reader_cannot_add_a_document(organisation: Organisation) -> None:
    dossier = noor(organisation)
    may(organisation.amina, Ability.READ, dossier)
    assert upload(signed_in(organisation.amina), dossier).status_code == 403
    assert nothing_left(dossier)


def test_what_a_killed_upload_left_goes_with_a_later_one(organisation: Organisation) -> None:
    dossier = noor(organisation)
    killed = Document.objects.create(
        dossier=dossier,
        storage_key=storage.new_key(dossier.pk),
        created_on=date(2026, 1, 1),
        facts=DocumentFacts(title="gedood", filename="gedood.txt"),
    )
    storage.put(BytesIO(b"half"), dossier.pk, killed.storage_key, b"geheim")
    lifecycle.add_document(dossier, BytesIO(b"later"), "later.txt", "report", by=organisation.fenna)
    assert [d.facts.filename for d in Document.objects.filter(dossier=dossier)] == ["later.txt"]
    assert len(storage.listed(dossier.pk)) == 1


def test_our_script_gets_its_answer_as_data(organisation: Organisation) -> None:
    dossier = noor(organisation)
    form = {"category": "report", "documents": SimpleUploadedFile("a.txt", b"")}
    answer = signed_in(organisation.fenna).post(
        address("documents", dossier), form, headers={"accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["message"]) == (422, "This file is empty. Choose another one.")


def test_a_document_that_is_gone_from_the_store_says_so(organisation: Organisation) -> None:
    dossier = noor(organisation)
    document = lifecycle.add_document(dossier, BytesIO(b"weg"), "weg.txt", "report", by=organisation.fenna)
    storage.erase(document.storage_key)
    assert signed_in(organisation.fenna).get(address("download", dossier, document.pk)).status_code == 404
    assert logged(dossier, "download") == []
