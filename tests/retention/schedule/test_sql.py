from datetime import date

import pytest

from retention.schedule import (
    Action,
    Combine,
    Confidence,
    Line,
    Period,
    Rule,
    Status,
    Trigger,
    due_condition,
    due_date,
)

TODAY = date(2026, 11, 23)


def rule(*terms: str, combine: Combine = Combine.LATEST_OF) -> Rule:
    lines = tuple(
        Line(
            trigger=Trigger.CLOSURE,
            term=Period(term),
            citation="SL 13.1",
            status=Status.SELECTIELIJST,
            confidence=Confidence.HIGH,
            confirmed=True,
        )
        for term in terms
    )
    return Rule(category="klacht", version=1, valid_from=date(2020, 1, 1), lines=lines, combine=combine)


def test_a_single_line_compares_the_bare_column_with_one_date() -> None:
    found = due_condition(rule("P5Y"), TODAY)
    assert found.sql == "((clock.starts_on[1] IS NOT NULL AND clock.starts_on[1] <= %s))"
    assert found.params == (date(2021, 11, 22),)


def test_latest_of_asks_for_every_line_and_earliest_of_for_any() -> None:
    both = due_condition(rule("P5Y", "P4W"), TODAY, table="c")
    assert both.sql.count(" OR ") == 0
    assert "c.starts_on[2]" in both.sql
    assert both.params == (date(2021, 11, 22), date(2026, 10, 25))
    assert " OR " in due_condition(rule("P5Y", "P4W", combine=Combine.EARLIEST_OF), TODAY).sql


def test_the_due_date_takes_its_terms_as_parameters() -> None:
    found = due_date(rule("P5Y", "P4W"))
    assert found.params == ("P5Y", "P4W")
    assert "P5Y" not in found.sql


def test_what_is_kept_is_never_due() -> None:
    keeping = Rule(category="jgz", version=1, valid_from=TODAY, action=Action.KEEP, citation="SL 19.1.18")
    assert due_condition(keeping, TODAY).sql == "FALSE"
    assert due_date(keeping).sql == "NULL::date"


@pytest.mark.parametrize("table", ["clock; DROP TABLE clock", "a.b", "", "%s", 'c"'])
def test_only_a_plain_name_can_stand_for_the_table(table: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a table"):
        due_condition(rule("P5Y"), TODAY, table)
    with pytest.raises(ValueError, match="is not the name of a table"):
        due_date(rule("P5Y"), table)
