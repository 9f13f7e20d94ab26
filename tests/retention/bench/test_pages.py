"""The measurements name every page and user, and count what a page really asks the database."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from retention.bench import fill
from retention.bench.people import LEAD, PROFILES

COUNT = 30


@pytest.fixture
def filled(stores: None) -> None:
    fill.prepare(60, 40)
    for chunk in fill.missing(COUNT):
        fill.fill_chunk(chunk)


def test_every_page_is_measured_for_every_user_beside_the_bare_view(filled: None) -> None:
    out = StringIO()
    call_command(
        "bench", "pages", "--json", "--times", "2", "--page", "casefiles:dossiers", "casefiles:dossier", stdout=out
    )
    rows = {(row["page"], row["user"]): row for row in json.loads(out.getvalue())}
    users = [name for name, _teams in PROFILES]
    assert set(rows) == {(p, u) for p in ("casefiles:dossiers", "casefiles:dossier") for u in (*users, LEAD)}
    for (_page, user), row in rows.items():
        if user in users:
            assert row["status"] == 200
            assert row["queries"] > 0
            assert row["p95"] >= row["p50"] > 0
            assert row["ratio"] == pytest.approx(row["p50"] / row["bare"], abs=0.01)
    assert rows["casefiles:dossier", LEAD]["status"] == 404  # an officer sees no content
