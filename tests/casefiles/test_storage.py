"""The document store: put, read, erase. Erasing may be repeated; refused is never success."""

import hmac
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from casefiles import storage
from casefiles.vault import keys
from tests.stores import stored_files

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def dossier_id() -> UUID:
    """A dossier that has its key."""
    found = uuid4()
    keys.create([found])
    return found


def put(dossier_id: UUID, plain: bytes = b"inhoud") -> str:
    key = storage.new_key(dossier_id)
    storage.put(BytesIO(plain), dossier_id, key, b"secret")
    return key


def test_a_stored_file_is_counted_digested_and_reads_back(dossier_id: UUID) -> None:
    key, plain = storage.new_key(dossier_id), b"inhoud" * 100_000
    stored = storage.put(BytesIO(plain), dossier_id, key, b"secret")
    assert stored == storage.Stored(len(plain), hmac.digest(b"secret", plain, "sha256"))
    assert stored.digest == storage.content_digest(BytesIO(plain), b"secret")
    assert stored.digest != storage.content_digest(BytesIO(plain), b"another")
    assert b"".join(storage.read(dossier_id, key)) == plain
    assert stored_files() == {key}


def test_an_empty_file_is_a_file(dossier_id: UUID) -> None:
    key = put(dossier_id, b"")
    assert b"".join(storage.read(dossier_id, key)) == b""


def test_only_their_owner_reads_stored_files(dossier_id: UUID) -> None:
    path = settings.DOCUMENTS_DIR / put(dossier_id)
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert oct(path.parent.stat().st_mode & 0o777) == "0o700"


def test_an_address_says_nothing_but_the_dossier(dossier_id: UUID) -> None:
    one, two = storage.new_key(dossier_id), storage.new_key(dossier_id)
    assert one != two
    assert one.startswith(f"{dossier_id.hex}/")


def test_the_store_lists_what_is_there_known_to_the_database_or_not(dossier_id: UUID) -> None:
    assert storage.listed(dossier_id) == []
    mine = {put(dossier_id) for _ in range(3)}
    other = uuid4()
    keys.create([other])
    put(other)
    assert set(storage.listed(dossier_id)) == mine


def test_erasing_may_be_repeated(dossier_id: UUID) -> None:
    key, stays = put(dossier_id), put(dossier_id)
    for _ in range(2):
        storage.erase(key)
    assert stored_files() == {stays}
    with pytest.raises(FileNotFoundError):
        list(storage.read(dossier_id, key))


def test_everything_of_a_dossier_is_erased_and_nothing_of_another(dossier_id: UUID) -> None:
    other = uuid4()
    keys.create([other])
    stays = put(other)
    for _ in range(3):
        put(dossier_id)
    assert storage.erase_all(dossier_id) == 3
    assert storage.erase_all(dossier_id) == 0
    assert stored_files() == {stays}
    assert not (settings.DOCUMENTS_DIR / dossier_id.hex).exists()


class Refusing(FileSystemStorage):
    """A store that will not delete, as one under a retention lock."""

    def delete(self, name: str) -> None:
        raise PermissionError(name)


class Pretending(FileSystemStorage):
    """A store that says yes and keeps the file."""

    def delete(self, name: str) -> None:
        return


@pytest.mark.parametrize("unwilling", [Refusing, Pretending])
def test_a_store_that_does_not_erase_is_refused_and_the_file_counts_as_present(
    unwilling: type[FileSystemStorage], dossier_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = put(dossier_id)
    monkeypatch.setitem(storages._storages, "documents", unwilling(location=settings.DOCUMENTS_DIR))
    for erase in (lambda: storage.erase(key), lambda: storage.erase_all(dossier_id)):
        with pytest.raises(storage.EraseRefused):
            erase()
    assert storage.listed(dossier_id) == [key]


class BreaksOff(BytesIO):
    """An upload that ends in the middle."""

    def read(self, amount: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionResetError
        return super().read(100)


def test_a_file_that_breaks_off_leaves_nothing_in_the_store(dossier_id: UUID) -> None:
    with pytest.raises(ConnectionResetError):
        storage.put(BreaksOff(b"x" * 1000), dossier_id, storage.new_key(dossier_id), b"secret")
    assert stored_files() == set()


def test_nothing_is_stored_for_a_dossier_whose_key_is_gone(dossier_id: UUID) -> None:
    keys.shred([dossier_id])
    with pytest.raises(keys.KeyShredded):
        put(dossier_id)
    assert stored_files() == set()


def test_reading_ends_with_the_key(dossier_id: UUID) -> None:
    key: Any = put(dossier_id)
    keys.shred([dossier_id])
    with pytest.raises(keys.KeyShredded):
        list(storage.read(dossier_id, key))
