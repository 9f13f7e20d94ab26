"""How far the demonstration is: its dossiers come in while people can already log in."""

from dataclasses import dataclass

from django.conf import settings

from casefiles.jobs import Bar, bar_of
from casefiles.models import Job

KIND = "demonstration"  # of its job, which retention/demonstration fills


@dataclass(frozen=True, slots=True)
class Loading:
    """The bar of a load that is not done, and whether it broke off."""

    bar: Bar
    broken_off: bool


def loading() -> Loading | None:
    """Return how far the load is; None when all is in, and outside demonstration mode."""
    if not settings.DEMONSTRATION:
        return None
    job = Job.objects.filter(kind=KIND).exclude(state=Job.State.DONE).first()
    return Loading(bar_of(job), job.state == Job.State.FAILED) if job else None
