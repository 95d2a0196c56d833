"""One day of a home against what is usual there: drawn on the server, and the same as a table.

Where nothing could be seen nothing is drawn as still: it is hatched, and the table says so.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from anyio import to_thread
from msgspec import Struct

from byalag.model import Micros
from byalag.pages._desk import moment
from byalag.pages._format import Local
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._ports import Care, Ward
from byalag.pages.care._when import micros
from byalag.services.care import DayView, HalfHour, Home, Room

_TALL: Final = 30  # minutes of a half hour: the top of the drawing
_HALF: Final = timedelta(minutes=30)
_SEEN: Final = 0.5  # a half hour that is seen less than this is not judged
_STILL: Final = 2 * _HALF  # a lone still half hour is everyday, and not worth a sentence
_EVERY: Final = 3  # hours between the marks beneath the drawing
Against: TypeAlias = Literal["below", "within", "above", "unknown", "unseen", "now", "later"]


class Bar(Struct, frozen=True):
    """A half hour as it is drawn, in percent of the field: from the left, how wide, how tall."""

    x: float
    wide: float
    tall: float
    against: Against


class Hour(Struct, frozen=True):
    """A mark beneath the drawing: where, in percent, and what stands there."""

    x: float
    text: str


class Row(Struct, frozen=True):
    """The signs of one room, as a path in a field of 1000 by 10, and how many minutes they were."""

    room: Room
    path: str
    minutes: int


class Half(Struct, frozen=True):
    """A half hour as the table has it."""

    begins: datetime
    seen: int
    low: float | None
    high: float | None
    observed: float
    against: Against
    rooms: Sequence[Room]


class Drawing(Struct, frozen=True, kw_only=True):
    """A day that is drawn. `band` are the paths of what is usual, in a field of 1000 by 1000."""

    day: date
    bars: Sequence[Bar]
    band: Sequence[str]
    hours: Sequence[Hour]
    rows: Sequence[Row]
    table: Sequence[Half]
    finding: str
    before: date
    after: date | None


async def drawn(  # noqa: PLR0913, PLR0917 -- which day of which home, and for whom it is written
    site: Site, care: Care, ward: Ward, home: Home, language: Language, day: date | None = None
) -> Drawing | None:
    """Draw a day of a home; today, if none is named. None where nothing is watched."""
    local = site.local(language)
    today = local.local_day(local.now)
    wanted = day or today
    lookout = care.lookout(ward.municipality)
    view = await to_thread.run_sync(lookout.day, home.id, wanted)
    return None if view is None else draw(view, local, language)


def draw(view: DayView, local: Local, language: Language) -> Drawing:
    """Draw a day, up to now."""
    starts, ends = bounds(view.day, local)
    table = [_half(view, one, local) for one in view.halves]
    today = local.local_day(local.now)
    scale = 100 / (ends - starts)
    bars = [
        Bar(
            round((one.begins - starts) * scale, 2),
            round((after - one.begins) * scale, 2),
            round(100 * min(one.seen, _TALL) / _TALL, 1),
            half.against,
        )
        for one, after, half in _each(view.halves, ends, table)
        if half.against != "later"
    ]
    return Drawing(
        day=view.day,
        bars=bars,
        band=list(_bands(view.halves, starts, ends)),
        hours=list(_hours(starts, ends, local)),
        rows=list(_rows(view, starts, ends)),
        table=table,
        finding=_finding(view, table, local, language),
        before=view.day - timedelta(days=1),
        after=view.day + timedelta(days=1) if view.day < today else None,
    )


def bounds(day: date, local: Local) -> tuple[Micros, Micros]:
    """Return when a local day begins and ends; it is 23 or 25 hours long twice a year."""
    begins, ends = (
        micros(datetime.combine(day + timedelta(days=ahead), time(), local.zone))
        for ahead in (0, 1)
    )
    return begins, ends


def as_csv(view: DayView, local: Local) -> str:
    """Write a day as comma-separated values: what the drawing and the table hold."""
    text = io.StringIO()
    write = csv.writer(text)
    write.writerow(["begins", "minutesSeen", "observed", "usualLow", "usualHigh", "against"])
    for one in view.halves:
        half = _half(view, one, local)
        write.writerow([
            local.iso(half.begins), one.seen, one.observed, one.low, one.high, half.against,
        ])  # fmt: skip
    return text.getvalue()


def _each(
    halves: Sequence[HalfHour], ends: Micros, table: Sequence[Half]
) -> Iterator[tuple[HalfHour, Micros, Half]]:
    after = [one.begins for one in halves[1:]] + [ends]
    yield from zip(halves, after, table, strict=True)


def _half(view: DayView, one: HalfHour, local: Local) -> Half:
    begins = moment(one.begins)
    ends = one.begins + 30 * 60_000_000
    rooms: set[Room] = {room for at, room, _ in view.signs if one.begins <= at < ends}
    return Half(
        begins, one.seen, one.low, one.high, one.observed, _against(one, local), sorted(rooms)
    )


def _against(one: HalfHour, local: Local) -> Against:
    if moment(one.begins) > local.now:
        return "later"
    if moment(one.begins) + _HALF > local.now:
        return "now"  # it is not over, so nothing can be said of how still it was
    if one.observed < _SEEN:
        return "unseen"
    if one.low is None or one.high is None:
        return "unknown"
    if one.seen < one.low:
        return "below"
    return "above" if one.seen > one.high else "within"


def _bands(halves: Sequence[HalfHour], starts: Micros, ends: Micros) -> Iterator[str]:
    """Yield what is usual as areas with steps, broken where too little is known."""
    run: list[tuple[float, float, float, float]] = []
    after = [one.begins for one in halves[1:]] + [ends]
    for one, until in zip(halves, after, strict=True):
        if one.low is None or one.high is None:
            if run:
                yield _area(run)
            run = []
            continue
        left, right = (1000 * (at - starts) / (ends - starts) for at in (one.begins, until))
        run.append((left, right, _down(one.low), _down(one.high)))
    if run:
        yield _area(run)


def _area(run: Sequence[tuple[float, float, float, float]]) -> str:
    above = [f"{left:.0f} {high:.0f}L{right:.0f} {high:.0f}" for left, right, _, high in run]
    below = [f"{right:.0f} {low:.0f}L{left:.0f} {low:.0f}" for left, right, low, _ in run[::-1]]
    return f"M{'L'.join([*above, *below])}Z"


def _down(minutes: float) -> float:
    return 1000 * (1 - min(minutes, _TALL) / _TALL)


def _hours(starts: Micros, ends: Micros, local: Local) -> Iterator[Hour]:
    """Yield every third hour of the local clock; the hour that comes twice is marked once."""
    day = local.local_day(moment(starts))
    for hour in range(0, 24, _EVERY):
        at = micros(datetime.combine(day, time(hour), local.zone))
        yield Hour(round(100 * (at - starts) / (ends - starts), 2), f"{hour:02}")


def _rows(view: DayView, starts: Micros, ends: Micros) -> Iterator[Row]:
    """Yield the signs room by room, those with most first."""
    rooms: dict[Room, list[Micros]] = {}
    for at, room, _meaning in view.signs:
        rooms.setdefault(room, []).append(at)
    for room, times in sorted(rooms.items(), key=lambda item: -len(item[1])):
        places = sorted({round(1000 * (at - starts) / (ends - starts)) for at in times})
        yield Row(room, "".join(f"M{place} 0V10" for place in places), len(set(times)))


def _finding(view: DayView, table: Sequence[Half], local: Local, language: Language) -> str:
    """Say in words what the drawing shows."""
    if not view.signs:
        parts = [language.plain("care.day_none")]
    else:
        times = [at for at, _, _ in view.signs]
        parts = [
            language.plain(
                "care.day_signs",
                first=local.clock(moment(min(times))),
                last=local.clock(moment(max(times))),
                minutes=sum(one.seen for one in table),
            )
        ]
    for against in ("below", "above", "unseen"):
        least = _STILL if against == "below" else _HALF
        found = list(spells([one for one in table if one.against == against], local, least))
        if found:
            parts.append(language.plain(f"care.day_{against}", when=", ".join(found)))
    if not any(one.against in {"below", "within", "above"} for one in table):
        parts.append(language.plain("care.day_unknown"))
    return " ".join(parts)


def spells(halves: Sequence[Half], local: Local, least: timedelta) -> Iterator[str]:
    """Yield spells of half hours that follow on each other, as times of day, if long enough."""
    joined: list[tuple[datetime, datetime]] = []
    for one in halves:
        follows = bool(joined) and joined[-1][1] == one.begins
        begins = joined.pop()[0] if follows else one.begins
        joined.append((begins, one.begins + _HALF))
    for begins, ends in joined:
        if ends - begins >= least:
            yield f"{local.clock(begins)}–{local.clock(ends)}"  # noqa: RUF001 -- between two times
