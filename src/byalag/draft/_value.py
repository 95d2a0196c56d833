"""Tells objects and lists of an answer apart from single values."""

from typing import TypeGuard

from byalag.model import Json


def is_list(value: object) -> TypeGuard[list[Json]]:
    """Return whether the value is a list."""
    return isinstance(value, list)


def is_object(value: object) -> TypeGuard[dict[str, Json]]:
    """Return whether the value is an object."""
    return isinstance(value, dict)


def objects(values: list[Json]) -> list[dict[str, Json]]:
    """Return those of the values that are objects."""
    return [value for value in values if is_object(value)]
