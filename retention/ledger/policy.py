"""Trust policies (C2SP tlog-policy): which logs are accepted, and which witnesses must have cosigned."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from retention.ledger.encoding import decode_decimal
from retention.ledger.errors import MalformedError
from retention.ledger.keys import LOG, WITNESS, VerifierKey

NO_QUORUM = "none"
_ALLOWED = re.compile(rb"[\t\n\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and groups, by name, of which at least `threshold` must have witnessed."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The accepted logs; the witnesses and groups by name, in order of definition; the name of the quorum."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a policy file of any octets that the specification allows, or raise MalformedError."""
        if not _ALLOWED.fullmatch(data):
            raise MalformedError("a policy holds a control character")
        draft = _Draft()
        # Names are opaque octets: surrogateescape keeps every one of them distinct.
        for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), start=1):
            words = line.replace("\t", " ").split(" ")
            try:
                draft.read([word for word in words if word])
            except MalformedError as error:
                raise MalformedError(f"line {number}: {error}") from error
        if draft.quorum is None:
            raise MalformedError("the policy has no quorum")
        return cls(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum)

    def is_witnessed_by(self, cosigners: Collection[VerifierKey]) -> bool:
        """Tell whether these keys, whose cosignatures were verified, make up the quorum."""
        satisfied = {NO_QUORUM} | {name for name, key in self.witnesses.items() if key in cosigners}
        for name, group in self.groups.items():  # members stand before their group: one pass is enough
            if sum(member in satisfied for member in group.members) >= group.threshold:
                satisfied.add(name)
        return self.quorum in satisfied


def log_policy(*logs: VerifierKey, witnesses: Policy | None = None, quorum: bool = False) -> str:
    """Return the policy file that accepts these keys of one log, with the witnesses and groups of another policy.

    `quorum` asks for that policy's own quorum; otherwise no witness is needed.
    """
    lines = [f"log {log}" for log in logs]
    if witnesses:
        lines += [f"witness {name} {key}" for name, key in witnesses.witnesses.items()]
        groups = witnesses.groups.items()
        lines += [" ".join(["group", name, str(group.threshold), *group.members]) for name, group in groups]
    lines.append(f"quorum {witnesses.quorum if witnesses and quorum else NO_QUORUM}")
    return "".join(f"{line}\n" for line in lines)


@dataclass(slots=True)
class _Draft:
    """A policy while its lines are being read."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    grouped: set[str] = field(default_factory=set)

    def read(self, words: list[str]) -> None:
        match words:
            case []:
                pass
            case [first, *_] if first.startswith("#"):
                pass
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(_new_key(vkey, LOG, self.logs))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self._require_new(name)
                self.witnesses[name] = _new_key(vkey, WITNESS, self.witnesses.values())
            case ["group", name, threshold, *members]:
                self._add_group(name, threshold, members)
            case ["quorum", name] if self.quorum is None and (name == NO_QUORUM or self._is_defined(name)):
                self.quorum = name
            case _:
                raise MalformedError("not a line of a policy, or a quorum that is repeated or not defined above it")

    def _add_group(self, name: str, threshold: str, members: list[str]) -> None:
        self._require_new(name)
        for member in members:
            if not self._is_defined(member) or member in self.grouped:
                raise MalformedError("a group's member is unknown, or in a group already")
            self.grouped.add(member)
        least = {"any": 1, "all": len(members)}.get(threshold)
        least = decode_decimal(threshold) if least is None else least
        if not 1 <= least <= len(members):
            raise MalformedError("a group's threshold is out of bounds")
        self.groups[name] = Group(least, tuple(members))

    def _require_new(self, name: str) -> None:
        if name == NO_QUORUM or self._is_defined(name):
            raise MalformedError("a name is defined twice")

    def _is_defined(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups


def _new_key(vkey: str, kind: int, others: Collection[VerifierKey]) -> VerifierKey:
    key = VerifierKey.parse(vkey)
    if key.kind != kind:
        raise MalformedError("a key of another type than its line needs")
    if any(key.public == other.public for other in others):
        raise MalformedError("a key is listed twice")
    return key
