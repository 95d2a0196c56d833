"""What is measured at each place: by its own series and by those that are linked to it."""

from collections.abc import Callable, Iterable, Sequence
from math import isfinite

from msgspec import Struct

from byalag.model import Flag, Micros, Observation, Series
from byalag.services import Reader

AHEAD: Micros = 5 * 60 * 1_000_000  # a sensor's clock may be this much ahead of ours


class Reading(Struct, frozen=True):
    """One series that measures a property of a place, and the newest it has said."""

    place: str
    property: str  # the place's, which a link may call something else than the series does
    series: Series
    latest: Observation | None

    def lacks(self, now: Micros) -> str | None:
        """Return why there is no value to show, or None when there is one."""
        if self.latest is None:
            return "no-value"
        if self.latest.flag == Flag.FAIL:
            return "failed"
        if self.latest.flag == Flag.MISSING or not isfinite(self.latest.value):
            return "missing"
        return "ahead-of-time" if self.latest.at > now + AHEAD else None


def series_at(reader: Reader, things: Sequence[str]) -> dict[str, list[tuple[str, Series]]]:
    """Return the series that measure each place, each with the property that it measures."""
    linked = {(link.thing, link.series): link.property for link in reader.links_to(things)}
    return {
        thing: [(linked.get((thing, series.id), series.property), series) for series in found]
        for thing, found in reader.series_of(things).items()
    }


def readings_at(
    reader: Reader, things: Sequence[str], properties: Iterable[str]
) -> dict[str, list[Reading]]:
    """Return, for each place, its readings of these properties."""
    wanted = frozenset(properties)
    at = {
        thing: [(name, series) for name, series in found if name in wanted]
        for thing, found in series_at(reader, things).items()
    }
    latest = reader.latest(series.id for found in at.values() for _, series in found)
    return {
        thing: [Reading(thing, name, series, latest.get(series.id)) for name, series in found]
        for thing, found in at.items()
    }


def newest(readings: Iterable[Reading], suits: Callable[[Reading], bool]) -> Reading | None:
    """Return the reading that suits and is newest by its own time; None when none suits."""
    return max(
        (reading for reading in readings if suits(reading)),
        key=lambda reading: reading.latest.at if reading.latest else 0,
        default=None,
    )
