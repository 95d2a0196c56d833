"""Pages of a temporal answer: cut in time, so that what is told is all there is (6.3.10).

Where there are more instances than one answer holds, it holds the first, or with lastN the newest,
up to a time: of every entity and attribute alike. Content-Range says from when to when.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from byalag.model import Micros
from byalag.standards.ngsi_ld._temporal_ask import TemporalAsk
from byalag.standards.ngsi_ld._temporal_track import Times, Track
from byalag.standards.ngsi_ld._when import when


class Page(Struct, frozen=True):
    """What fits in one answer of each entity's tracks. `range` is empty when all fits."""

    tracks: list[list[Track]]
    range: str = ""


def page(entities: Sequence[Sequence[Track]], ask: TemporalAsk, most: int) -> Page:
    """Return what of these fits in one answer, each track cut to `ask.last` before."""
    limited = [[_newest(track, ask.last) for track in tracks] for tracks in entities]
    times = [track.times for tracks in limited for track in tracks]
    if sum(len(one) for one in times) <= most:
        return Page(limited)
    start, end = (_oldest if ask.last is None else _latest)(np.concatenate(times), most)
    kept = [[track.within(start, end + 1) for track in tracks] for tracks in limited]
    told = f"{ask.last}" if ask.last is not None else "*"
    began, ended = _asked(ask, start, end)
    return Page(kept, f"date-time {when(began)}-{when(ended)}/{told}")


def _newest(track: Track, last: int | None) -> Track:
    return track if last is None else track.cut(max(0, len(track) - last), len(track))


def _oldest(times: Times, most: int) -> tuple[Micros, Micros]:
    """Return the period of the oldest that fit; at least one time, however many are at it."""
    first = int(times.min())
    over = int(np.partition(times, most)[most])
    before = times[times < over]
    return first, int(before.max()) if len(before) else over


def _latest(times: Times, most: int) -> tuple[Micros, Micros]:
    start, end = _oldest(-times, most)
    return -end, -start


def _asked(ask: TemporalAsk, start: Micros, end: Micros) -> tuple[Micros, Micros]:
    """Return the page's period in the order it was asked for, from the edge that was asked for."""
    if ask.last is None:
        return (start if ask.start is None else ask.start), end
    return (end if ask.end is None else ask.end), start
