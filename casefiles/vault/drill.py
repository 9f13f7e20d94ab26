"""The restore drill: do the printed shares really bring every living root key back? Try it before it is needed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casefiles.vault import epochs, escrow, keys
from casefiles.vault.models import KeyEpoch
from casefiles.vault.roots import RootKeyMissing, provider


class Verdict(models.TextChoices):
    """What the shares did for one epoch."""

    OPENS = "opens", _("the escrow opens, and it is the right key")
    RESTORED = "restored", _("the root key was lost and is back")
    LOST = "lost", _("the root key is lost; the escrow holds it: use --restore")
    WRONG_SHARES = "wrong_shares", _("these shares do not open the escrow: too few, mistyped, or of another key")
    WRONG_KEY = "wrong_key", _("the escrow opens, but it is not the key of this epoch")
    NO_ESCROW = "no_escrow", _("there is no escrow of this epoch")
    IN_TOKEN = "in_token", _("the token holds it and answers; the token's own backup is its escrow")
    TOKEN_LOST = "token_lost", _("the token does not hold it: restore the token's own backup")


GOOD = (Verdict.OPENS, Verdict.RESTORED, Verdict.IN_TOKEN)


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one living epoch."""

    epoch: int
    verdict: Verdict


def make(threshold: int, count: int) -> list[str]:
    """Make the recovery key, put every living epoch in escrow under it, and return the shares. Raises AlreadyMade."""
    keys.current_epoch()  # a new installation has one from now on
    shares = escrow.make_recovery_key(threshold, count)
    for epoch in epochs.living():
        if escrow.deposit(epoch.number):
            KeyEpoch.objects.filter(pk=epoch.pk).update(escrowed_at=timezone.now())
    return shares


def run(shares: Sequence[str], *, restore: bool = False) -> list[Line]:
    """Open the escrow of every living epoch with the shares; `restore` puts a lost root key back."""
    return [Line(epoch.number, _verdict(epoch, shares, restore=restore)) for epoch in epochs.living()]


def _verdict(epoch: KeyEpoch, shares: Sequence[str], *, restore: bool) -> Verdict:
    try:
        key = escrow.withdraw(epoch.number, shares)
    except escrow.NoEscrow:
        return Verdict.NO_ESCROW if provider().gives_out else _in_token(epoch.number)
    except escrow.SharesDoNotFit:
        return Verdict.WRONG_SHARES
    if hashlib.sha256(key).hexdigest() != epoch.fingerprint:
        return Verdict.WRONG_KEY
    try:
        provider().open(epoch.number)
    except RootKeyMissing:
        if not restore:
            return Verdict.LOST
        provider().restore(epoch.number, key)
        return Verdict.RESTORED
    return Verdict.OPENS


def _in_token(number: int) -> Verdict:
    try:
        provider().open(number)
    except RootKeyMissing:
        return Verdict.TOKEN_LOST
    return Verdict.IN_TOKEN
