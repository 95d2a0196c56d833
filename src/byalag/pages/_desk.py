"""What an operator's pages see of a hub: how everything that delivers and is told is doing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from starlette.requests import Request

from byalag.engine import Mending, OutletStatus, SourceStatus
from byalag.governance import Action, Actor, Resource, decide
from byalag.model import Dataset, History, Micros, MunicipalityCode, Series, Words
from byalag.pages._site import EPOCH, Site
from byalag.store import Summary


class Step(Struct, frozen=True, kw_only=True):
    """One place on a dataset's way. `told` is a short line more.

    `source` names a source, which has a page of its own in each language, and `state` its state;
    `address` is where anything else can be looked at.
    """

    key: str
    title: Words
    told: Words
    address: str = ""
    source: str = ""
    state: str = ""


class Flow(Struct, frozen=True, kw_only=True):
    """The way of one dataset, in columns from where it comes to what it gives.

    `ways` are pairs of keys of steps: from, to. `stages` say what each column holds.
    """

    municipality: MunicipalityCode
    dataset: Dataset
    columns: tuple[tuple[Step, ...], ...]
    ways: tuple[tuple[str, str], ...]
    stages: tuple[str, ...] = ("source", "mapping", "series", "dataset", "end")


class Desk(Struct, frozen=True, kw_only=True):
    """What an operator sees, and may do. Each is told whose it is asked for.

    `deliveries` gives the newest of a source, at most so many. `mending` is what has been set
    aside, by municipality. `about_people` tells whether a source delivers data about people: what
    it delivers is shown to nobody on these pages. `stopped` tells that the hub
    is about to stop, so that whoever waits for news is let go. `ruled` are the series with a rule
    for their values, and `values` gives a series and a period of it; neither what is about people.
    """

    sources: Callable[[], Sequence[SourceStatus]]
    deliveries: Callable[[MunicipalityCode, str, int], Sequence[Summary]]
    flows: Callable[[MunicipalityCode], Sequence[Flow]]
    stopped: Callable[[], bool]
    outlets: Callable[[], Sequence[OutletStatus]] = tuple
    about_people: Callable[[MunicipalityCode, str], bool] = lambda _code, _source: False
    mending: Mapping[MunicipalityCode, Mending] = field(
        default_factory=dict[MunicipalityCode, Mending]
    )
    ruled: Callable[[MunicipalityCode], Sequence[Series]] = lambda _code: ()
    values: Callable[[MunicipalityCode, str, Micros, Micros], tuple[Series, History] | None] = (
        lambda _code, _series, _start, _end: None
    )


def seen(site: Site, request: Request) -> Sequence[MunicipalityCode]:
    """Return whose things whoever asks may see: those of their key, or all from near.

    A person sees those of the municipalities where their roles let them do what the page does.
    """
    actor: Actor = request.scope["actor"]
    if actor.key is not None:
        return (actor.key.municipality,)
    if actor.person is not None:
        act: Action = "read" if request.method in {"GET", "HEAD"} else "write"
        return [
            code
            for code in actor.person.municipalities
            if decide(
                actor, act, Resource(matter="operations", municipality=code), site.view.now()
            ).allowed
        ]
    return [town.code for town in site.view.municipalities]


def moment(micros: Micros) -> datetime:
    """Return an instant as the pages write it."""
    return EPOCH + timedelta(microseconds=micros)
