"""The growth ring: as many segments as years, and never a wrong colour."""

import re

from hypothesis import given
from hypothesis import strategies as st

from retention.rings import CENTRE, MOST_SEGMENTS, OUTER, ring

YEARS = st.integers(1, 120)
PASSED = st.floats(0, 150)


@given(YEARS, PASSED)
def test_there_is_a_segment_for_every_year_up_to_what_can_be_seen(years: int, passed: float) -> None:
    assert len(ring(years, passed, running=True)) == min(years, MOST_SEGMENTS)


@given(st.integers(1, MOST_SEGMENTS), PASSED)
def test_what_has_passed_is_full_and_what_has_not_is_not(years: int, passed: float) -> None:
    colours = [segment.css for segment in ring(years, passed, running=True)]
    assert colours.count("gv-ring-vol") == min(years, int(passed))
    assert colours.count("gv-ring-nu") == (1 if passed < years else 0)


@given(YEARS, PASSED)
def test_a_clock_that_does_not_run_is_empty(years: int, passed: float) -> None:
    assert {segment.css for segment in ring(years, passed, running=False)} == {"gv-ring-leeg"}


@given(YEARS)
def test_every_point_lies_within_the_drawing(years: int) -> None:
    for segment in ring(years, 0, running=True):
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", segment.path):
            assert (float(x) - CENTRE) ** 2 + (float(y) - CENTRE) ** 2 <= (OUTER + 0.01) ** 2
