"""Values on their way from a record to a fact: what is missing, and what does not fit."""

from datetime import date
from typing import Final, Protocol, TypeGuard, final

from byalag.mapping._context import Context
from byalag.model import Json

LONGEST_TEXT: Final = 20_000  # characters
_SHOWN: Final = 60


class Unfit(ValueError):
    """A value in a record cannot be said in our words: the record is set aside with this reason."""


@final
class Missing:
    """The record has no such key. Not the same as null, which the source did say."""

    __slots__ = ()

    def __bool__(self) -> bool:
        """Count as false, like None."""
        return False

    def __repr__(self) -> str:
        """Show as the name it is imported by."""
        return "MISSING"


MISSING: Final = Missing()


class Read(Protocol):
    """Takes one value out of a record; MISSING when the record has no such key."""

    def __call__(self, record: Json, context: Context | None = None, /) -> Json:
        """Return the value as it stands in the record."""
        ...


def is_list(value: object) -> TypeGuard[list[Json]]:
    """Return whether the value is a list of a record."""
    return isinstance(value, list)


def is_object(value: object) -> TypeGuard[dict[str, Json]]:
    """Return whether the value is an object of a record."""
    return isinstance(value, dict)


def shown(value: Json) -> str:
    """Show a value in a sentence, shortened."""
    if is_list(value) or is_object(value):
        return "a list" if is_list(value) else "an object"
    text = repr(value[:_SHOWN] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def text_of(value: Json) -> str:
    """Write a single value as text, the way it would stand in JSON; 12.0 is "12".

    Raises:
        Unfit: If the value is a list or an object, or longer than any text should be.

    """
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            reason = f"a text of {len(value)} characters is too long; {LONGEST_TEXT} are allowed"
            raise Unfit(reason)
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact in a float
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    reason = f"{shown(value)} cannot be written as text"
    raise Unfit(reason)
