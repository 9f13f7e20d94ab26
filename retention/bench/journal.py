"""The access log at its real size: five years of lines by COPY, and what each of its pages costs with its plan."""

import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casefiles import accesslog, patterns, unusual
from casefiles.accesslog import Asked
from casefiles.models import AccessEvent
from casefiles.patterns import Period
from casefiles.sql import Sql, rows

MONTHS = 60
PEOPLE = 5_000
DOSSIERS = 100_000
SEED = 38007
COLUMNS = "id, occurred_at, action, outcome, actor_id, actor_name, actor_role"
COLUMNS += ", dossier_id, ground, detail, basis, address"
# Of a hundred lines: what they are. Emergencies and exports are one in ten thousand.
DEEDS = ["read"] * 78 + ["search"] * 8 + ["change"] * 8 + ["download"] * 4 + ["login"] * 2
RARE = ("emergency", "export", "review")


def fill(lines: int) -> Iterator[int]:
    """Write the lines that are missing, month by month, each month whole or absent; yield how many each time."""
    first = timezone.localdate().replace(day=1) - relativedelta(months=MONTHS - 1)
    for number in range(MONTHS):
        month = first + relativedelta(months=number)
        wanted = lines // MONTHS + (number < lines % MONTHS)
        rows(Sql("SELECT casefiles_make_month(%s)", (month,)))
        if not _filled(month):
            _copy(month, wanted)
        yield wanted
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casefiles_accessevent")


def _filled(month: date) -> bool:
    since = datetime(month.year, month.month, 1, tzinfo=UTC)
    within = AccessEvent.objects.filter(occurred_at__gte=since, occurred_at__lt=since + timedelta(days=28))
    return within.filter(actor_name__startswith="Bench ").exists()


def _copy(month: date, count: int) -> None:
    """Fill one month's own table: COPY is refused on the log itself, which is behind the second wall."""
    made = random.Random(SEED + month.toordinal())  # noqa: S311 - a bench, no secret
    statement = f"COPY casefiles_accessevent_{month:%Y_%m} ({COLUMNS}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for _number in range(count):
            stream.write(_line(month, made))


def _line(month: date, made: random.Random) -> str:
    at = datetime(month.year, month.month, 1, tzinfo=UTC) + timedelta(seconds=made.randrange(28 * 86400))
    person, dossier = made.randrange(PEOPLE), UUID(int=made.randrange(DOSSIERS) + 1)
    action = made.choice(DEEDS) if made.randrange(10_000) else made.choice(RARE)
    basis = "emergency" if action == "emergency" else made.choice(("team", "team", "team", "whole_team", "role"))
    outcome = "refused" if made.randrange(500) == 0 else "done"
    values = (
        *(UUID(int=made.getrandbits(128)), at.isoformat(), action, outcome, person, f"Bench {person}", "case_worker"),
        *(dossier, "timeline", "{}", basis, f"10.0.{person % 250}.7"),
    )
    return "\t".join(map(str, values)) + "\n"


@dataclass(frozen=True, slots=True)
class Measured:
    """One page of the log: milliseconds, and how the database finds its lines (nodes of the plan, tables read)."""

    page: str
    p50: float
    p95: float
    nodes: dict[str, int]
    tables: int

    def as_dict(self) -> dict[str, Any]:
        """Return the measurement as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        nodes = ", ".join(f"{node} {count}" for node, count in self.nodes.items())
        return f"{self.page:34} p50 {self.p50:8.2f} ms  p95 {self.p95:8.2f} ms  tables {self.tables:3}  {nodes}"


def measure(times: int) -> list[Measured]:
    """Ask for every page of the log `times` times."""
    return [_measure(name, ask, times) for name, ask in _pages().items()]


def _pages() -> dict[str, Callable[[], object]]:
    now = timezone.now()
    dossier, person = UUID(int=DOSSIERS // 2), PEOPLE // 2
    today = timezone.localdate()
    month = Period(now - timedelta(days=30), now)
    day = Period(now - timedelta(days=5), now - timedelta(days=4))
    unusual.count(today)
    deep = accesslog.Cursor(now - timedelta(days=900), UUID(int=1))
    return {
        "who looked in a dossier": lambda: accesslog.page(Asked(dossier_id=dossier)),
        "who looked, one month": lambda: accesslog.page(Asked(dossier_id=dossier, since=month.since)),
        "own reading": lambda: accesslog.page(Asked(actor_id=person)),
        "officer, everything": lambda: accesslog.page(Asked()),
        "officer, 900 days back": lambda: accesslog.page(Asked(), deep),
        "officer, emergencies": lambda: accesslog.page(Asked(action="emergency")),
        "officer, refusals of a month": lambda: accesslog.page(Asked(outcome="refused", since=month.since)),
        "many dossiers, counting a day": lambda: patterns.many_dossiers(day),
        "patterns of people, counting a day": lambda: patterns.of_people(day),
        "own surname, counting a day": lambda: patterns.same_surname(day),
        "page of patterns, a month": lambda: unusual.read(today - timedelta(days=30), today - timedelta(days=1)),
        "export of a dossier": lambda: list(accesslog.lines(Asked(dossier_id=dossier))),
    }


def _measure(name: str, ask: Callable[[], object], times: int) -> Measured:
    with CaptureQueriesContext(connection) as captured:
        ask()
    asked = next(query["sql"] for query in captured if "casefiles_" in query["sql"])
    spent = []
    for _number in range(max(times, 2)):
        start = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - start) * 1000)
    nodes: Counter[str] = Counter()
    tables: set[str] = set()
    _walk(_plan(asked), nodes, tables)
    p95 = statistics.quantiles(spent, n=20)[-1]
    return Measured(name, round(statistics.median(spent), 2), round(p95, 2), dict(nodes), len(tables))


def _plan(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        (found,) = cursor.fetchone()
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def _walk(node: Any, nodes: Counter[str], tables: set[str]) -> None:
    """Count the nodes that were really run; a table that the plan names and never reads is not counted."""
    if not node.get("Actual Loops", 1):
        return
    nodes[node["Node Type"]] += 1
    if "Relation Name" in node:
        tables.add(node["Relation Name"])
    for child in node.get("Plans", ()):
        _walk(child, nodes, tables)
