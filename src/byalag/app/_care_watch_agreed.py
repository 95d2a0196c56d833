"""When what a home's sensors tell may be used: while a consent in force named it, and never else.

What was measured before consent, or while it was withdrawn, is in the store as the sensors told it.
It is neither learnt nor judged nor shown, also when consent is given again.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from byalag.model import History, Micros, Observation, SeriesId
from byalag.services.care import Channel, Consent, Meaning
from byalag.store import Line

ENDLESS: Final[Micros] = 2**62
OF_CONSENT: Final = frozenset({"ConsentGiven", "ConsentWithdrawn", "Closed"})
Span = tuple[Micros, Micros]
Agreed = dict[Meaning, list[Span]]


def agreed_by(lines: Iterable[Line]) -> Agreed:
    """Return when each meaning could be watched in a home, from all that was said of it."""
    given: dict[str, Consent] = {}
    ends: dict[str, Micros] = {}
    for line in lines:
        match line.kind:
            case "ConsentGiven":
                consent = msgspec.convert(line.document["consent"], Consent)
                given[consent.id] = consent
            case "ConsentWithdrawn":
                ends.setdefault(str(line.document["consent"]), line.at)
            case "Closed":
                for id_ in given:
                    ends.setdefault(id_, line.at)
            case _:
                pass
    found: Agreed = {}
    for id_, one in given.items():
        until = min(ENDLESS if one.until is None else one.until, ends.get(id_, ENDLESS))
        for meaning in one.meanings:
            found.setdefault(meaning, []).append((one.since, until))
    return found


def spans_of(agreed: Agreed, series: SeriesId, channels: Mapping[SeriesId, Channel]) -> list[Span]:
    """Return when a series may be used; one that is no channel, when any of its device's may."""
    device = series.partition("/")[0]
    of = (
        [channels[series]]
        if series in channels
        else [one for id_, one in channels.items() if id_.partition("/")[0] == device]
    )
    return [span for one in of for span in agreed.get(one.meaning, ())]


def within(history: History, spans: Iterable[Span]) -> History:
    """Return what was measured in one of the spans."""
    times = history.times
    keep: NDArray[np.bool_] = np.zeros(len(times), np.bool_)
    for begins, ends in spans:
        keep |= (times >= begins) & (times < ends)
    return history if keep.all() else _kept(history, keep)


def later_than(told: Mapping[SeriesId, History], now: Micros) -> Iterator[Observation]:
    """Yield what was told of a time that has not come."""
    for series, history in told.items():
        for place in np.flatnonzero(history.times > now).tolist():
            at, value = int(history.times[place]), float(history.values[place])
            yield Observation(series, at, value, int(history.flags[place]))


def _kept(history: History, keep: NDArray[np.bool_]) -> History:
    return History(history.times[keep], history.values[keep], history.flags[keep])
