"""Which records are ours: `where` and `when`, paths and what must be there."""

from collections.abc import Callable, Mapping
from typing import Final

from byalag import Misconfigured
from byalag.mapping._context import Context
from byalag.mapping._path import path_at
from byalag.mapping._template import compile_template, is_template
from byalag.mapping._value import MISSING, is_list, is_object, shown
from byalag.mapping._word import among
from byalag.model import Json

Holds = Callable[[Json, Context], bool]
_TENANT: Final = "$municipality"


def compile_conditions(conditions: Mapping[str, Json], where: str) -> Holds | None:
    """Turn conditions into one test that all of them hold; None if there are none.

    What is wanted is a value, a list of values, `$municipality`, `{ not = … }` or
    `{ present = true }`. Types are kept apart: 0 is not "0".

    Raises:
        Misconfigured: If a path or a condition cannot be understood.

    """
    tests = [_one(path, wanted, f"{where}.{path}") for path, wanted in conditions.items()]
    if len(tests) <= 1:
        return tests[0] if tests else None

    def holds(record: Json, context: Context) -> bool:
        return all(test(record, context) for test in tests)

    return holds


def described(conditions: Mapping[str, Json]) -> str:
    """Say conditions in a sentence."""
    return " and ".join(f"{path} = {_plain(wanted)}" for path, wanted in conditions.items())


def _plain(wanted: Json) -> str:
    if is_list(wanted):
        return " or ".join(shown(word) for word in wanted)
    return repr(wanted) if is_object(wanted) else shown(wanted)


def _one(path: str, wanted: Json, where: str) -> Holds:
    read = compile_template(path, where) if is_template(path) else path_at(path, where)
    if wanted == _TENANT:
        return lambda record, context: bool(read(record, context) == context.municipality)
    if is_object(wanted):
        if set(wanted) == {"present"} and isinstance(wanted["present"], bool):
            there = wanted["present"]
            return lambda record, context: (read(record, context) not in (None, MISSING)) is there
        if set(wanted) == {"not"}:
            unwanted = among(_words(wanted["not"]))
            return lambda record, context: not unwanted(read(record, context))
        reason = f"{where}: write a value, a list of values, {{ not = … }} or {{ present = true }}"
        raise Misconfigured(reason)
    listed = among(_words(wanted))
    return lambda record, context: listed(read(record, context))


def _words(wanted: Json) -> list[Json]:
    return wanted if is_list(wanted) else [wanted]
