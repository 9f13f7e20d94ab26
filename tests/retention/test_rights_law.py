"""The law's terms and grounds, by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.rights import law


@pytest.mark.parametrize(
    ("regime", "kind", "received", "deadline", "longest"),
    [
        ("youth_act", "destroy", date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)),
        ("youth_act", "inspect", date(2026, 11, 2), date(2026, 12, 2), date(2027, 2, 2)),
        ("gdpr", "rectify", date(2024, 1, 31), date(2024, 2, 29), date(2024, 4, 30)),
        ("wmo", "destroy", date(2026, 11, 30), date(2027, 2, 28), date(2027, 2, 28)),
        ("wmo", "inspect", date(2026, 11, 30), date(2026, 12, 30), date(2027, 2, 28)),
        ("veilig_thuis", "destroy", date(2026, 3, 1), date(2026, 6, 1), date(2026, 6, 1)),
        ("veilig_thuis", "third_party", date(2026, 3, 2), date(2026, 3, 30), date(2026, 4, 13)),
    ],
)
def test_each_law_has_its_own_term(regime: str, kind: str, received: date, deadline: date, longest: date) -> None:
    assert law.term(regime, kind, received) == law.Term(deadline, longest)


def test_the_remedy_period_is_six_weeks() -> None:
    assert law.remedy_until(date(2026, 11, 23)) == date(2027, 1, 4)


@pytest.mark.parametrize(
    "text",
    [
        "20 jaar",
        "De bewaartermijn van twintig jaar is nog niet verstreken.",
        "Wettelijke bewaarplicht, artikel 7.3.8 lid 3 Jeugdwet",
        "the retention period of 20 years has not passed",
    ],
)
def test_the_term_alone_is_no_ground(text: str) -> None:
    assert law.is_term_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Zus Petra heeft een claim van voor 2006 aangekondigd",
        "De zus bereidt een claim voor; die verjaart na 20 jaar",
        "Artikel 52 Awr: facturen",
    ],
)
def test_another_interest_or_law_is_one(text: str) -> None:
    assert not law.is_term_alone(text)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(law.Kind), st.sampled_from(law.Regime))
def test_a_later_request_never_has_an_earlier_deadline(received: date, kind: str, regime: str) -> None:
    term, next_day = (
        law.term(regime, kind, received),
        law.term(regime, kind, received + (date(2, 1, 2) - date(2, 1, 1))),
    )
    assert received < term.deadline <= term.longest
    assert term.deadline <= next_day.deadline
    assert term.longest <= next_day.longest
