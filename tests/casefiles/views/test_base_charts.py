"""Charts: every bar stays in its drawing, its height is its value, and the table says the same."""

from typing import Any

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from casefiles.charts import BOTTOM, LEFT, MOST_LINES, TOP, Chart, Drawing, Series, step

counts = st.integers(min_value=0, max_value=10_000_000)


@st.composite
def charts(draw: Any) -> Chart:
    columns = draw(st.integers(1, 24))
    lists = st.lists(counts, min_size=columns, max_size=columns)
    series = [Series(f"kind {look}", look, draw(lists)) for look in draw(st.sampled_from(["1", "12", "123"]))]
    return Chart("Ends", "Most end in January.", "Month", [f"m{n}" for n in range(columns)], series)


@given(chart=charts())
def test_every_bar_stays_inside_its_drawing(chart: Chart) -> None:
    drawing = Drawing(chart, 760, 270)
    for bar in drawing.bars():
        assert bar.x >= LEFT
        assert bar.x + bar.width <= drawing.right + 0.1
        assert bar.y >= TOP - 0.1
        assert bar.y + bar.height <= drawing.floor + 0.1


@given(chart=charts())
def test_the_bars_of_a_column_are_together_as_high_as_its_total(chart: Chart) -> None:
    drawing = Drawing(chart, 760, 270)
    room = 270 - BOTTOM - TOP
    drawn = sum(bar.height for bar in drawing.bars())
    parts = len(chart.columns) * len(chart.series)
    assert drawn == pytest.approx(sum(chart.totals) / drawing.top_value * room, abs=0.06 * parts)


@given(highest=counts)
def test_there_are_at_most_five_lines_above_zero_and_the_highest_reaches_the_columns(highest: int) -> None:
    size = step(highest)
    assert str(size).rstrip("0") in {"1", "2", "5"}
    assert highest <= size * MOST_LINES
    drawing = Drawing(Chart("t", "c", "k", ["x"], [Series("s", "1", [highest])]), 350, 250)
    assert len(drawing.lines()) <= MOST_LINES + 1
    assert drawing.top_value >= highest


def test_a_series_with_too_few_values_is_refused() -> None:
    with pytest.raises(ValueError, match="each column"):
        Chart("t", "c", "k", ["a", "b"], [Series("s", "1", [1])])


@given(chart=charts())
def test_the_table_says_what_the_drawing_shows(chart: Chart) -> None:
    for number, (name, values, total) in enumerate(chart.rows):
        assert name == chart.columns[number]
        assert values == [one.values[number] for one in chart.series]
        assert total == sum(values)


def test_a_chart_without_anything_is_an_empty_drawing_with_a_table() -> None:
    chart = Chart("Ends", "Nothing ends.", "Month", ["jan", "feb"], [Series("destroy", "2", [0, 0])])
    page = Template('{% load gv %}{% chart what "ends" %}').render(Context({"what": chart}))
    assert "<rect x=" not in page
    assert page.count("<td>0</td>") == 2


def test_a_drawing_is_hidden_from_screen_readers_and_its_numbers_have_points() -> None:
    chart = Chart("Ends", "Most in January.", "Month", ["jan", "feb", "mrt"], [Series("destroy", "2", [3, 1, 7])])
    page = Template('{% load gv %}{% chart what "ends" %}').render(Context({"what": chart}))
    assert page.count("<svg") == page.count('aria-hidden="true"') == 2
    drawn = page.partition("<details>")[0].replace("Most in January.", "")
    assert "," not in drawn
    assert 'fill="url(#ends-breed)"' in page
