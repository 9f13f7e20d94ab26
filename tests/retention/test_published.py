"""The published copy of the mirror: complete for outsiders, renewed by its own task, and never ahead of the mirror."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from retention import mirror, published, sequencer
from retention.ledger.copy import LogCopy
from retention.ledger.keys import WitnessKey
from retention.ledger.witness import Seen, look
from retention.receipts.keys import log_key

pytestmark = pytest.mark.usefixtures("stores")
WITNESS = WitnessKey("fg.example/getuige", bytes(32))


@pytest.fixture
def web(settings: Any, tmp_path: Path) -> Path:
    settings.MIRROR_PUBLISH_DIR = tmp_path / "web"
    return tmp_path / "web"


def append(count: int) -> None:
    with transaction.atomic():
        sequencer.append([b"{}"] * count)
    mirror.publish()


def test_it_grows_with_the_mirror_only_when_it_is_renewed_and_a_witness_can_stand_on_it(web: Path) -> None:
    assert published.renew() == 0
    append(300)
    assert not web.exists()
    assert (published.renew(), published.renew()) == (300, 300)
    first = look(LogCopy(web), (log_key().verifier,), None, WITNESS, 1)
    append(213)
    mirror.hand_over(300, "text\n")
    assert mirror.size_of(web) == 300
    assert published.renew() == 513
    assert (web / "handover" / "300").exists()
    assert look(LogCopy(web), (log_key().verifier,), first.note, WITNESS, 2).seen is Seen.COSIGNED
    assert LogCopy(web).entries(2) == [b"{}"]


def test_nothing_is_published_unasked_nor_over_a_copy_that_knows_more(web: Path, settings: Any) -> None:
    append(3)
    published.renew()
    shutil.rmtree(settings.MIRROR_DIR)
    with pytest.raises(mirror.MirrorAhead):
        published.renew()
    assert mirror.size_of(web) == 3
    settings.MIRROR_PUBLISH_DIR = None
    assert published.renew() == 0
