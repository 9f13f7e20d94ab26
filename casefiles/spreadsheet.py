"""CSV that a spreadsheet opens as it is meant: with a byte-order mark, and no cell that is a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

FORMULA = {"=", "+", "-", "@", "\t", "\r"}


def as_csv(heads: Sequence[str], lines: Iterable[Iterable[str]]) -> str:
    """Return lines of cells under their heads as CSV, with semicolons as Dutch spreadsheets expect them."""
    out = StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in FORMULA else cell
