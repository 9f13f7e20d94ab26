"""Root keys in a PKCS#11 token, tried on Debian's SoftHSM2: they work inside it and never come out."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pkcs11
import pytest
from cryptography.exceptions import InvalidTag
from pkcs11 import Attribute
from pkcs11.exceptions import AttributeSensitive

from casefiles.vault import drill, epochs, escrow, keys, tokens
from casefiles.vault.models import DossierKey, KeyEpoch
from casefiles.vault.roots import RootKeyMissing, provider

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
pytestmark = [pytest.mark.usefixtures("stores"), pytest.mark.xdist_group("token")]


@pytest.fixture
def token(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh token, and the product set to keep its root keys in it; gives the folder of the token's files."""
    program = shutil.which("softhsm2-util")
    if program is None or not MODULE.exists():
        reason = "softhsm2 is not installed: apt install softhsm2"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder, pin = tmp_path / "tokens", tmp_path / "pin"
    folder.mkdir()
    pin.write_text("123456\n")
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    made = [program, "--init-token", "--free", "--label", "gv", "--pin", "123456", "--so-pin", "654321"]
    subprocess.run(made, check=True, capture_output=True)
    settings.PKCS11_MODULE, settings.PKCS11_TOKEN, settings.PKCS11_PIN_FILE = str(MODULE), "gv", str(pin)
    settings.KEYS_DIR = tmp_path / "keys"
    tokens.token.cache_clear()
    yield folder
    tokens.token.cache_clear()
    pkcs11.unload(str(MODULE))


def rotated() -> None:
    epochs.begin()
    list(epochs.rewrap())
    list(epochs.open_all())
    for epoch in epochs.behind():
        epochs.destroy(epoch.number)
    keys.forget()


def test_a_root_key_works_in_its_token_and_never_leaves_it(token: Path, settings: Any) -> None:
    ids = [uuid4() for _ in range(3)]
    keys.create(ids)
    opened = keys.open_many(ids)
    keys.forget()
    assert keys.open_many(ids) == opened
    assert KeyEpoch.objects.get().provider == "pkcs11"
    assert not list(Path(settings.KEYS_DIR).glob("epoch-*"))
    for one in tokens.token().ask(lambda session: list(session.get_objects())):
        assert one[Attribute.EXTRACTABLE] is False
        with pytest.raises(AttributeSensitive):
            _ = one[Attribute.VALUE]
    first = provider().open(1)
    assert (first.fingerprint, len(first.fingerprint)) == (provider().make(1).fingerprint, 64)
    assert first.derive(b"search") == provider().open(1).derive(b"search") != first.derive(b"other")
    row = DossierKey.objects.get(pk=ids[0])
    with pytest.raises(InvalidTag):
        keys.unwrap(first, ids[1], row.version, bytes(row.wrapped))


def test_a_rotation_in_the_token_leaves_nothing_that_opens_what_was_destroyed(token: Path) -> None:
    kept, gone = uuid4(), uuid4()
    keys.create([kept, gone])
    opened = keys.open_many([kept])
    stolen = DossierKey.objects.get(pk=gone)
    keys.shred([gone])
    rotated()
    assert keys.open_many([kept]) == opened
    assert KeyEpoch.objects.get(pk=1).evidence == "token objects of epoch 1 destroyed"
    assert "destroyed" in provider().destroy(1)  # safe to repeat
    stolen.save(force_insert=True)  # as the restore of a backup of the vault would do
    with pytest.raises(RootKeyMissing):
        keys.open_many([gone])


def test_an_installation_moves_its_root_keys_into_a_token_by_a_rotation(token: Path, settings: Any) -> None:
    module, settings.PKCS11_MODULE = settings.PKCS11_MODULE, ""
    ids = [uuid4()]
    keys.create(ids)
    opened = keys.open_many(ids)
    settings.PKCS11_MODULE = module
    keys.forget()
    assert keys.open_many(ids) == opened
    rotated()
    assert keys.open_many(ids) == opened
    assert list(KeyEpoch.objects.order_by("number").values_list("provider", "state")) == [
        ("file", "destroyed"),
        ("pkcs11", "current"),
    ]
    assert not list(Path(settings.KEYS_DIR).glob("epoch-*"))


def test_a_token_has_no_escrow_of_ours_and_the_drill_says_so(token: Path) -> None:
    shares = drill.make(2, 3)
    assert not escrow.holds(1)
    assert [line.verdict for line in drill.run(shares[:2])] == [drill.Verdict.IN_TOKEN]
    provider().destroy(1)
    assert [line.verdict for line in drill.run(shares[:2])] == [drill.Verdict.TOKEN_LOST]


def test_a_forked_child_opens_a_session_of_its_own(token: Path) -> None:
    keys.current_epoch()
    derived = provider().open(1).derive(b"x")
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.write(writing, provider().open(1).derive(b"x"))
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    assert os.read(reading, 64) == derived == provider().open(1).derive(b"x")
    os.close(reading)


@pytest.mark.parametrize("name", ["PKCS11_TOKEN", "PKCS11_PIN_FILE", "PKCS11_MODULE"])
def test_a_token_that_does_not_answer_opens_nothing_and_says_which_it_is(
    name: str, token: Path, settings: Any, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("999999")
    setattr(settings, name, str(wrong))
    with pytest.raises(tokens.TokenUnreachable) as refused:
        provider().open(1)
    assert "999999" not in str(refused.value)
