"""What can be asked for in a collection: names, what they mean, and where they are found."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from byalag.asking import Field
from byalag.standards.features._functions import Sort

Type: TypeAlias = Literal["string", "number", "integer", "boolean", "object", "array", "geometry"]


class Queryable(Struct, frozen=True, kw_only=True):
    """One thing that can be asked for.

    `path` is where a row has it. `unit` is the UCUM code of a value that is measured. One that is
    not `asked` is shown but cannot be asked for.
    """

    name: str
    type: Type
    path: tuple[str, ...]
    format: str = ""
    unit: str = ""
    asked: bool = True

    @property
    def field(self) -> Field:
        """It in our algebra."""
        return Field(self.path)

    @property
    def sort(self) -> Sort:
        """What can be done with it in a filter."""
        if self.format == "date-time" and self.name == "updated":
            return "time"
        return _SORTS[self.type]


Queryables: TypeAlias = Mapping[str, Queryable]

_SORTS: Final[Mapping[str, Sort]] = {
    "string": "any",  # a text, or a time written as one
    "number": "number",
    "integer": "number",
    "boolean": "truth",
    "geometry": "place",
    "object": "any",
    "array": "any",
}
ALWAYS: Final[Queryables] = {
    "geometry": Queryable(name="geometry", type="geometry", path=("geometry",)),
    "id": Queryable(name="id", type="string", path=("id",)),
    "name": Queryable(name="name", type="string", path=("name",)),
    "description": Queryable(name="description", type="string", path=("description",)),
    "type": Queryable(name="type", type="string", path=("type",)),
    "municipality": Queryable(name="municipality", type="string", path=("municipality",)),
    "updated": Queryable(
        name="updated", type="string", format="date-time", path=("series", "last")
    ),
}
