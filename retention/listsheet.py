"""A destruction list as a table, to print and as CSV: metadata, counts, signals and decisions; no names, no content."""

import csv
from collections.abc import Iterator
from io import StringIO

from retention import listsignals, overview
from retention.models import DestructionList

HEADINGS = (
    "dossier", "due_on", "last_change_on", "documents", "entries", "young_people", "signals", "step",
    "first_approval", "second_approval", "exempted_for", "review_on",
)  # fmt: skip


def rows(chosen: DestructionList) -> list[overview.Row]:
    """Return every dossier of a list, in the order of the page, in two statements."""
    return overview.rows(list(overview.items(chosen)), chosen.rule)


def as_csv(chosen: DestructionList) -> str:
    """Return a list as CSV, one dossier a line; codes stay codes, dates are ISO 8601."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(tuple(_line(row)) for row in rows(chosen))
    return text.getvalue()


def _line(row: overview.Row) -> Iterator[object]:
    item, dossier = row.item, row.dossier
    yield dossier.reference if dossier else ""
    yield item.due_on
    yield dossier.last_change_on if dossier else ""
    yield from (row.documents, row.entries, row.youths)
    yield "; ".join(badge.signal for badge in listsignals.badges(item))
    yield item.step
    yield from ("yes" if agreed else "no" for agreed in (item.agreed_first, item.agreed_second))
    yield item.exempt_reason
    yield item.review_on or ""
