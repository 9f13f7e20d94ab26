"""The growth ring of a clock: one segment a year of the term, drawn on the server. Pure geometry."""

from dataclasses import dataclass
from math import cos, pi, sin

SIZE = 136  # of the drawing, in its own units
CENTRE, OUTER, INNER = SIZE / 2, 64.0, 50.0
MOST_SEGMENTS = 60  # a longer term gets segments of several years: thinner ones cannot be told apart
GAP = 1.75  # between two segments, along the circle, in units


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the ring: its SVG path, and the class that colours it."""

    path: str
    css: str


def ring(years: int, passed: float, *, running: bool) -> list[Segment]:
    """Return the segments of a term of `years` (at least 1), of which `passed` years have gone by.

    What has passed is full, the current segment is marked, the last one shows the end; a clock that does not run
    is empty.
    """
    count = max(1, min(years, MOST_SEGMENTS))
    current = int(max(0.0, passed) / max(1, years) * count)
    return [Segment(_path(index, count), _css(index, count, current, running)) for index in range(count)]


def _css(index: int, count: int, current: int, running: bool) -> str:
    if not running:
        return "gv-ring-leeg"
    if index < current:
        return "gv-ring-vol"
    if index == current:
        return "gv-ring-nu"
    return "gv-ring-eind" if index == count - 1 else "gv-ring-leeg"


def _path(index: int, count: int) -> str:
    step = 2 * pi / count
    start, end = index * step, (index + 1) * step
    half_outer, half_inner = _half_gap(OUTER, step), _half_gap(INNER, step)
    outer = _point(OUTER, start + half_outer), _point(OUTER, end - half_outer)
    inner = _point(INNER, end - half_inner), _point(INNER, start + half_inner)
    large = 1 if step > pi else 0
    return (
        f"M{outer[0]}A{OUTER:g} {OUTER:g} 0 {large} 1 {outer[1]}L{inner[0]}A{INNER:g} {INNER:g} 0 {large} 0 {inner[1]}Z"
    )


def _half_gap(radius: float, step: float) -> float:
    return min(GAP / radius, step / 4)


def _point(radius: float, angle: float) -> str:
    return f"{CENTRE + radius * sin(angle):.2f} {CENTRE - radius * cos(angle):.2f}"
