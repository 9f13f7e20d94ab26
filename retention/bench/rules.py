"""Measuring rules: preview and apply of a changed term and of a changed trigger, the due query, the nightly sweep.

Each beside its limit in the same run: the bare statement, or for facts in Python the bare COPY and UPDATE FROM.
Everything that is written is undone: a savepoint, or the change withdrawn.
"""

import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from casefiles.models import PartyFacts, User
from casefiles.sql import Sql, rows
from casefiles.vault import keys
from casefiles.vault.sealing import unseal
from retention import ahead, impact, rules, sweeping, transitions
from retention.bench.people import LEAD
from retention.gathering import CHILDREN
from retention.impact import Compared
from retention.models import Category, Clock, ClockAhead, RuleChange, RuleVersion
from retention.schedule import Period, Rule, Trigger, due_condition
from retention.timing import rule_in_force, today

CODE = "jeugdhulp"
WORKED = 20_000  # how many dossiers the working out ahead is measured over
KILOBYTES = 1024


@dataclass(frozen=True, slots=True)
class Rate:
    """One measurement: milliseconds, its limit's milliseconds in the same run, over how many clocks, peak memory."""

    work: str
    ms: float
    limit: float
    clocks: int
    peak_mib: float

    @property
    def ratio(self) -> float | None:
        """How many times its limit it takes."""
        return round(self.ms / self.limit, 2) if self.limit else None

    def as_dict(self) -> dict[str, Any]:
        """Return the measurement as plain values."""
        return asdict(self) | {"ratio": self.ratio}

    def __str__(self) -> str:
        return (
            f"{self.work:34} {self.ms:10.2f} ms  limit {self.limit:10.2f} ms  ratio {self.ratio}  "
            f"{self.clocks} clocks  {self.peak_mib:.0f} MiB"
        )


@contextmanager
def _undone() -> Iterator[None]:
    """Take back whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _ms(act: Callable[[], object], times: int) -> float:
    """Return the middle of `times` runs, after one that is not counted."""
    act()
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def _rate(work: str, act: Callable[[], object], limit: Callable[[], object], times: int, clocks: int) -> Rate:
    ms, bare = _ms(act, times), _ms(limit, times)
    return Rate(work, ms, bare, clocks, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES)


def measure(times: int) -> Iterator[Rate]:
    """Yield each measurement over the bench's youth-care dossiers, or over all clocks where it says so."""
    clocks, everything = Clock.objects.filter(category=CODE).count(), Clock.objects.count()
    now = rule_in_force(CODE)
    longer = _changed(now.rule, "P25Y")
    compared = Compared(CODE, now.rule, longer)
    yield _rate("preview of a changed term", lambda: impact.assess(compared), _bare_preview, times, clocks)
    yield _rate("apply a changed term", lambda: _publish(longer), _bare_row, times, clocks)
    yield from _ahead(times)
    day = today()
    due = due_condition(now.rule, day)
    yield _rate("due query", lambda: rows(_due(due.sql, due.params)), lambda: rows(_due(*_bare_due())), times, clocks)
    yield _rate("nightly sweep, nothing to move", _sweep, _bare_scan, times, everything)


def _changed(rule: Rule, term: str, trigger: Trigger | None = None) -> Rule:
    line = msgspec.structs.replace(rule.lines[0], term=Period(term), trigger=trigger or rule.lines[0].trigger)
    return msgspec.structs.replace(rule, version=rule.version + 1, valid_from=today(), lines=(line,))


def _bare_preview() -> None:
    """Count by trigger date and no more: what the database itself takes to look at every clock."""
    text = "SELECT starts_on, count(*) FROM retention_clock WHERE category_id = %s AND state = 'running' GROUP BY 1"
    rows(Sql(f"SELECT count(*) FROM ({text}) found", (CODE,)))  # noqa: S608 - written above


def _publish(rule: Rule) -> None:
    with _undone():
        RuleVersion.objects.create(
            category_id=CODE,
            version=rule.version,
            valid_from=rule.valid_from,
            spec=rule.to_json(),
            digest=rule.digest(),
        )


def _bare_row() -> None:
    with _undone(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_row (n int) ON COMMIT DROP")
        cursor.execute("INSERT INTO bench_row VALUES (1)")


def _ahead(times: int) -> Iterator[Rate]:
    """Work a birth-based rule out ahead for some dossiers, preview it, and switch; then take all of it back."""
    now, author = rule_in_force(CODE), User.objects.get(username=LEAD)
    draft = rules.Draft(_changed(now.rule, "P24Y", Trigger.BIRTH), "bench", retroactive=True)
    change = rules.save(Category.objects.get(code=CODE), draft, by=author)
    try:
        start, count, last = time.perf_counter(), 0, ahead.FIRST
        reached: UUID | None = last
        while reached is not None and count < WORKED:
            done, reached = ahead.work_batch(change, reached)
            count += done
        spent = (time.perf_counter() - start) * 1000
        yield Rate("work a changed trigger out", spent, _ms(lambda: _bare_work(change), 1), count, _peak())
        compared = Compared.of(change, now.rule)
        yield _rate("preview of a changed trigger", lambda: impact.assess(compared), _bare_join, times, count)
        yield _rate("switch to a changed trigger", lambda: _switch(change), _bare_update, 3, count)
    finally:
        ClockAhead.objects.filter(change=change).delete()
        RuleChange.objects.filter(pk=change.pk).delete()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES


def _bare_work(change: RuleChange) -> None:
    """Open every birth date that is needed, and insert as many rows as were worked out: no model, rule or lock."""
    text = (
        "SELECT party.id, party.dossier_id, party.facts FROM casefiles_party party "
        "JOIN retention_clockahead ahead USING (dossier_id) WHERE ahead.change_id = %s AND party.role = ANY(%s)"
    )
    found = rows(Sql(text, (change.pk, [str(role) for role in CHILDREN])))
    keys.forget()
    for start in range(0, len(found), ahead.BATCH):
        batch = found[start : start + ahead.BATCH]
        keys.open_many([dossier_id for _row, dossier_id, _facts in batch])
        for row, dossier_id, facts in batch:
            unseal(bytes(facts), PartyFacts, "casefiles_party", row, dossier_id)
    with _undone(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_ahead ON COMMIT DROP AS "
            "SELECT id, dossier_id, change_id, state, starts_on FROM retention_clockahead WHERE change_id = %s",
            [change.pk],
        )


def _bare_join() -> None:
    rows(Sql("SELECT count(*) FROM retention_clock c JOIN retention_clockahead a ON a.dossier_id = c.dossier_id"))


def _switch(change: RuleChange) -> None:
    with _undone():
        transitions.switch(change)


def _bare_update() -> None:
    """UPDATE FROM over the same rows, without the history that the product writes."""
    statement = (
        "UPDATE retention_clock c SET starts_on = a.starts_on FROM retention_clockahead a "
        "WHERE a.dossier_id = c.dossier_id"
    )
    with _undone(), connection.cursor() as cursor:
        cursor.execute(statement)


def _due(condition: str, params: tuple[Any, ...]) -> Sql:
    where = f"category_id = %s AND state = 'running' AND {condition}"
    return Sql(f"SELECT id FROM retention_clock clock WHERE {where} LIMIT 25", (CODE, *params))  # noqa: S608 - our own SQL


def _bare_due() -> tuple[str, tuple[Any, ...]]:
    last = rule_in_force(CODE).rule.applied[0].term.latest_start_before(today())
    return "starts_on[1] <= %s", (last,)


def _sweep() -> None:
    """The set-based part of a night, for every category."""
    for version in sweeping.with_clocks(today()):
        due = due_condition(version.rule, today(), "clock")
        transitions.fall_back(version.category_id, due)
        transitions.fall_due(version.category_id, due)


def _bare_scan() -> None:
    rows(Sql("SELECT count(*) FROM retention_clock WHERE state IN ('running', 'due') AND starts_on[1] < now()::date"))
