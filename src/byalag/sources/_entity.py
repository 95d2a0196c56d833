"""An entity as context brokers tell of it, whichever form and version it was written in."""

from typing import Literal, TypeAlias

from msgspec import Struct

from byalag.model import Json, Rejected

Form: TypeAlias = Literal["value", "geometry", "link"]


class Instance(Struct, kw_only=True):
    """One value of an attribute. `gone`: the attribute has been taken away.

    `at` is when the platform says that the value was true, `modified` when it was changed there.
    `fault` is why it is no attribute.
    """

    name: str
    value: Json = None
    form: Form = "value"
    at: Json = None
    modified: Json = None
    unit: Json = None
    dataset: str = ""
    gone: bool = False
    fault: str = ""


class Entity(Struct, kw_only=True):
    """One entity. `gone`: it is no more. `where` it was found in the delivery, and `record`."""

    where: str
    id: str
    type: str
    record: Json
    instances: list[Instance]
    modified: Json = None
    gone: bool = False


Told: TypeAlias = Entity | Rejected
