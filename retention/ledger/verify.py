"""Verifying an exported receipt offline: three files in a folder, and at best a key known from elsewhere.

The leaf is the exact bytes of `receipt.json`. Whatever the folder brings along proves nothing about its
origin, its `policy` included: only a key that the reader got elsewhere does.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import rfc8785

from retention.ledger.errors import MalformedError, SignatureError
from retention.ledger.keys import LOG, VerifierKey
from retention.ledger.messages import Finding, sentence
from retention.ledger.policy import Policy
from retention.ledger.tlog_proof import TlogProof

RECEIPT, PROOF, POLICY = "receipt.json", "receipt.tlog-proof", "policy"
MAX_FILE_SIZE = 1024 * 1024
_VERSION = 1
_TEXT_FIELDS = ("type", "receipt", "tombstone")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and the values to put in its sentence."""

    finding: Finding
    values: dict[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0: valid under the reader's own key; 2: intact, but its origin is not verified; 1: invalid."""
        return {Finding.VALID: 0, Finding.UNPINNED: 2}.get(self.finding, 1)

    def line(self, language: str) -> str:
        """Return one line of text in `nl` or `en`."""
        return sentence(self.finding, self.values, language)


class RejectedError(Exception):
    """The receipt is not what it should be; carries the verdict."""

    def __init__(self, finding: Finding, **values: str) -> None:
        super().__init__(finding)
        self.verdict = Verdict(finding, values)


def verify_receipt(folder: Path, log_key: str | None = None) -> Verdict:
    """Judge the receipt in `folder`, against the verifier key `log_key` or, without it, the policy's own.

    A given key takes the place of the policy's logs; the policy's quorum of witnesses holds in both cases.
    Never raises for anything that the folder holds; MalformedError when `log_key` is no log's verifier key.
    """
    pin = None if log_key is None else pinned_key(log_key)
    try:
        leaf, proof, policy = (_content(folder / name) for name in (RECEIPT, PROOF, POLICY))
        return _judged(leaf, proof, policy, pin)
    except RejectedError as rejection:
        return rejection.verdict


def verify_contents(receipt: bytes, proof: bytes, policy: bytes, log_key: str | None = None) -> Verdict:
    """Judge the contents of the three files of a receipt, as `verify_receipt` judges a folder with them."""
    pin = None if log_key is None else pinned_key(log_key)
    try:
        return _judged(receipt, proof, policy, pin)
    except RejectedError as rejection:
        return rejection.verdict


def pinned_key(log_key: str) -> VerifierKey:
    """Return the key that a reader gives, or raise MalformedError when it is not of a log (type 0x01)."""
    key = VerifierKey.parse(log_key)
    if key.kind != LOG:
        raise MalformedError("not the key of a log")
    return key


def _judged(leaf: bytes, proof_data: bytes, policy_data: bytes, pin: VerifierKey | None) -> Verdict:
    proof_text = _decoded(proof_data, PROOF)
    _require_receipt(leaf)
    try:
        policy = Policy.parse(policy_data)
    except MalformedError as error:
        _reject(Finding.BAD_POLICY, error, detail=str(error))
    try:
        proof = TlogProof.parse(proof_text)
    except MalformedError as error:
        _reject(Finding.BAD_PROOF, error, detail=str(error))
    log = _signing_log(proof, policy, policy.logs if pin is None else (pin,))
    if not proof.includes(leaf):
        _reject(Finding.NOT_INCLUDED)
    place = {"log": log.name, "index": str(proof.index), "size": str(proof.checkpoint.size)}
    if pin is None:
        return Verdict(Finding.UNPINNED, {**place, "fingerprint": log.fingerprint})
    return Verdict(Finding.VALID, place)


def _signing_log(proof: TlogProof, policy: Policy, logs: Iterable[VerifierKey]) -> VerifierKey:
    """Return the accepted log that signed the checkpoint, once the witnesses of the quorum did so too."""
    origin = proof.checkpoint.origin
    # C2SP tlog-policy: a log's key name is its origin; a key of one log must not vouch for another.
    accepted = {log for log in logs if log.name == origin}
    if not accepted:
        _reject(Finding.OTHER_LOG, log=origin)
    try:
        signers = proof.note.signers([*accepted, *policy.witnesses.values()])
    except SignatureError as error:
        _reject(Finding.FALSE_SIGNATURE, error, name=error.name)
    if not accepted & signers:
        _reject(Finding.NOT_SIGNED, log=origin)
    if not policy.is_witnessed_by(signers):
        _reject(Finding.NO_QUORUM)
    return min(accepted & signers, key=str)


def _require_receipt(leaf: bytes) -> None:
    """Reject bytes that are not RFC 8785 canonical JSON with the fields that every receipt has."""
    text = _decoded(leaf, RECEIPT)
    try:
        receipt = json.loads(text)
        canonical = rfc8785.dumps(receipt)
    except (ValueError, RecursionError) as error:
        _reject(Finding.NOT_JSON, error)
    if canonical != leaf:
        _reject(Finding.NOT_CANONICAL)
    # True equals 1 in Python, but is another value in JSON.
    if not isinstance(receipt, dict) or receipt.get("v") is True or receipt.get("v") != _VERSION:
        _reject(Finding.NO_FIELD, field="v")
    for name in _TEXT_FIELDS:
        if not isinstance(receipt.get(name), str) or not receipt[name]:
            _reject(Finding.NO_FIELD, field=name)


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            _reject(Finding.NO_FILE, file=path.name)
        with path.open("rb") as file:
            data = file.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        _reject(Finding.UNREADABLE, error, file=path.name)
    if len(data) > MAX_FILE_SIZE:
        _reject(Finding.TOO_LARGE, file=path.name)
    return data


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        _reject(Finding.NOT_UTF8, error, file=name)


def _reject(finding: Finding, cause: Exception | None = None, **values: str) -> NoReturn:
    raise RejectedError(finding, **values) from cause
