"""Says found records in our words: the way from a decoder to the compiled mapping and out."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

from msgspec.structs import replace

from byalag import Misconfigured
from byalag.mapping import Context, FeedChanged, Heard, Mapper, MappingSpec, compile_mapping
from byalag.model import Delivery, Json, Rejected
from byalag.sources import Garbled

Found: TypeAlias = tuple[str, Json] | Rejected
Mappers: TypeAlias = Callable[[str, str], Mapper]  # source and coordinate system

USUAL = "EPSG:4326"


def mappers(spec: MappingSpec, *, kind: str) -> Mappers:
    """Compile the mapping, once a source and coordinate system; wrong settings stop it here.

    Where the settings say `crs = "auto"`, the answer's own coordinate system takes its place.

    Raises:
        Misconfigured: The mapping cannot work. Where an answer names a coordinate system that is
            not known, the mapper for it cannot be had: Garbled.
    """

    @lru_cache(maxsize=16)
    def mapper(source: str, crs: str) -> Mapper:
        point = spec.thing.point
        if point is None or point.crs != "auto":
            return compile_mapping(spec, source=source)
        placed = replace(spec.thing, point=replace(point, crs=crs))
        try:
            return compile_mapping(replace(spec, thing=placed), source=source)
        except Misconfigured as error:
            if crs == USUAL:
                raise
            reason = f"the answer says that its positions are in {crs}: {error}"
            raise Garbled(reason) from error

    mapper(kind, USUAL)
    return mapper


def say(mapper: Mapper, found: Iterable[Found], context: Context) -> Iterator[Heard]:
    """Say the records; those that could not even be decoded follow, each with its reason.

    Raises:
        Garbled: A field that may be left out is left out everywhere: the feed has changed.
    """
    aside: list[Rejected] = []

    def kept() -> Iterator[tuple[str, Json]]:
        for one in found:
            if isinstance(one, Rejected):
                aside.append(one)
            else:
                yield one

    try:
        yield from mapper(kept(), context)
    except FeedChanged as changed:
        raise Garbled(str(changed)) from changed
    yield from aside


def pages(delivery: Delivery) -> Iterator[tuple[str, bytes]]:
    """Yield each page's body, and what the places of its records begin with."""
    several = len(delivery.bodies) > 1
    for number, body in enumerate(delivery.bodies, 1):
        yield f"page {number}: " if several else "", body
