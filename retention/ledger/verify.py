"""Verifying an exported receipt offline: its bundle, and at best a key known from elsewhere.

The leaf is the exact bytes of `receipt.json`. Whatever the bundle brings along proves nothing about its origin, its
`policy` included: only a key or a policy that the reader got elsewhere does.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import rfc8785

from retention.ledger.bundles import (
    MAX_FILE_SIZE,
    POLICY,
    PROOF,
    RECEIPT,
    Bundle,
    Folder,
    MissingError,
    TooLargeError,
    UnreadableError,
)
from retention.ledger.errors import MalformedError, SignatureError
from retention.ledger.keys import LOG, VerifierKey
from retention.ledger.messages import Finding, sentence
from retention.ledger.places import Local
from retention.ledger.policy import Policy
from retention.ledger.tlog_proof import TlogProof

__all__ = ["MAX_FILE_SIZE", "POLICY", "PROOF", "RECEIPT", "Trust", "Verdict", "verify_bundle", "verify_receipt"]

_VERSION = 1
_NEEDED = ("type", "receipt")
_NOT_ABOUT_ONE_DOSSIER = "inventory"


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader knows from elsewhere: verifier keys of the log (an old one among them), or a whole policy."""

    logs: tuple[VerifierKey, ...] = ()
    policy: Policy | None = None

    @property
    def pinned(self) -> bool:
        """Whether the reader knows anything at all."""
        return bool(self.logs or self.policy)


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


def verify_receipt(folder: Path, *log_keys: str) -> Verdict:
    """Judge the receipt in `folder`, against the log's verifier keys or, without any, the policy's own.

    Given keys take the place of the policy's logs; the policy's quorum of witnesses holds in both cases.
    Never raises for anything that the folder holds; MalformedError when one of `log_keys` is no log's verifier key.
    """
    return verify_bundle(Folder(Local(folder)), Trust(tuple(map(pinned_key, log_keys))))


def verify_bundle(bundle: Bundle, trust: Trust) -> Verdict:
    """Judge a receipt by what the reader knows; a policy of theirs takes the place of the bundle's. Never raises."""
    try:
        leaf, proof, policy = (_content(bundle, name) for name in (RECEIPT, PROOF, POLICY))
        return _judged(leaf, proof, policy, trust)
    except RejectedError as rejection:
        return rejection.verdict


def verify_contents(receipt: bytes, proof: bytes, policy: bytes, *log_keys: str) -> Verdict:
    """Judge the contents of the three files of a receipt, as `verify_receipt` judges a folder with them."""
    try:
        return _judged(receipt, proof, policy, Trust(tuple(map(pinned_key, log_keys))))
    except RejectedError as rejection:
        return rejection.verdict


def pinned_key(log_key: str) -> VerifierKey:
    """Return the key that a reader gives, or raise MalformedError when it is not of a log (type 0x01)."""
    key = VerifierKey.parse(log_key)
    if key.kind != LOG:
        raise MalformedError("not the key of a log")
    return key


def _judged(leaf: bytes, proof_data: bytes, policy_data: bytes, trust: Trust) -> Verdict:
    proof_text = _decoded(proof_data, PROOF)
    _require_receipt(leaf)
    try:
        policy = trust.policy or Policy.parse(policy_data)
    except MalformedError as error:
        _reject(Finding.BAD_POLICY, error, detail=str(error))
    try:
        proof = TlogProof.parse(proof_text)
    except MalformedError as error:
        _reject(Finding.BAD_PROOF, error, detail=str(error))
    log = _signing_log(proof, policy, trust.logs or policy.logs)
    if not proof.includes(leaf):
        _reject(Finding.NOT_INCLUDED)
    place = {"log": log.name, "index": str(proof.index), "size": str(proof.checkpoint.size)}
    if not trust.pinned:
        return Verdict(Finding.UNPINNED, {**place, "fingerprint": log.fingerprint})
    return Verdict(Finding.VALID, place)


def _signing_log(proof: TlogProof, policy: Policy, logs: tuple[VerifierKey, ...]) -> VerifierKey:
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
    about_one = receipt.get("type") != _NOT_ABOUT_ONE_DOSSIER
    for name in (*_NEEDED, "tombstone") if about_one else _NEEDED:
        if not isinstance(receipt.get(name), str) or not receipt[name]:
            _reject(Finding.NO_FIELD, field=name)


def stated(bundle: Bundle) -> dict[str, Any]:
    """Return what a receipt says, once it was judged: before that nothing in it can be relied on."""
    receipt: dict[str, Any] = json.loads(bundle.read(RECEIPT))
    return receipt


def _content(bundle: Bundle, name: str) -> bytes:
    try:
        return bundle.read(name)
    except MissingError as error:
        _reject(Finding.NO_FILE, error, file=name)
    except UnreadableError as error:
        _reject(Finding.UNREADABLE, error, file=name)
    except TooLargeError as error:
        _reject(Finding.TOO_LARGE, error, file=name)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        _reject(Finding.NOT_UTF8, error, file=name)


def _reject(finding: Finding, cause: Exception | None = None, **values: str) -> NoReturn:
    raise RejectedError(finding, **values) from cause
