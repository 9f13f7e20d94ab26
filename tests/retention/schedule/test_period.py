from datetime import date, timedelta

import pytest
from hypothesis import given

from retention.schedule import Period

from .strategies import days, periods, texts_of_periods


@pytest.mark.parametrize("text", ["P20Y", "P0D", "P42D", "P4W", "P1Y6M", "P1Y2M3D", "P18M", "P999Y"])
def test_a_period_is_written_as_it_was_read(text: str) -> None:
    assert str(Period(text)) == text


@pytest.mark.parametrize(
    "text",
    # zero beside others, leading zeros, fractions, signs, times, weeks beside others, wrong order, white space,
    # lower case, digits of other scripts, more than three digits
    [
        *("", "P", "P0Y", "P00D", "P0Y1M", "P020Y", "P1.5Y", "P1,5Y", "-P1Y", "P-1Y", "P+1Y", "PT1H", "P1YT1H"),
        *("P1Y2W", "P6M1Y", "P1Y1Y", " P1Y", "P1Y\n", "P 1Y", "p20y", "P٢Y", "P1000Y", "20Y", "P20"),
    ],
)
def test_another_spelling_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        Period(text)


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        (date(2004, 2, 29), "P20Y", date(2024, 2, 29)),  # leap day to leap day
        (date(2004, 2, 29), "P19Y", date(2023, 2, 28)),  # no leap day there: never into March
        (date(1880, 2, 29), "P20Y", date(1900, 2, 28)),  # 1900 was no leap year
        (date(2004, 2, 28), "P20Y", date(2024, 2, 28)),  # and not pushed onto the leap day
        (date(2023, 1, 31), "P1M", date(2023, 2, 28)),
        (date(2023, 12, 31), "P2M", date(2024, 2, 29)),
        (date(2023, 8, 31), "P1Y6M", date(2025, 2, 28)),
        (date(2024, 2, 29), "P1Y1D", date(2025, 3, 1)),  # clamped first, then days
        (date(2023, 12, 20), "P42D", date(2024, 1, 31)),
        (date(2024, 2, 15), "P4W", date(2024, 3, 14)),
    ],
)
def test_terms_end_on_the_day_that_a_calendar_gives(start: date, term: str, end: date) -> None:
    assert Period(term).after(start) == end


def test_the_last_start_before_a_day_is_found_across_the_end_of_february() -> None:
    # 28 February + P1M = 28 March has passed on 31 March; 29 to 31 March had not begun their month's end
    assert Period("P1M").latest_start_before(date(2023, 3, 31)) == date(2023, 2, 28)
    # 31 January + P1M = 28 February has passed on 1 March, though 1 March - P1M = 1 February
    assert Period("P1M").latest_start_before(date(2023, 3, 1)) == date(2023, 1, 31)
    assert Period("P20Y").latest_start_before(date(2024, 3, 16)) == date(2004, 3, 15)
    assert Period("P20Y").latest_start_before(date(2024, 3, 15)) == date(2004, 3, 14)


def test_periods_are_told_apart_by_their_spelling() -> None:
    assert Period("P1Y") == Period("P1Y")
    assert hash(Period("P1Y")) == hash(Period("P1Y"))
    assert Period("P1Y") != Period("P12M")
    assert Period("P1Y") != "P1Y"
    assert repr(Period("P1Y")) == "Period('P1Y')"


@given(texts_of_periods())
def test_reading_and_writing_are_inverses(text: str) -> None:
    assert str(Period(text)) == text
    assert Period(str(Period(text))) == Period(text)


@given(periods(), days(), days())
def test_a_later_start_never_ends_earlier(term: Period, one: date, other: date) -> None:
    early, late = sorted((one, other))
    assert term.after(early) <= term.after(late)


@given(periods(), days())
def test_the_last_start_before_a_day_is_the_last_one(term: Period, day: date) -> None:
    start = term.latest_start_before(day)
    assert term.after(start) < day
    assert term.after(start + timedelta(days=1)) >= day
