"""Signs of life: each process writes when it was last alive, so that every other one can see it is not any more."""

from datetime import datetime, timedelta

from django.utils import timezone

from casefiles.models import LastSeen

SILENT = timedelta(seconds=150)  # five signs missed

Part = LastSeen.Part


def show(part: LastSeen.Part) -> None:
    """Write that this part is alive now."""
    LastSeen.objects.update_or_create(part=part, defaults={"at": timezone.now()})


def last() -> dict[str, datetime]:
    """Return the last sign of every part that ever gave one."""
    return dict(LastSeen.objects.values_list("part", "at"))


def alive(at: datetime | None) -> bool:
    """Tell whether a part whose last sign was then still lives."""
    return at is not None and timezone.now() - at < SILENT
