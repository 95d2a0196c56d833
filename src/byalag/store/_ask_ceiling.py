"""No question takes longer than a few seconds: who asks for more is told to ask for less."""

from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

import apsw

from byalag.asking import TooHard
from byalag.store._sqlite import Connection

_SECONDS: Final = 5.0
_STEPS: Final = 2_000  # of SQLite's machine between looks at the clock: well under a millisecond
_UNTIL: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()


@contextmanager
def within(connection: Connection, seconds: float = _SECONDS) -> Generator[None]:
    """Give what is asked through a connection so many seconds.

    Raises:
        TooHard: It took longer.
    """
    until = monotonic() + seconds
    _UNTIL[connection] = until
    connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
    try:
        yield
    except apsw.InterruptError as error:
        raise TooHard(_sentence(seconds)) from error
    finally:
        connection.set_progress_handler(None)
        del _UNTIL[connection]


def look(connection: Connection) -> None:
    """See that there is time left, where it is Python that reads on.

    Raises:
        TooHard: There is not.
    """
    if monotonic() > _UNTIL.get(connection, float("inf")):
        raise TooHard(_sentence(_SECONDS))


def _sentence(seconds: float) -> str:
    return f"the answer took more than {seconds:g} seconds to find; ask for a smaller part"
