"""Writes entities as JSON, with their links: bytes are joined, nothing is built twice. Pure."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

import msgspec

from byalag.asking import Observed, numbered
from byalag.model import Flag, Json, Micros, Observation
from byalag.standards.sensorthings._show_members import About, Row, members
from byalag.standards.sensorthings._time import moment_text
from byalag.standards.sensorthings._words import ENTITIES, Entity

_ENCODER: Final = msgspec.json.Encoder()
_EXACT: Final = 1 << 53
_PLAIN: Final = int(Flag.NOT_EVALUATED)
Inlined = Mapping[str, bytes]  # what is expanded, as members of JSON
Measured: TypeAlias = tuple[int, Micros, float | None, int, str | None]  # as the store has it


def encode(value: Json) -> bytes:
    """Return JSON."""
    return _ENCODER.encode(value)


def writer(
    entity: Entity, about: About, select: frozenset[str] = frozenset()
) -> Callable[[Row, bytes], bytes]:
    """Return what writes rows of a kind: given a row, and what is expanded, as JSON members."""
    if entity.name == "Observation" and not select:
        return _observations(about)
    return _entities(entity, about, select)


def identity(row: Row) -> int:
    """Return the id of an entity: its number, or the one that an observation first had."""
    if isinstance(row, Observed) and row.fact.extra is not None:
        return int(row.fact.extra.get("no", row.no))
    no: int = row.no
    return no


def address(entity: Entity, row: Row, about: About) -> str:
    """Return where an entity is found."""
    return f"{about.root}/{entity.plural}({identity(row)})"


def shown(entity: Entity, row: Row, about: About) -> bytes:
    """Return one entity as JSON."""
    return writer(entity, about)(row, b"")


def _entities(
    entity: Entity, about: About, select: frozenset[str]
) -> Callable[[Row, bytes], bytes]:
    links = [name for name in entity.links if not select or name in select]
    head, tail = _head(entity, about, select), _tail(entity, about, links)
    before, after = head.count(b"%d"), tail.count(b"%d")
    whole = b"{" + b",".join(part for part in (head, b"%b", tail) if part) + b"%b}"

    def write(row: Row, inlined: bytes) -> bytes:
        no = identity(row)
        said = _ENCODER.encode(members(entity, row, about))[1:-1]
        further = b"," + inlined if inlined else inlined
        return whole % (*(no,) * before, said, *(no,) * after, further)

    def write_chosen(row: Row, inlined: bytes) -> bytes:
        no = identity(row)
        told = {
            name: value for name, value in members(entity, row, about).items() if name in select
        }
        said = _ENCODER.encode(told)[1:-1]
        parts = (head % ((no,) * before), said, tail % ((no,) * after), inlined)
        return b"{" + b",".join(part for part in parts if part) + b"}"

    return write_chosen if select else write


def _safe(text: str) -> bytes:
    """Return a text inside JSON, with nothing that numbers are put in place of."""
    return _ENCODER.encode(text)[1:-1].replace(b"%", b"%%")


def _head(entity: Entity, about: About, select: frozenset[str]) -> bytes:
    own = _safe(f"{about.root}/{entity.plural}")
    parts: list[bytes] = []
    if not select or select & {"id", "@iot.id"}:
        parts.append(b'"@iot.id":%d')
    if not select or select & {"selfLink", "@iot.selfLink"}:
        parts.append(b'"@iot.selfLink":"' + own + b'(%d)"')
    return b",".join(parts)


def _tail(entity: Entity, about: About, links: Iterable[str]) -> bytes:
    own = _safe(f"{about.root}/{entity.plural}")
    return b",".join(
        b'"' + name.encode() + b'@iot.navigationLink":"' + own + b"(%d)/" + name.encode() + b'"'
        for name in links
    )


def _observations(about: About) -> Callable[[Row, bytes], bytes]:
    """Return what writes observations, most of which are a time and a number."""
    plain = _plain(about.root)
    whole = _entities(ENTITIES["Observation"], about, frozenset())

    def write(row: Observed, inlined: bytes) -> bytes:
        fact = row.fact
        if fact.extra is not None or fact.flag != Flag.NOT_EVALUATED:
            return whole(row, inlined)
        said = plain(row.no, fact.at, fact.value).encode()
        return said[:-1] + b"," + inlined + b"}" if inlined else said

    return write


def _plain(root: str) -> Callable[[int, Micros, float | None], str]:
    """Return what writes an observation that is a time and a number."""
    link = f"{_ENCODER.encode(root).decode()[1:-1]}/Observations("

    def write(no: int, at: Micros, value: float | None) -> str:
        if value is None or value - value != 0.0:  # infinite, or none
            told: float | str = "null"
        else:
            told = int(value) if value.is_integer() and -_EXACT < value < _EXACT else value
        own = f"{link}{no})"
        return (
            f'{{"@iot.id":{no},"@iot.selfLink":"{own}","phenomenonTime":"{moment_text(at)}",'
            f'"resultTime":null,"result":{told},"Datastream@iot.navigationLink":"{own}/Datastream",'
            f'"FeatureOfInterest@iot.navigationLink":"{own}/FeatureOfInterest"}}'
        )

    return write


@lru_cache(maxsize=64)
def rows_writer(root: str, hub: str) -> Callable[[Sequence[Measured]], bytes]:
    """Return what writes the store's own rows of observations, with commas between them."""
    own = f"{_ENCODER.encode(root).decode()[1:-1]}/Observations("
    whole = _entities(ENTITIES["Observation"], About(root=root, hub=hub), frozenset())

    def further(no: int, row: Measured) -> str:
        series, at, value, flag, extra = row
        told = None if extra is None else msgspec.json.decode(extra)
        fact = Observation("", at, math.nan if value is None else value, flag, told)
        return whole(Observed(no, series, fact), b"").decode()

    def write(rows: Sequence[Measured]) -> bytes:
        numbers = [numbered(row[0], row[1]) for row in rows]
        values = _ENCODER.encode([_whole(row[2]) for row in rows]).decode()[1:-1].split(",")
        return ",".join(
            [
                f'{{"@iot.id":{no},"@iot.selfLink":"{own}{no})","phenomenonTime":"{moment_text(row[1])}",'
                f'"resultTime":null,"result":{value},'
                f'"Datastream@iot.navigationLink":"{own}{no})/Datastream",'
                f'"FeatureOfInterest@iot.navigationLink":"{own}{no})/FeatureOfInterest"}}'
                if row[3] == _PLAIN and row[4] is None
                else further(numbers[place], row)
                for place, (no, value, row) in enumerate(
                    zip(map(str, numbers), values, rows, strict=True)
                )
            ]
        ).encode()

    return write


def _whole(value: float | None) -> float | None:
    """Return a number as it is written: a whole one without a fraction."""
    if value is not None and value.is_integer() and -_EXACT < value < _EXACT:
        return int(value)
    return value
