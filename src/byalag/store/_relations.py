"""What points to which things, kept so that it can be asked for from either end."""

from collections.abc import Mapping, Sequence
from typing import Literal

from byalag.store._session import Session

_DROP = {"thing": "drop_thing_relations", "series": "drop_series_relations"}
_INSERT = {"thing": "insert_thing_relations", "series": "insert_series_relations"}


def relate(
    session: Session,
    of: Literal["thing", "series"],
    no: int,
    relations: Mapping[str, Sequence[str]],
) -> None:
    """Note what a thing or a series points to, in place of what it pointed to before."""
    session.run(_DROP[of], (no,))
    rows = [(no, name, object_) for name, objects in relations.items() for object_ in objects]
    session.write_many(_INSERT[of], rows)
