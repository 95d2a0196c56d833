"""What points to which things, kept so that it can be asked for from either end."""

from collections.abc import Mapping, Sequence
from typing import Literal

from byalag.store._session import Session
from byalag.store._sqlite import Row

_INSERT = {"thing": "insert_thing_relations", "series": "insert_series_relations"}


def pointing(no: int, relations: Mapping[str, Sequence[str]]) -> list[Row]:
    """Return the rows that say what a thing or a series points to."""
    return [(no, name, object_) for name, objects in relations.items() for object_ in objects]


def relate(session: Session, of: Literal["thing", "series"], rows: Sequence[Row]) -> None:
    """Note what things or series point to, beside what they pointed to before."""
    session.write_many(_INSERT[of], rows)
