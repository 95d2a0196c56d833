"""Looking into JSON of which nothing is known. Pure."""

from typing import TypeGuard

from byalag.model import Json


def is_object(value: Json) -> TypeGuard[dict[str, Json]]:
    """Return whether a value is an object."""
    return isinstance(value, dict)


def is_array(value: Json) -> TypeGuard[list[Json]]:
    """Return whether a value is an array."""
    return isinstance(value, list)


def listed(value: Json) -> list[Json]:
    """Return what an array holds, or what is no array as the only one."""
    return value if is_array(value) else [value]


def members(value: Json) -> dict[str, Json]:
    """Return the members of an object; none if it is no object."""
    return value if is_object(value) else {}
