"""What the store can say of a condition: what surely meets it, and what may. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from byalag.asking import Call, Expression, Field, Value

NEVER = Call("eq", (Value(0), Value(1)))


class Bounds(Struct, frozen=True):
    """A condition as the store is asked: it holds for all of `sure` and for none outside `may`.

    None as `may` is everything, None as `sure` is nothing. Where the store finds as many of one as
    of the other, its answer is exact; else each entity is looked at.
    """

    may: Expression | None
    sure: Expression | None


def exactly(expression: Expression) -> Bounds:
    """Return the bounds of what the store decides itself."""
    return Bounds(expression, expression)


def all_of(parts: Iterable[Bounds]) -> Bounds:
    """Return the bounds of conditions that must hold together."""
    each = list(parts)
    may = [part.may for part in each if part.may is not None]
    sure = [part.sure for part in each if part.sure is not None]
    return Bounds(both(*may) if may else None, both(*sure) if len(sure) == len(each) else None)


def any_of(parts: Iterable[Bounds]) -> Bounds:
    """Return the bounds of conditions of which one must hold."""
    each = list(parts)
    may = [part.may for part in each if part.may is not None]
    sure = [part.sure for part in each if part.sure is not None]
    whole = either(*may) if len(may) == len(each) else None
    return Bounds(whole, either(*sure) if sure else None)


def both(*parts: Expression) -> Expression:
    """Return what holds where all of these do."""
    return parts[0] if len(parts) == 1 else Call("and", parts)


def either(*parts: Expression) -> Expression:
    """Return what holds where one of these does."""
    return parts[0] if len(parts) == 1 else Call("or", parts)


def there(*path: str) -> Expression:
    """Return what holds where a field is."""
    return Call("not", (Call("is_null", (Field(path),)),))


def absent(*path: str) -> Expression:
    """Return what holds where a field is not."""
    return Call("is_null", (Field(path),))
