"""A week as a picture: gaps are gaps, and the table says the same."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as some

from byalag.pages._chart import Chart, Style, draw
from byalag.pages._format import Local
from byalag.services.baths import Period, PropertyHistory, Summary, Value

ZONE = ZoneInfo("Europe/Stockholm")
END = datetime(2026, 7, 14, 13, tzinfo=UTC)
START = END - timedelta(days=7)
LOCAL = Local(Locale("sv"), ZONE, END)
STYLE = Style(
    decimals=1,
    suffix=" °C",
    from_zero=False,
    finding=lambda low, high, last: f"{low} till {high}, senast {last}",
)
POINT = re.compile(r"-?\d+ -?\d+")


def history(values: list[tuple[timedelta, float | None]], end: datetime = END) -> PropertyHistory:
    return PropertyHistory(
        thing="bath:a:b",
        name="Sjön",
        property="waterTemperature",
        series="bath:a:b/waterTemperature",
        unit="Cel",
        kind="measured",
        period=Period(end - timedelta(days=7), end),
        resolution="raw",
        time_zone="Europe/Stockholm",
        values=[Value(end - timedelta(days=7) + at, value, "good") for at, value in values],
        summary=Summary(0, None, None, None),
        alternatives=[],
    )


def drawn(values: list[tuple[timedelta, float | None]], end: datetime = END) -> Chart:
    chart = draw(history(values, end), LOCAL, STYLE)
    assert chart is not None
    return chart


def hours(values: list[float | None]) -> list[tuple[timedelta, float | None]]:
    return [(timedelta(hours=number), value) for number, value in enumerate(values)]


def test_no_value_gives_no_chart() -> None:
    assert draw(history([]), LOCAL, STYLE) is None
    assert draw(history(hours([None, None])), LOCAL, STYLE) is None


def test_silence_breaks_the_line() -> None:
    whole = drawn(hours([18.0] * 20))
    broken = drawn(
        [each for each in hours([18.0] * 40) if not 10 <= each[0].total_seconds() / 3600 < 20]
    )
    assert (len(whole.lines), whole.broken) == (1, False)
    assert (len(broken.lines), broken.broken) == (2, True)


def test_a_missing_value_breaks_the_line_and_a_lone_value_is_a_dot() -> None:
    chart = drawn(hours([18.0, 18.2, None, 18.4]))
    assert (len(chart.lines), len(chart.dots)) == (1, 1)


def test_the_finding_and_the_table_say_what_the_line_shows() -> None:
    chart = drawn(hours([18.0, 16.6, 20.1, 19.0]))
    assert chart.finding == "16,6 °C till 20,1 °C, senast 19,0 °C"
    assert [(day.lowest, day.highest, day.count) for day in chart.table] == [(16.6, 20.1, 4)]


@pytest.mark.proves(27)
def test_a_day_of_25_hours_is_drawn_as_long_as_it_was() -> None:
    end = datetime(2026, 10, 28, 12, tzinfo=UTC)
    marks = drawn(hours([8.0] * 24), end).days
    widths = [later.percent - earlier.percent for earlier, later in pairwise(marks)]
    assert max(widths) / min(widths) > 1.03
    assert [mark.text.replace("\xa0", " ") for mark in marks][2:5] == ["lör 24", "sön 25", "mån 26"]


@settings(deadline=None, max_examples=40)
@given(some.lists(some.floats(-5, 35), min_size=2, max_size=900))
def test_every_point_lies_in_the_field_and_none_that_shows_is_lost(values: list[float]) -> None:
    step = timedelta(days=7) / len(values)
    chart = drawn([(number * step, value) for number, value in enumerate(values)])
    points = [
        tuple(map(int, point.split())) for line in chart.lines for point in POINT.findall(line)
    ]
    assert all(0 <= x <= 1000 and 0 <= y <= 1000 for x, y in points)
    assert (chart.low, chart.high) == (min(values), max(values))
    assert chart.levels[0].percent > chart.levels[-1].percent
    heights = [y for _, y in points]
    bottom, top = chart.levels[0].percent, chart.levels[-1].percent
    assert (bottom, top) == (100.0, 0.0)
    assert min(heights) <= max(heights)
