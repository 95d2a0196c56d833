"""Rows as the model's own words. Pure."""

import math

import msgspec

from byalag.model import Micros, Observation
from byalag.store._results import Group, MappingVersion, Note, SetAside
from byalag.store._sqlite import Row


def as_observation(
    series: str, at: Micros, value: float | None, flag: int, extra: str | None
) -> Observation:
    """Return a row as an observation; NULL is NaN, a missing value."""
    return Observation(
        series=series,
        at=at,
        value=math.nan if value is None else value,
        flag=flag,
        extra=None if extra is None else msgspec.json.decode(extra),
    )


def as_set_aside(row: Row) -> SetAside:
    """Return a row as what could not be translated."""
    return SetAside(**dict(zip(SetAside.__struct_fields__, row, strict=True)))


def as_group(row: Row, example: Row) -> Group:
    """Return a row as what was set aside for one reason, with the newest of it."""
    no, source, group, count, first, last, _ = row
    return Group(
        no=no,
        source=source,
        group=group,
        count=count,
        first=first,
        last=last,
        example=as_set_aside(example),
    )


def as_mapping(row: Row) -> MappingVersion:
    """Return a row as a version that a source has been read by."""
    no, source, digest, settings, zone, byalag, first = row
    return MappingVersion(
        source=source,
        digest=digest,
        settings=settings,
        zone=zone,
        byalag=byalag,
        no=no,
        first=first,
    )


def as_note(row: Row) -> Note:
    """Return a row as a line of the audit."""
    seq, at, who, what, about, details = row
    told = msgspec.json.decode(details)
    return Note(seq=seq, at=at, who=who, what=what, about=about, details=told)
