"""Charts are drawn on the server: this is their arithmetic, in the units of the SVG's own view box."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count

LEFT, RIGHT, TOP, BOTTOM = 36, 4, 18, 28  # room for the numbers of the axis, totals above and labels below
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar: its name in the legend, its look (1, 2 hatched, 3, 0 or ok) and a count per column."""

    label: str
    look: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars: `conclusion` says in a sentence what they show; each series has a value per column.

    `beside`: the series stand beside each other, to be compared, and their sum means nothing.
    """

    title: str
    conclusion: str
    corner: str
    columns: Sequence[str]
    series: Sequence[Series]
    beside: bool = False

    def __post_init__(self) -> None:
        if any(len(one.values) != len(self.columns) for one in self.series):
            raise ValueError("a series has a value for each column")

    @property
    def totals(self) -> list[int]:
        """The height of each column."""
        together = max if self.beside else sum
        return [together(values) for values in zip(*(one.values for one in self.series), strict=True)]

    @property
    def rows(self) -> list[tuple[str, list[int], int]]:
        """The same data as a table: column, a value per series, total."""
        values = zip(*(one.values for one in self.series), strict=True)
        return [(name, list(row), total) for name, row, total in zip(self.columns, values, self.totals, strict=True)]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or number at a place of the drawing."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart at one size; `every` is how many columns share one label below them."""

    chart: Chart
    width: int
    height: int
    every: int = 1

    @property
    def floor(self) -> int:
        """Where the bars stand."""
        return self.height - BOTTOM

    @property
    def right(self) -> int:
        """Where the lines end."""
        return self.width - RIGHT

    @property
    def top_value(self) -> int:
        """The value of the highest line: at least the highest column."""
        highest = max(self.chart.totals, default=0)
        return max(1, -(-highest // step(highest)) * step(highest))

    def bars(self) -> Iterator[Bar]:
        """Give the rectangles, of each column from the floor up; a value of nothing has none."""
        for index in range(len(self.chart.columns)):
            heights = [self._height(one.values[index]) for one in self.chart.series]
            left = self._middle(index) - self._bar_width / 2
            if self.chart.beside:
                width = round(self._bar_width / len(heights), 1)
                places = [(left + number * width, height) for number, height in enumerate(heights)]
            else:
                width = self._bar_width
                places = [(left, reached) for reached in accumulate(heights)]
            for one, height, (x, top) in zip(self.chart.series, heights, places, strict=True):
                if height:
                    yield Bar(round(x, 1), round(self.floor - top, 1), width, round(height, 1), one.look)

    def lines(self) -> list[Mark]:
        """Give the horizontal lines with their values."""
        size = step(max(self.chart.totals, default=0))
        values = range(0, self.top_value + 1, size)
        return [Mark(LEFT, round(self.floor - self._height(value), 1), str(value)) for value in values]

    def labels(self) -> list[Mark]:
        """Give the words below the columns."""
        return [
            Mark(self._middle(index), self.height - 8, name)
            for index, name in enumerate(self.chart.columns)
            if index % self.every == 0
        ]

    def sums(self) -> list[Mark]:
        """Give the total above each column that is not empty; series that stand beside each other have none."""
        if self.chart.beside:
            return []
        return [
            Mark(self._middle(index), round(self.floor - self._height(total) - 6, 1), str(total))
            for index, total in enumerate(self.chart.totals)
            if total
        ]

    @property
    def _bar_width(self) -> float:
        return round(self._column_width * 0.6, 1)

    @property
    def _column_width(self) -> float:
        return (self.right - LEFT) / max(1, len(self.chart.columns))

    def _middle(self, index: int) -> float:
        return round(LEFT + (index + 0.5) * self._column_width, 1)

    def _height(self, value: int) -> float:
        return value / self.top_value * (self.floor - TOP)


def step(highest: int) -> int:
    """Return the distance between lines, 1, 2 or 5 times a power of ten, so that at most five rise above zero."""
    steps = (factor * int(10**power) for power in count() for factor in (1, 2, 5))
    return next(size for size in steps if highest <= size * MOST_LINES)
