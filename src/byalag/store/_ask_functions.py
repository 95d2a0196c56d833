"""What statements call: the functions' meanings, on a connection that asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakSet

import shapely

from byalag.asking import numbered
from byalag.asking._meaning import NUMBERS, TEXTS, TIMES, moment
from byalag.store._ask_place import PLACES, place
from byalag.store._ask_table import Observed
from byalag.store._sqlite import Connection

_READY: WeakSet[Connection] = WeakSet()


def make_ready(connection: Connection) -> None:
    """Let a connection's statements call all that can be asked, if they cannot yet."""
    if connection in _READY:
        return
    _READY.add(connection)
    table = Observed(connection)
    connection.create_module(
        "observed", table, use_bestindex_object=True, eponymous=True, eponymous_only=True
    )
    add = connection.create_scalar_function
    add("moment", _of_known(moment), 1, deterministic=True)
    add("observation_number", _of_known(_numbered), 2, deterministic=True)
    for functions in (TEXTS, TIMES, NUMBERS):
        for name, meaning in functions.items():
            add(f"ask_{name}", _of_known(meaning), -1, deterministic=True)
    for name, meaning in PLACES.items():
        add(f"ask_{name}", _of_known(_of_places(meaning)), -1, deterministic=True)


def _numbered(series: int, at: int) -> int | None:
    try:
        return numbered(series, at)
    except ValueError:
        return None


def _of_known(meaning: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is null where any of what it is given is."""

    @wraps(meaning)
    def known(*args: Any) -> Any:  # noqa: ANN401 -- whatever SQLite holds
        return None if None in args else meaning(*args)

    return known


def _of_places(meaning: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is given texts and sees places."""

    def seen(*args: Any) -> Any:  # noqa: ANN401 -- as above
        places = [place(one) if isinstance(one, str) else one for one in args[:2]]
        if any(one is None for one in places):
            return None
        try:
            return meaning(*places, *args[2:])
        except (shapely.GEOSException, ValueError):  # a matrix that is none, a shape that is odd
            return None

    return seen
