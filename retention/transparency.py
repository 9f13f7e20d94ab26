"""What the page of the log shows: its head, its mirror, its witnesses, and what is wrong with any of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from cachetools import TTLCache, cached
from django.db import connection
from django.utils import timezone

from casefiles.access import METADATA_ROLES
from casefiles.models import Job, User
from retention import mirror, witnesses
from retention.auditing import run
from retention.ledger.checkpoint import Checkpoint as Head
from retention.ledger.errors import LedgerError
from retention.ledger.keys import VerifierKey
from retention.ledger.note import Note
from retention.models import Checkpoint, LedgerAudit

READERS = METADATA_ROLES
LATE = timedelta(days=7)  # a witness that looks weekly is not missing


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one witness of the policy is: what it cosigned last, and since when something newer waits for it."""

    name: str
    key: VerifierKey
    size: int | None
    at: datetime | None
    missing_since: datetime | None
    refused: bool

    @property
    def late(self) -> bool:
        """Whether it has been missing for longer than a witness may."""
        return self.missing_since is not None and timezone.now() - self.missing_since > LATE


@dataclass(frozen=True, slots=True)
class Mirror:
    """How far the log outside the database is; `size` None when it cannot be read."""

    size: int | None
    behind: int


def head() -> tuple[Checkpoint, Head] | None:
    """Return the newest signed head, as its row and as what it states; None for an empty log."""
    newest = Checkpoint.objects.order_by("-size").first()
    return (newest, Head.parse(Note.parse(newest.note).text)) if newest else None


def mirrored(size: int) -> Mirror:
    """Return how far the mirror is for a log of `size` leaves."""
    try:
        there = mirror.mirrored_size()
    except (LedgerError, OSError, UnicodeDecodeError):
        return Mirror(None, size)
    return Mirror(there, size - there)


def standings() -> list[Standing]:
    """Return every witness of the policy, in its order, in one question to the database for all."""
    there = witnesses.brought()
    if there.policy is None:
        return []
    refused = {one.key_id for one in there.refusals}
    found = [(name, key, _last(key, there)) for name, key in there.policy.witnesses.items()]
    since = _first_after([last.size if last else 0 for _, _, last in found])
    return [
        Standing(
            name,
            key,
            last.size if last else None,
            last.at if last else None,
            since.get(last.size if last else 0),
            key.key_id.hex() in refused,
        )
        for name, key, last in found
    ]


def _last(key: VerifierKey, there: witnesses.Brought) -> witnesses.Cosignature | None:
    return next((one for one in there.cosignatures if one.key == key), None)


def _first_after(sizes: list[int]) -> dict[int, datetime]:
    """Return when the first head was made that is larger than each size; nothing for the size of the head itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT size, (SELECT made_at FROM retention_checkpoint WHERE size > asked.size ORDER BY size LIMIT 1) "
            "FROM unnest(%s::bigint[]) AS asked (size)",
            [sizes],
        )
        return {size: made_at for size, made_at in cursor.fetchall() if made_at}


def contradictions() -> list[witnesses.Cosignature]:
    """Return the newest cosignature of each witness when it is over a head that is not the database's."""
    newest: dict[VerifierKey, witnesses.Cosignature] = {}
    for one in witnesses.brought().cosignatures:
        newest.setdefault(one.key, one)
    rows = Checkpoint.objects.filter(size__in=[one.size for one in newest.values()]).values_list("size", "note")
    ours = {size: Note.parse(note).text for size, note in rows}
    return [one for one in newest.values() if ours.get(one.size) != one.text]


def last_audit() -> LedgerAudit | None:
    """Return the last audit that came to an end."""
    done = LedgerAudit.objects.select_related("job__started_by").filter(job__state=Job.State.DONE)
    return done.order_by("-job__moved_at").first()


def audit_under_way() -> Job | None:
    """Return the audit that waits or runs."""
    return Job.objects.filter(kind=run.KIND, state__in=(Job.State.WAITING, Job.State.RUNNING)).first()


def count_alarms(_user: User) -> int | None:
    """Return how many alarms there are about the log, for the navigation; None when there are none."""
    return _alarms() or None


@cached(TTLCache(maxsize=1, ttl=20), lock=Lock())
def _alarms() -> int:
    """Count them; every page of every overseer asks, so it is remembered for a moment."""
    audit = last_audit()
    return len(contradictions()) + len(witnesses.brought().refusals) + int(bool(audit and audit.findings))
