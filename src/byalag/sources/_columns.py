"""Which columns a mapping reads, so that a file that lacks one is noticed and not shrugged at."""

import re
from collections.abc import Iterator

from byalag.mapping import Field, MappingSpec
from byalag.model import Rejected
from byalag.sources import Garbled

FIRST = re.compile(r"""\s*(?:'([^']*)'|"([^"]*)"|([^.\[|{}]+))""")
BRACES = re.compile(r"\{([^{}]*)\}")


def check_header(header: list[str], spec: MappingSpec) -> Iterator[Rejected]:
    """Yield a note when the header lacks columns that the mapping reads.

    Raises:
        Garbled: It lacks what things are known by, or everything that is read, so that nothing in
            the file can be said.
    """
    named = set(header)
    lost = sorted(set(_in_template(spec.thing.id)) - named)
    there = ", ".join(map(repr, header))
    if lost:
        message = f"the header lacks {', '.join(map(repr, lost))}; it has {there}"
        raise Garbled(message)
    read = {*_all(spec), *_in_template(spec.thing.id)}
    lacking = sorted(read - named)
    if lacking and not read & named:
        message = f"the header has none of what the mapping reads; it has {there}"
        raise Garbled(message)
    if lacking:
        said = ", ".join(map(repr, lacking))
        why = f"lacks {said}, which the mapping reads; it has {there}"
        yield Rejected(where="header", why=why, record=there.encode())


def _all(spec: MappingSpec) -> Iterator[str]:
    thing = spec.thing
    for text in (thing.name, thing.municipality):
        yield from _in_either(text)
    point = thing.point
    if point is not None:
        for path in (point.lat, point.lon, point.x, point.y, point.wkt, point.geometry, point.pair):
            yield from _in_path(path)
    for said in thing.properties.values():
        if isinstance(said, Field):
            yield from _in_path(said.path)
            yield from _in_template(said.template or "")
        else:
            yield from _in_path(said)
    for series in spec.series:
        at = series.at if isinstance(series.at, str) else series.at.path
        yield from _in_either(at)
        for path in (series.value, series.minus, *series.when):
            yield from _in_path(path)
    for path in spec.where:
        yield from _in_path(path)


def _in_either(text: str | None) -> Iterator[str]:
    yield from _in_template(text) if text and "{" in text else _in_path(text)


def _in_template(text: str) -> Iterator[str]:
    for path in BRACES.findall(text):
        yield from _in_path(path)


def _in_path(path: str | None) -> Iterator[str]:
    found = FIRST.match(path or "")
    if found:
        name = found[1] or found[2] or found[3].strip()
        if name != "@" and not name.startswith("$"):
            yield name
