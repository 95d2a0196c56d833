"""Says records through a mapping that is written as a source's file would write it."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from byalag.mapping import Context, Heard, MappingSpec, compile_mapping
from byalag.model import Json, Observation, Thing

Say = Callable[..., list[Heard]]
RECEIVED = int(datetime(2026, 11, 22, 13, tzinfo=UTC).timestamp()) * 1_000_000
THING = {"type": "OffStreetParking", "id": "{id}", "operator": "test"}


@pytest.fixture
def say() -> Say:
    """Say records; settings of the mapping by keyword, of the context in `given`."""

    def said(*records: Json, given: dict[str, Json] | None = None, **settings: Json) -> list[Heard]:
        spec = msgspec.convert(
            {**settings, "thing": THING | settings.get("thing", {})}, MappingSpec
        )
        named = {"source": "test", "municipality": "2482", "dataset": "parking"}
        context = Context(**{**named, "received": RECEIVED, **(given or {})})
        mapper = compile_mapping(spec, source="test")
        return list(mapper([(f"lots[{n}]", r) for n, r in enumerate(records)], context))

    return said


@pytest.fixture
def property_of(say: Say) -> Callable[..., Json]:
    """Say one property `x` of one record and return it, or the reason why not."""

    def said(value: Json, **field: Json) -> Json:
        record = {"id": "a", "x": value}
        (one,) = say(record, thing={"properties": {"x": {"path": "x", **field}}})
        return one.properties.get("x", "not said") if isinstance(one, Thing) else one

    return said


@pytest.fixture
def observed(say: Say) -> Callable[..., Json]:
    """Say one series of one record and return its observation, or what was said instead."""

    def said(record: dict[str, Json], given: dict[str, Json] | None = None, **series: Json) -> Json:
        settings = {"name": "free", "value": "free", "at": "$received", **series}
        heard = say({"id": "a", **record}, given=given, series=[settings])
        found = [one for one in heard if isinstance(one, Observation)]
        return found[0] if found else heard[-1]

    return said
