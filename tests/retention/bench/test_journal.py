"""The bench of the access log: it fills five years of months, each once, and measures every page."""

import pytest

from casefiles.models import AccessEvent
from retention.bench import journal
from tests.stores import login

LINES = 600


@pytest.mark.usefixtures("stores")
def test_five_years_of_lines_are_filled_once_and_every_page_is_measured() -> None:
    for _again in range(2):
        assert sum(journal.fill(LINES)) == LINES
    assert AccessEvent.objects.count() == LINES
    months = AccessEvent.objects.dates("occurred_at", "month")
    assert len(months) == journal.MONTHS
    measured = {row.page: row for row in journal.measure(2)}
    assert len(measured) == 12
    assert all(row.tables for row in measured.values())
    assert "p50" in str(measured["own reading"])
    with login("owner") as owner:  # sixty months would slow down every test after this one
        for month in list(months)[:-1]:
            owner.execute(f"DROP TABLE casefiles_accessevent_{month:%Y_%m}")
