"""The shared vectors of transparency-dev: what a Merkle verifier must accept, and what it must refuse."""

import json
import os
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from retention.ledger.proof import verify_consistency, verify_inclusion

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "merkle"
COUNT = 196


def vectors(kind: str) -> list[Any]:
    files = sorted((FOLDER / kind).rglob("*.json"))
    return [pytest.param(json.loads(file.read_text()), id=str(file.relative_to(FOLDER))) for file in files]


def hashes(vector: dict[str, Any]) -> list[bytes]:
    return [b64decode(item) for item in vector["proof"] or []]


def test_all_vectors_are_there() -> None:
    if not FOLDER.is_dir() and os.environ.get("CI") != "true":
        pytest.skip("the folder `shared` with data/merkle is not beside the repository: no Merkle vectors tried")
    assert len(vectors("inclusion")) + len(vectors("consistency")) == COUNT


@pytest.mark.parametrize("vector", vectors("inclusion"))
def test_inclusion_is_judged_as_the_vector_says(vector: dict[str, Any]) -> None:
    leaf, top = b64decode(vector["leafHash"]), b64decode(vector["root"])
    verdict = verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], hashes(vector), top)
    assert verdict is not vector["wantErr"]


@pytest.mark.parametrize("vector", vectors("consistency"))
def test_consistency_is_judged_as_the_vector_says(vector: dict[str, Any]) -> None:
    roots = (b64decode(vector["root1"]), b64decode(vector["root2"]))
    verdict = verify_consistency(vector["size1"], vector["size2"], hashes(vector), *roots)
    assert verdict is not vector["wantErr"]
