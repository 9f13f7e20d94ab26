"""Dossier keys: made once, opened together, different per use, gone when shredded, and short-lived in memory."""

import os
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cachetools import TTLCache
from cryptography.exceptions import InvalidTag

from casefiles.vault import keys
from casefiles.vault.models import DossierKey, KeyEpoch
from casefiles.vault.roots import RootKeyMissing, provider

pytestmark = pytest.mark.usefixtures("stores")
USES = ("fields", "files", "fingerprint")


def made(count: int = 1) -> list[UUID]:
    ids = [uuid4() for _ in range(count)]
    keys.create(ids)
    return ids


def wrapped() -> dict[UUID, bytes]:
    return {row.dossier_id: bytes(row.wrapped) for row in DossierKey.objects.all()}


def test_making_a_key_again_keeps_the_one_that_is_there() -> None:
    ids = made(2)
    before, opened = wrapped(), keys.open_many(ids)
    keys.create([*ids, new := uuid4()])
    assert {i: key for i, key in wrapped().items() if i != new} == before
    keys.forget()
    assert keys.open_many(ids) == opened


def test_the_first_key_makes_the_first_epoch_and_no_second_one() -> None:
    assert not KeyEpoch.objects.exists()
    made()
    made()
    epoch = KeyEpoch.objects.get()
    assert (epoch.number, epoch.state, epoch.provider) == (1, "current", "file")
    assert set(DossierKey.objects.values_list("epoch_id", "first_epoch")) == {(1, 1)}
    assert provider().export(1).hex() not in epoch.fingerprint


def test_many_keys_are_opened_with_one_question_and_none_again(django_assert_num_queries: Any) -> None:
    ids = made(50)
    with django_assert_num_queries(1, using="vault"):
        opened = keys.open_many(ids)
    assert set(opened) == set(ids)
    assert len(set(opened.values())) == 50
    assert {len(key) for key in opened.values()} == {32}
    with django_assert_num_queries(0, using="vault"):
        assert keys.open_many(ids) == opened


def test_a_dossier_without_a_key_is_absent_from_what_was_opened() -> None:
    (known,) = made()
    unknown = uuid4()
    assert set(keys.open_many([known, unknown])) == {known}
    with pytest.raises(keys.KeyShredded):
        keys.derive(unknown, "fields")


def test_a_key_differs_per_use_and_per_dossier_and_is_the_same_each_time() -> None:
    one, two = made(2)
    derived = {(i, use): keys.derive(i, use) for i in (one, two) for use in USES}
    assert len(set(derived.values())) == 6
    assert {len(key) for key in derived.values()} == {32}
    assert not set(derived.values()) & set(keys.open_many([one, two]).values())
    keys.forget()
    assert {(i, use): keys.derive(i, use) for i in (one, two) for use in USES} == derived


def test_no_key_lies_in_the_clear_in_the_vault() -> None:
    ids = made(3)
    for dossier_id, key in keys.open_many(ids).items():
        assert key not in wrapped()[dossier_id]


def test_a_shredded_key_is_gone_from_the_vault_and_from_this_process() -> None:
    one, two = made(2)
    for use in USES:
        keys.derive(one, use)
    keys.derive(two, "fields")
    assert keys.cached([one, two]) == {one, two}
    assert keys.shred([one]) == 1
    assert keys.cached([one, two]) == {two}
    assert keys.remaining([one, two]) == {two}
    assert keys.remaining([one, two], using="sweep_vault") == {two}
    for use in USES:
        with pytest.raises(keys.KeyShredded):
            keys.derive(one, use)
    assert keys.shred([one]) == 0


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed for the cache, which counts monotonic time; a test moves them."""
    passed = [0.0]
    kept: Any = keys._cache
    assert kept.ttl == keys.CACHE_SECONDS <= 60
    monkeypatch.setattr(keys, "_cache", TTLCache(kept.maxsize, kept.ttl, timer=lambda: passed[0]))
    return passed


@pytest.mark.parametrize("pause", [0, 30, 59])
def test_a_key_that_another_process_shredded_lives_here_no_longer_than_its_time(
    pause: int, seconds: list[float]
) -> None:
    """Also when one use of it is derived late in its life, or it is used again and again."""
    (one,) = made()
    derived = keys.derive(one, "fields")
    DossierKey.objects.all().delete()
    seconds[0] += pause
    keys.derive(one, "files")
    keys.open_many([one])
    seconds[0] = keys.CACHE_SECONDS - 0.5
    assert keys.derive(one, "fields") == derived
    seconds[0] = keys.CACHE_SECONDS + 0.5
    assert keys.cached([one]) == set()
    for use in USES:
        with pytest.raises(keys.KeyShredded):
            keys.derive(one, use)


def test_no_more_keys_are_in_memory_than_the_bound() -> None:
    ids = made(keys.CACHE_KEYS + 10)
    keys.open_many(ids)
    assert len(keys.cached(ids)) <= keys.CACHE_KEYS


def test_a_wrapped_key_that_was_moved_to_another_dossier_or_version_does_not_open() -> None:
    one, two = made(2)
    DossierKey.objects.filter(pk=one).update(wrapped=wrapped()[two])
    with pytest.raises(InvalidTag):
        keys.open_many([one])
    DossierKey.objects.filter(pk=two).update(version=2)
    with pytest.raises(InvalidTag):
        keys.open_many([two])


def test_without_its_root_key_nothing_opens(settings: Any, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "keys"
    (one,) = made()
    keys.forget()
    assert "epoch 1" in provider().destroy(1)
    with pytest.raises(RootKeyMissing):
        keys.derive(one, "fields")
    with pytest.raises(RootKeyMissing):
        keys.create([uuid4()])
    assert os.listdir(tmp_path / "keys") == []
