"""Replacing the log's signing key: whoever pinned the old one sees it vouch for the new one."""

from django.conf import settings
from django.db import transaction

from casefiles import access, journal
from casefiles.models import AccessEvent, Role, User
from retention import mirror, sequencer
from retention.ledger.keys import LogKey
from retention.ledger.note import Note, sign_note
from retention.models import Checkpoint
from retention.receipts import keys


def rotate(*, by: User) -> LogKey:
    """Make a new key and let both sign the head as it is now, published as `handover/SIZE`. Raises Refused.

    No leaf comes in between. What the old key signed stays verifiable with its public half, which is kept.
    """
    if not by.is_active or by.role != Role.ADMINISTRATOR:
        access.refuse(by, "log_key")
    with transaction.atomic():
        sequencer.lock()
        old, new = keys.log_key(), LogKey.generate(settings.LEDGER_ORIGIN)
        last = Checkpoint.objects.order_by("-size").first()
        if last is not None:
            mirror.hand_over(last.size, _by_both(last.note, old, new))
        journal.record(AccessEvent.Action.CHANGE, by, ground="log_key")
        keys.retire(old, new)
    return new


def _by_both(head: str, old: LogKey, new: LogKey) -> str:
    text = Note.parse(head).text
    signatures = (*sign_note(text, old).signatures, *sign_note(text, new).signatures)
    return str(Note(text, signatures))
