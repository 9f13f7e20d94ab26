"""Access is measured for every question and user, beside the bare statement and guardian's default."""

import pytest

from retention.bench import access, fill
from retention.bench.people import LEAD, PROFILES


@pytest.fixture
def filled(stores: None) -> None:
    fill.prepare(60, 40)
    for chunk in fill.missing(30):
        fill.fill_chunk(chunk)


def test_every_question_is_measured_for_every_user_behind_the_wall_and_before_it(filled: None) -> None:
    rows = {(row["question"], row["user"]): row for row in access.measure(2)}
    workers = [name for name, _teams in PROFILES]
    assert set(rows) == {(q, u) for q in ("list", "count", "may open") for u in (*workers, LEAD)}
    for (question, user), row in rows.items():
        assert row["ours"] > 0
        assert row["walled"] > 0, "the web's own login, in a process of its own"
        beside = user in workers  # guardian's default has no roles on metadata
        assert (row["bare"] is not None, row["guardian"] is not None) == (beside, beside), question
