"""Answering what is asked of a store."""

from typing import Any

from byalag.asking import Answer, Ask, refuse_hard
from byalag.store._ask_ceiling import within
from byalag.store._ask_functions import make_ready
from byalag.store._ask_observations import ask_observations
from byalag.store._ask_plan import fact, plan
from byalag.store._ask_shape import Constants
from byalag.store._sqlite import Connection


def answer(connection: Connection, ask: Ask) -> Answer[Any]:
    """Answer a question, by a connection that sees one moment.

    Raises:
        ValueError: It asks for what is not there.
        TooHard: It would take too long.
    """
    refuse_hard(ask)
    make_ready(connection)
    with within(connection):
        return _answer(connection, ask)


def numbers(connection: Connection, ask: Ask) -> list[int]:
    """Return the numbers of the things or series that are asked for, and nothing else of them.

    Raises:
        ValueError: It asks for what is not there.
        TooHard: It would take too long.
    """
    refuse_hard(ask)
    make_ready(connection)
    constants = Constants()
    made = plan(constants.form(ask))
    most = -1 if ask.limit is None else ask.limit
    bound = (*made.bind(constants.values), most, ask.offset)
    with within(connection):
        return [no for (no,) in connection.execute(made.numbers, bound).fetchall()]


def _answer(connection: Connection, ask: Ask) -> Answer[Any]:
    if ask.of == "observation":
        return ask_observations(connection, ask)
    constants = Constants()
    made = plan(constants.form(ask))
    bound = made.bind(constants.values)
    most = -1 if ask.limit is None else ask.limit + 1
    rows = connection.execute(made.rows, (*bound, most, ask.offset)).fetchall()
    more = ask.limit is not None and len(rows) > ask.limit
    total: int | None = None
    if ask.count and not more and (rows or not ask.offset):
        total = ask.offset + len(rows)  # all have been seen
    elif ask.count:
        total = connection.execute(made.count, (*bound, -1)).fetchall()[0][0]
    return Answer([fact(ask.of, row) for row in rows[: ask.limit]], total, more)
