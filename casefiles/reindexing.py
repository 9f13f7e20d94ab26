"""Making the blind index anew. It is in no write-ahead log, so after a crash of the database it is simply empty.

The clock of the house asks `resume` every minute; until it is whole again a search says so instead of "not found".
"""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value

from casefiles import jobs, search
from casefiles.models import Dossier, Job, Party, SearchToken
from casefiles.vault import keys

KIND = "reindex"
BATCH = 500

_UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)


def is_incomplete() -> bool:
    """Tell in one statement whether the index is lost or being rebuilt, so that "not found" may be untrue."""
    unfinished = Job.objects.filter(kind=KIND, state__in=_UNFINISHED)
    signs = (found.annotate(found=Value(1)).values("found") for found in (unfinished, _lost()))
    return next(signs).union(next(signs), all=True).exists()


def _lost() -> QuerySet[Party]:
    """Behind the wall a page asks this of its reader's own dossiers: those without people have no tokens to lose."""
    return Party.objects.filter(~Exists(SearchToken.objects.all()), dossier__in=Dossier.objects.present())


def ask() -> Job:
    """Return the job of rebuilding, made when none is under way."""
    return Job.objects.filter(kind=KIND, state__in=_UNFINISHED).first() or Job.objects.create(kind=KIND)


def resume() -> int:
    """Rebuild the index if it is lost, or go on where a killed worker stopped; return the dossiers done now."""
    if _lost().exists():
        ask()
    job = Job.objects.filter(jobs.free(), kind=KIND).first()
    progress = jobs.take(job.pk) if job else None
    return rebuild(progress) if progress else 0


def rebuild(progress: jobs.Progress) -> int:
    """Write the tokens of every present dossier that has none; return how many. Each batch is whole or not there."""
    progress.expect(_without().count())
    for done in renew():
        progress.advance(done)
    progress.finish()
    return progress.done


def renew() -> Iterator[int]:
    """Write the tokens of every present dossier that has none of the current key's; yield how many, by the batch.

    Those of older keys go at the end: until then a search finds by both.
    """
    without, last = _without(), UUID(int=0)
    while batch := list(without.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = batch[-1]
        _write(batch)
        yield len(batch)
    SearchToken.objects.exclude(epoch=keys.current_epoch().number).delete()


def _without() -> QuerySet[Dossier]:
    current = SearchToken.objects.filter(dossier=OuterRef("pk"), epoch=keys.current_epoch().number)
    return Dossier.objects.present().filter(~Exists(current))


def _write(batch: list[UUID]) -> None:
    """Write a batch's tokens under a lock on its dossiers: one that is being destroyed gets none."""
    key, opened = keys.search_key(), keys.open_many(batch)
    with transaction.atomic():
        present = Dossier.objects.present().filter(pk__in=list(opened)).order_by("pk")
        locked = list(present.select_for_update(no_key=True).values_list("pk", flat=True))
        found = {
            (party.dossier_id, purpose, token)
            for party in Party.objects.filter(dossier_id__in=locked)
            for purpose, token in search.tokens(key, [party.facts])
        }
        SearchToken.objects.filter(dossier_id__in=locked).delete()
        SearchToken.objects.bulk_create(
            SearchToken(dossier_id=d, purpose=p, token=t, epoch=key.epoch) for d, p, t in found
        )
