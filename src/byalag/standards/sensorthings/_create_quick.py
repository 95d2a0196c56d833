"""The common case, fast: one more number of a Datastream that observations are posted to.

What it takes no further: another FeatureOfInterest, a time that is not after all others, members
beyond a time and a number. All that goes the whole way, and so does whatever is refused.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, field

from byalag.asking import Observed, numbered
from byalag.model import Flag, Micros, Observation, Series
from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._show import writer
from byalag.standards.sensorthings._show_members import About
from byalag.standards.sensorthings._words import DETAILS, ENTITIES
from byalag.store import Here

_ALONG: Final = re.compile(r"/Datastreams\((\d{1,18})\)/Observations")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(microseconds=1)
_MILLISECOND, _SECOND = 1_000, 1_000_000
_LATEST: Final = 8_589_934_592_000_000  # 2242: see `byalag.asking.numbered`
_EXACT: Final = 1 << 53


class _Named(Struct, forbid_unknown_fields=True):
    no: int = field(name="@iot.id")


class _Plain(Struct, forbid_unknown_fields=True):
    result: Annotated[int, Meta(ge=-_EXACT, le=_EXACT)] | float
    phenomenonTime: Annotated[datetime, Meta(tz=True)] | None = None  # noqa: N815 -- the standard's own name
    Datastream: _Named | None = None


_PLAIN: Final = msgspec.json.Decoder(_Plain)


async def quick(spoken: Spoken, window: Window) -> Reply | None:
    """Answer the posting of a plain observation; None where it must go the whole way."""
    along = _ALONG.fullmatch(spoken.path)
    if along is None and spoken.path != "/Observations":
        return None
    try:
        said = _PLAIN.decode(spoken.body)
    except (msgspec.DecodeError, RecursionError):
        return None
    if window.writes is None or (said.Datastream is None) == (along is None):
        return None
    no = int(along[1]) if along is not None else said.Datastream.no if said.Datastream else 0
    at = None if said.phenomenonTime is None else (said.phenomenonTime - _EPOCH) // _STEP
    if at is not None and not 0 <= at < _LATEST:
        return None
    dataset, now, value = window.writes.id, window.now, float(said.result)

    def say(here: Here) -> Observed | None:
        return _say(here, dataset, no, at, now, value)

    told = await window.change(say)
    return None if told is None else told_of(spoken, told)


def _say(  # noqa: PLR0913, PLR0917 -- what an observation is, and where it belongs
    here: Here, dataset: str, no: int, at: Micros | None, now: Micros, value: float
) -> Observed | None:
    """Say an observation if it is a plain one, after all others of its series."""
    series = here.learn(("sensorthings", dataset, no), lambda: _plain(here, dataset, no))
    declared = None if series is None else here.declared(series)
    if series is None or declared is None:
        return None
    newest = declared.newest or 0
    if at is None:
        at = max(now - now % _MILLISECOND, newest - newest % _MILLISECOND + _MILLISECOND)
        if at > now + _SECOND:
            return None
    if declared.newest is not None and at <= newest:
        return None
    told = Observation(series, at, value, Flag.NOT_EVALUATED)
    here.say([told])
    return Observed(numbered(no, at), no, told)


def _plain(here: Here, dataset: str, no: int) -> str | None:
    """Return the id of a series of a dataset that plain observations can be said of at once."""
    series = here.numbered_series(no)
    if series is None or series.dataset != dataset or not _is_plain(here, series):
        return None
    return series.id


def _is_plain(here: Here, series: Series) -> bool:
    """Tell whether what is observed now is of the FeatureOfInterest that the series has."""
    feature = series.relations.get("feature")
    if not feature or series.details.get(DETAILS, {}).get("moved"):
        return False
    thing = here.thing(series.thing)
    return thing is not None and thing.details.get(DETAILS, {}).get("feature") == feature[0]


@lru_cache(maxsize=64)
def _writer(root: str, hub: str) -> Any:  # noqa: ANN401 -- as `writer` says
    return writer(ENTITIES["Observation"], About(root=root, hub=hub))


def told_of(spoken: Spoken, made: Observed) -> Reply:
    """Return the answer to an observation that has been made."""
    body = _writer(spoken.root, spoken.hub)(made, b"")
    headers = {"Location": f"{spoken.root}/Observations({made.no})"}
    return Reply(status=201, body=body, headers=headers)
