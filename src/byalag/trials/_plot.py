"""Plots drawn as SVG, by hand: no script, readable in print and by those who do not see them."""

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Final, TypeAlias

from msgspec import Struct

WIDTH: Final = 640
HEIGHT: Final = 340
LEFT: Final = 64
RIGHT: Final = 16
TOP: Final = 16
BOTTOM: Final = 52
Point: TypeAlias = tuple[float, float]


class Axis(Struct, frozen=True, kw_only=True):
    """One side of a plot: from `low` to `high`, with its ticks and what it counts."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    label: str
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Return how far along the axis a value is, from 0 to 1; beyond the ends at the ends."""
        if self.logarithmic:
            least = max(value, self.low)
            share = math.log(least / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, share))


class Series(Struct, frozen=True, kw_only=True):
    """Points of one kind. `letter` tells them apart without colour; `joined` draws a line.

    `spans` are intervals (low, high) of each point on the upright axis.
    """

    name: str
    points: tuple[Point, ...]
    letter: str = ""
    joined: bool = False
    dashed: bool = False
    spans: tuple[Point, ...] = ()


def plot(name: str, title: str, text: str, x: Axis, y: Axis, series: Sequence[Series]) -> str:  # noqa: PLR0913, PLR0917 -- what a plot is made of
    """Return a plot as SVG. `title` and `text` say what it shows to those who do not see it."""

    def across(value: float) -> float:
        return round(LEFT + x.share(value) * (WIDTH - LEFT - RIGHT), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM), 1)

    parts = [*_grid(x, y, across, up), *(_drawn(one, across, up) for one in series)]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{name}-title {name}-text">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-text">{escape(text)}</desc>{"".join(parts)}</svg>'
    )


def _grid(
    x: Axis, y: Axis, across: Callable[[float], float], up: Callable[[float], float]
) -> list[str]:
    base, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    lines = [f'<path class="axis" d="M{LEFT} {TOP}V{base}H{right}"/>']
    for value, said in x.ticks:
        lines.append(f'<path class="tick" d="M{across(value)} {base}v5"/>')
        lines.append(f'<text x="{across(value)}" y="{base + 20}" class="mid">{escape(said)}</text>')
    for value, said in y.ticks:
        lines.append(f'<path class="grid" d="M{LEFT} {up(value)}H{right}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{up(value) + 4}" class="end">{escape(said)}</text>')
    middle = (TOP + base) / 2
    lines.append(
        f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 8}" class="mid">{escape(x.label)}</text>'
        f'<text x="14" y="{middle}" class="mid" transform="rotate(-90 14 {middle})">'
        f"{escape(y.label)}</text>"
    )
    return lines


def _drawn(one: Series, across: Callable[[float], float], up: Callable[[float], float]) -> str:
    parts: list[str] = []
    if one.joined and one.points:
        way = "L".join(f"{across(px)} {up(py)}" for px, py in one.points)
        kind = "line dashed" if one.dashed else "line"
        parts.append(f'<path class="{kind}" d="M{way}"/>')
    for (px, _), (low, high) in zip(one.points, one.spans, strict=False):
        parts.append(f'<path class="span" d="M{across(px)} {up(low)}V{up(high)}"/>')
    if one.letter:
        for px, py in one.points:
            parts.append(f'<circle class="dot" cx="{across(px)}" cy="{up(py)}" r="8"/>')
            parts.append(
                f'<text x="{across(px)}" y="{up(py) + 4}" class="letter">'
                f"{escape(one.letter)}</text>"
            )
    return "".join(parts)


def decades(low: int, high: int, said: Callable[[float], str]) -> tuple[tuple[float, str], ...]:
    """Return ticks at the powers of ten from 10**low to 10**high."""
    return tuple((10.0**power, said(10.0**power)) for power in range(low, high + 1))


def even(
    high: float, said: Callable[[float], str], least: float = 1.0
) -> tuple[tuple[float, str], ...]:
    """Return ticks from 0 to `high`, some five of them, at round steps."""
    step = least
    while high / step > 6:  # noqa: PLR2004 -- a plot that can be read
        step *= 2
    return tuple((at * step, said(at * step)) for at in range(int(high / step) + 1))
