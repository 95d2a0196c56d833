"""The MQTT extension (18-088, 14): what is published where, and what is taken from where.

Topics are the addresses of the service without its beginning: of a collection, of an entity, and
of a property of an entity. What is published is what GET answers there.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from byalag.asking import Ask, Call, Field, Observed, Value, numbered
from byalag.model import Fact, Micros, Observation, Series, Thing
from byalag.standards.sensorthings._create_locate import feature_of
from byalag.standards.sensorthings._fetch import Fetch
from byalag.standards.sensorthings._show import encode, shown
from byalag.standards.sensorthings._show_members import About, members
from byalag.standards.sensorthings._words import ENTITIES, SIDE_TYPES, Entity
from byalag.store import Reading

TAKEN: Final = ("v1.1/Observations", "v1.1/+/Observations")
_BEGINNING: Final = "v1.1/"
_ALONG: Final = re.compile(r"v1\.1(/(?:Datastreams\(\d{1,18}\)/)?Observations)")
_TOLD: Final = b'"@iot.selfLink"'
_LATEST: Final = 8_589_934_592_000_000  # 2242: see `byalag.asking.numbered`
_MOST_PARENTS: Final = 100
Message = tuple[str, bytes]


def posted(topic: str, payload: bytes) -> str | None:
    """Return where in the service a message posts an Observation; None if it does not.

    What has an `@iot.selfLink` is told by a service, our own among others, and posted by nobody.
    """
    match = _ALONG.fullmatch(topic)
    return None if match is None or _TOLD in payload else match[1]


def announce(
    reading: Reading, facts: Iterable[Fact], *, root: str, hub: str, now: Micros
) -> Iterator[Message]:
    """Yield the messages that tell of what is new, as it is read in a store."""
    about = About(root=root, hub=hub)
    fetch = Fetch(reading, lambda: now, about)
    numbers: dict[str, int | None] = {}
    for fact in facts:
        if isinstance(fact, Observation):
            if fact.series not in numbers:
                numbers[fact.series] = reading.series_number(fact.series)
            series = numbers[fact.series]
            if series is not None and 0 <= fact.at < _LATEST:
                row = Observed(numbered(series, fact.at), series, fact)
                yield from _told(ENTITIES["Observation"], row, about, _of(reading, row))
        elif isinstance(fact, Thing | Series):
            yield from _entity(reading, fetch, fact, about)


def _entity(
    reading: Reading, fetch: Fetch, fact: Thing | Series, about: About
) -> Iterator[Message]:
    if isinstance(fact, Series):
        entity, no = ENTITIES["Datastream"], reading.series_number(fact.id)
    else:
        entity = ENTITIES[fact.type if fact.type in SIDE_TYPES else "Thing"]
        no = reading.number(fact.id)
    row = None if no is None else fetch.found(entity, no)
    if row is not None:
        fetch.find_out(entity, [row], lambda _: True)
        yield from _told(entity, row, about, list(_parents(reading, entity, row.fact)))


def _told(entity: Entity, row: Any, about: About, parents: list[str]) -> Iterator[Message]:  # noqa: ANN401 -- a row of any of three kinds
    body = shown(entity, row, about)
    own = f"{_BEGINNING}{entity.plural}({row.no})"
    yield f"{_BEGINNING}{entity.plural}", body
    yield own, body
    for parent in parents:
        yield f"{_BEGINNING}{parent}/{entity.plural}", body
    for name, value in members(entity, row, about).items():
        if value is not None:
            yield f"{own}/{name}", encode({name: value})


def _of(reading: Reading, row: Observed) -> list[str]:
    """Return what an observation is found along."""
    feature = feature_of(reading, row)
    found = [f"Datastreams({row.series})"]
    return found if feature is None else [*found, f"FeaturesOfInterest({feature})"]


def _parents(reading: Reading, entity: Entity, fact: Thing | Series) -> Iterator[str]:
    """Yield what an entity is found along: what it points to, and the Things of a Location."""
    if entity.name == "Location":
        where = Call("eq", (Field(("relation", "locations", "id")), Value(fact.id)))
        for row in reading.ask(Ask(of="thing", where=where, limit=_MOST_PARENTS)).rows:
            if row.fact.type not in SIDE_TYPES:
                yield f"Things({row.no})"
        return
    if isinstance(fact, Series):
        thing = reading.number(fact.thing)
        if thing is not None:
            yield f"Things({thing})"
    names = {"sensor": "Sensors", "observedProperty": "ObservedProperties", "thing": "Things"}
    names |= {"locations": "Locations"}
    for name, ids in fact.relations.items():
        for no in filter(None, map(reading.number, ids)) if name in names else ():
            yield f"{names[name]}({no})"
