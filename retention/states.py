"""The graph of a retention clock, as data. retention/transitions.py is the only writer that follows it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClockState(models.TextChoices):
    """Where a clock stands. Holds are not a state: they block destruction, they do not stop the clock."""

    WAITING = "waiting", _("waiting for a fact")
    NOT_STARTED = "not_started", _("not started")
    RUNNING = "running", _("running")
    KEPT = "kept", _("kept permanently")
    DUE = "due", _("due")
    DESTROYING = "destroying", _("being destroyed")
    FAILED = "failed", _("destruction failed, will be retried")
    DESTROYED = "destroyed", _("destroyed")


S = ClockState

# Facts move a clock freely between these; once it is claimed there is only forward.
LIVING = (S.WAITING, S.NOT_STARTED, S.RUNNING, S.KEPT, S.DUE)

NEXT: dict[ClockState, frozenset[ClockState]] = {
    S.WAITING: frozenset({S.NOT_STARTED, S.RUNNING, S.KEPT}),
    S.NOT_STARTED: frozenset({S.WAITING, S.RUNNING, S.KEPT}),
    S.RUNNING: frozenset({S.WAITING, S.NOT_STARTED, S.KEPT, S.DUE}),
    S.KEPT: frozenset({S.WAITING, S.NOT_STARTED, S.RUNNING}),
    S.DUE: frozenset({S.WAITING, S.NOT_STARTED, S.RUNNING, S.KEPT, S.DESTROYING}),
    S.DESTROYING: frozenset({S.FAILED, S.DESTROYED}),
    S.FAILED: frozenset({S.DESTROYING}),
    S.DESTROYED: frozenset(),
}


class ItemStep(models.TextChoices):
    """How far the destruction of one dossier on a list has come; each step is durable before the next begins."""

    LISTED = "listed", _("on the list")
    EXEMPTED = "exempted", _("exempted")
    LEFT_OUT = "left_out", _("left out at the claim")
    CLAIMED = "claimed", _("claimed")
    INTENDED = "intended", _("intent in the log")
    PUBLISHED = "published", _("intent outside the database")
    SHREDDED = "shredded", _("key destroyed")
    ERASED = "erased", _("files erased")
    DELETED = "deleted", _("rows deleted")
    VERIFIED = "verified", _("verified gone")
    DESTROYED = "destroyed", _("destroyed, with receipt")


# The way of a claimed dossier, in order.
IN_FLIGHT = (
    ItemStep.CLAIMED,
    ItemStep.INTENDED,
    ItemStep.PUBLISHED,
    ItemStep.SHREDDED,
    ItemStep.ERASED,
    ItemStep.DELETED,
    ItemStep.VERIFIED,
)
ENDED = (ItemStep.EXEMPTED, ItemStep.LEFT_OUT, ItemStep.DESTROYED)


class ListState(models.TextChoices):
    """Where a destruction list stands."""

    REVIEW = "review", _("under review")
    COOLING_OFF = "cooling_off", _("cooling-off period")
    EXECUTING = "executing", _("being executed")
    DONE = "done", _("done")
