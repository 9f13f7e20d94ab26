"""Filling the bench: two processes take chunks of dossiers, each whole or absent, until there are as many as asked."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from django.db import connections
from django.utils import timezone

from casefiles.bulk import bring_in
from casefiles.models import Dossier, User
from retention.bench.dossiers import PREFIX, Yard, make, reference
from retention.bench.people import Staff, hire
from retention.bench.process import set_up

CHUNK = 500  # their keys fit the key cache
WORKERS = 2


class NotABench(Exception):
    """This data folder holds other dossiers or people: give the bench a DATA_DIR of its own."""


def prepare(users: int, teams: int) -> None:
    """Make the staff. Raises NotABench where anything else than a bench is kept."""
    if holds_other_data():
        raise NotABench
    hire(users, teams)


def holds_other_data() -> bool:
    """Tell whether other dossiers or people are kept here than a bench's."""
    people = User.objects.exclude(username__startswith="bench-")
    return people.exists() or Dossier.objects.exclude(reference__startswith=PREFIX).exists()


def missing(count: int) -> list[range]:
    """Return the chunks that are not in yet, for `count` dossiers."""
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    lasts = {reference(chunk[-1]): chunk for chunk in chunks}
    known = set(Dossier.objects.present().filter(reference__in=list(lasts)).values_list("reference", flat=True))
    return [chunk for last, chunk in lasts.items() if last not in known]


def fill(chunks: Sequence[range], workers: int = WORKERS) -> Iterator[int]:
    """Make the dossiers of the chunks in as many processes, yielding the size of each that is done."""
    connections.close_all()
    with ProcessPoolExecutor(workers, get_context("spawn"), set_up) as pool:
        running = [pool.submit(fill_chunk, chunk) for chunk in chunks]
        try:
            for done in as_completed(running):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def fill_chunk(chunk: range) -> int:
    """Make the dossiers of one chunk and return how many."""
    yard = Yard.open(Staff.present(), timezone.now())
    wanted = {reference(number): number for number in chunk}
    present = set(Dossier.objects.present().filter(reference__in=wanted).values_list("reference", flat=True))
    arrivals = [make(number, yard) for name, number in wanted.items() if name not in present]
    bring_in(arrivals, ground="bench")
    return len(chunk)
