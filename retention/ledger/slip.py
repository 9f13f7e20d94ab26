"""The subject slip (in Dutch: bewijsbrief): by it a young person, and nobody else, can tie a receipt to their file.

`slip.json` and the text in the QR code are the same bytes: canonical JSON (RFC 8785) of

    {"claim": {"people": [{"birth_date": "2008-03-07", "name": "…"}], "reference": "…"},
     "secret": 64 hex digits, "tombstone": 64 hex digits, "type": "slip", "v": 1}

The claim is what `subject` in the receipt commits to, so it must be frozen from the moment that the slip is handed
over: a name that is changed afterwards would make another `subject`. Never the BSN.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Self

import rfc8785

from retention.ledger.errors import MalformedError

SLIP = "slip.json"
VERSION = 1
MOST_BYTES = 2953  # what one QR code holds (version 40, level L, binary)
_CHUNK = 1024 * 1024
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})?", re.ASCII)


def subject_claim(reference: str, people: Iterable[tuple[str, str]]) -> bytes:
    """Return the canonical JSON that a receipt's `subject` is about: (name, birth date in ISO or "") per youth."""
    listed = [{"name": name, "birth_date": born} for name, born in sorted(people)]
    return rfc8785.dumps({"reference": reference, "people": listed})


@dataclass(frozen=True, slots=True, repr=False)
class Slip:
    """The secret (32 bytes), the claim (canonical JSON bytes) and the dossier's tombstone in hex. Personal data."""

    secret: bytes
    claim: bytes
    tombstone: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a slip; raise MalformedError unless `bytes` of the answer are exactly the same."""
        try:
            read = json.loads(data)
            canonical = rfc8785.dumps(read)
        except (ValueError, RecursionError) as error:
            raise MalformedError("the slip is not JSON that can be canonical") from error
        if canonical != data or not _is_slip(read):
            raise MalformedError("the slip does not have the form that it should have")
        return cls(bytes.fromhex(read["secret"]), rfc8785.dumps(read["claim"]), read["tombstone"])

    def __bytes__(self) -> bytes:
        stated: dict[str, Any] = {"v": VERSION, "type": "slip", "claim": json.loads(self.claim)}
        return rfc8785.dumps(stated | {"secret": self.secret.hex(), "tombstone": self.tombstone})

    @property
    def subject(self) -> str:
        """HMAC-SHA256 of the claim under the secret, in hex: what the receipt states as `subject`."""
        return hmac.digest(self.secret, self.claim, "sha256").hex()

    def is_about(self, receipt: Mapping[str, Any]) -> bool:
        """Tell whether this receipt is about the file on the slip."""
        return receipt.get("subject") == self.subject and receipt.get("tombstone") == self.tombstone

    def digest(self, copy: IO[bytes]) -> bytes:
        """Return the keyed digest of a kept copy, to look up in the annex; reads it in pieces."""
        mac = hmac.new(self.secret, digestmod=hashlib.sha256)
        while piece := copy.read(_CHUNK):
            mac.update(piece)
        return mac.digest()


def _is_slip(read: Any) -> bool:
    return (
        isinstance(read, dict)
        and set(read) == {"v", "type", "secret", "tombstone", "claim"}
        and (read["v"], read["type"]) == (VERSION, "slip")
        and read["v"] is not True  # True equals 1 in Python, but is another value in JSON
        and all(isinstance(read[name], str) and _HEX.fullmatch(read[name]) for name in ("secret", "tombstone"))
        and _is_claim(read["claim"])
    )


def _is_claim(claim: Any) -> bool:
    if not isinstance(claim, dict) or set(claim) != {"reference", "people"} or not isinstance(claim["people"], list):
        return False
    people = [(person.get("name"), person.get("birth_date")) for person in claim["people"] if _is_person(person)]
    # In order, and nothing besides: the claim must be the one spelling that `subject_claim` writes.
    complete = len(people) == len(claim["people"]) and people == sorted(people)
    return isinstance(claim["reference"], str) and bool(claim["reference"]) and complete


def _is_person(person: Any) -> bool:
    if not isinstance(person, dict) or set(person) != {"name", "birth_date"}:
        return False
    name, born = person["name"], person["birth_date"]
    return isinstance(name, str) and isinstance(born, str) and _DAY.fullmatch(born) is not None
