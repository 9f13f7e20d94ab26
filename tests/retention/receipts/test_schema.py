"""Every leaf that the product writes is what the published schema says, and the schema leaves no room for more."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from jsonschema import Draft202012Validator

from casefiles import storage
from casefiles.vault.models import KeyEpoch
from retention import inventory
from retention.guard import watching
from retention.models import LedgerLeaf
from retention.receipts import finality
from tests.organisation import Organisation, carry_out
from tests.retention.test_transfer import transferred

SCHEMA = json.loads((settings.BASE_DIR / "docs" / "receipt.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def leaves(organisation: Organisation) -> list[dict[str, Any]]:
    """One leaf of every type that the product writes, made through its own doors."""
    gone = organisation.keeps("JD-1996-0001", documents=2)
    carry_out(organisation.starts(organisation.lists_due()))
    storage.store().save(storage.new_key(gone.pk), ContentFile(b"from a backup of the files"))
    assert watching.look() == 1
    transferred(organisation, organisation.keeps("JD-1996-0002"))
    KeyEpoch.objects.update(state=KeyEpoch.State.DESTROYED)
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        finality.finalise()
    inventory.take()
    inventory.take()
    return [json.loads(bytes(leaf.body)) for leaf in LedgerLeaf.objects.order_by("index")]


def test_the_schema_itself_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_leaf_is_as_the_schema_says_and_not_one_field_could_be_left_out_or_added(
    organisation: Organisation,
) -> None:
    found = leaves(organisation)
    assert {leaf["type"] for leaf in found} == set(SCHEMA["$defs"])
    for leaf in found:
        VALIDATOR.validate(leaf)
        for name in leaf:
            assert not VALIDATOR.is_valid({key: value for key, value in leaf.items() if key != name}), name
        for more in ({"name": "Noor"}, {"bsn": "1"}, {"v": 2}, {"type": "other"}, {"receipt": "7"}):
            assert not VALIDATOR.is_valid(leaf | more), more


@pytest.mark.parametrize("count", [1, 7, "12"])
def test_an_exact_count_does_not_pass(organisation: Organisation, count: int | str) -> None:
    destroyed = next(leaf for leaf in leaves(organisation) if leaf["type"] == "destroyed")
    destroyed["stores"][1]["count"] = count
    assert not VALIDATOR.is_valid(destroyed)
