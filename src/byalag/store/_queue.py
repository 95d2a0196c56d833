"""The queues of what leaves: durable, one for each outlet, in the municipality's own store.

A message is told apart by its id, its outlet and its receiver: put twice, it is sent once. What is
told from the news is put in the same commit as the outlet's place in the news is moved.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final

import msgspec

from byalag.model import Json, Micros
from byalag.store._connection import Readers, rows
from byalag.store._news import as_news
from byalag.store._parcel import STATES, News, Outgoing, Parcel, ParcelState, QueueCounts
from byalag.store._session import Session
from byalag.store._sqlite import Row
from byalag.store._writer import Writer

MOST_WAITING: Final = 100_000  # messages an outlet; from there on the oldest are set aside
MOST_ASIDE: Final = 10_000  # messages an outlet that are kept to be put back
MOST_NEWS: Final = 200_000  # commits that a log of news keeps for an outlet that does not read
_KEPT_SENT: Final = 7 * 86_400 * 1_000_000  # a message put again within this is known, micros
_MOST_SENT: Final = 100_000
_FULL: Final = f"more than {MOST_WAITING} messages were waiting; put it back when there is room"
_STRANGER: Final = "the receiver is no longer in the outlet's file"


class Queue:
    """The queues of one municipality's outlets. Every write is on disk when its future is done."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        """Write and read through a store's own."""
        self._writer = writer
        self._readers = readers

    def declare(self, outlets: Mapping[str, Iterable[str]]) -> Future[None]:
        """Say all outlets there are, and which datasets each asks for the news of.

        A new one begins with what is said from now on. One that is no more holds up no news; what
        waits in its queue stays there.
        """
        said = {name: sorted(set(datasets)) for name, datasets in outlets.items()}
        return self._writer.submit(lambda session: _declare(session, said))

    def ask(self, name: str, datasets: Iterable[str]) -> Future[None]:
        """Ask for the news of datasets on behalf of one that is no outlet: its name has a "/"."""
        said = sorted(set(datasets))

        def step(session: Session) -> None:
            session.run("put_outlet", (name, session.run("last_news")[0][0], _text(said)))
            session.asked = None

        return self._writer.submit(step)

    def put(self, outlet: str, messages: Sequence[Outgoing], *, at: Micros) -> Future[int]:
        """Put messages in a queue; answers how many were new to it."""
        return self._writer.submit(lambda session: _put(session, outlet, messages, at))

    def feed(
        self,
        outlet: str,
        messages: Sequence[Outgoing],
        *,
        at: Micros,
        told: Mapping[str, Json],
        cursor: int = 0,
    ) -> Future[int]:
        """Put messages, remember what has been told, and move the place in the news, in one commit.

        Answers how many messages were new.
        """

        def step(session: Session) -> int:
            new = _put(session, outlet, messages, at)
            marks = [(outlet, name, _text(value)) for name, value in told.items()]
            session.write_many("mark_told", marks)
            session.run("move_outlet", (outlet, cursor))
            return new

        return self._writer.submit(step, weight=1 + len(messages) + len(told))

    def begin(self, outlet: str, receivers: Sequence[str] | None, *, at: Micros) -> Future[None]:
        """Make a queue fit to be worked on after a pause.

        No wait is longer than it was meant to be, whatever the clock did; what is for a receiver
        that is no more is set aside. None: who the receivers are is asked at each sending.
        """

        def step(session: Session) -> None:
            session.run("clamp_outgoing", (outlet, at))
            if receivers is None:
                return
            session.run("aside_strangers", (outlet, at, _text(receivers), _STRANGER))

        return self._writer.submit(step)

    def sent(self, parcel: int, *, at: Micros) -> Future[None]:
        """Note that a receiver has taken a message."""
        return self._write("sent_outgoing", (parcel, at))

    def failed(self, parcel: int, *, due: Micros, wait: Micros, why: str) -> Future[None]:
        """Note that a message was not taken, and when it is tried again."""
        return self._write("failed_outgoing", (parcel, due, wait, why))

    def set_aside(self, parcel: int, *, at: Micros, why: str) -> Future[None]:
        """Take a message out of the queue, with the reason; it can be put back."""
        return self._write("aside_outgoing", (parcel, at, why))

    def drop(self, parcel: int, *, at: Micros, why: str) -> Future[None]:
        """Forget a message that nobody is to have any more; only that it was there is kept."""
        return self._write("drop_outgoing", (parcel, at, why))

    def hurry(self, outlet: str, *, at: Micros) -> Future[None]:
        """Try everything that waits now: the receiver is back."""
        return self._write("hurry_outgoing", (outlet, at))

    def again(self, outlet: str, *, at: Micros, parcel: int | None = None) -> Future[int]:
        """Put back what was set aside, one or all; answers how many."""
        values = (outlet, at, parcel)
        return self._writer.submit(lambda session: len(session.run("again_outgoing", values)))

    def trim(self, now: Micros) -> Future[int]:
        """Forget what need not be kept; answers how many messages that were set aside were dropped.

        The news that every outlet has read go, and those that one has not read when there are too
        many. Sent messages are known for a week. The newest that were set aside are kept.
        """
        return self._writer.submit(lambda session: _trim(session, now))

    def due(
        self,
        outlet: str,
        now: Micros,
        *,
        but: Iterable[int] = (),
        limit: int = 1,
        first_of: Sequence[str] | None = None,
    ) -> list[Parcel]:
        """Return what is to be sent now, longest overdue first; not those that are under way.

        `first_of` names receivers: then only the oldest of each is answered, for what is sent in
        order.
        """
        passed = _text(list(but))
        if first_of is None:
            found = self._ask("due_outgoing", (outlet, now, passed, limit))
        else:
            found = self._ask("first_outgoing", (outlet, now, passed, limit, _text(first_of)))
        return [_parcel(row) for row in found]

    def next_due(
        self, outlet: str, *, but: Iterable[int] = (), first_of: Sequence[str] | None = None
    ) -> Micros | None:
        """Return when something is to be sent next; None if nothing waits."""
        passed = _text(list(but))
        if first_of is None:
            found = self._ask("next_outgoing", (outlet, passed))
        else:
            found = self._ask("next_first_outgoing", (outlet, passed, _text(first_of)))
        return found[0][0]  # type: ignore[no-any-return]  # SQLite's answers have no types

    def listed(self, outlet: str, state: ParcelState = "waiting", limit: int = 100) -> list[Parcel]:
        """Return what is in a queue in one state, oldest first."""
        found = self._ask("outgoing_list", (outlet, STATES.index(state), limit))
        return [_parcel(row) for row in found]

    def became(self, outlet: str, ids: Iterable[str]) -> list[Parcel]:
        """Return what has become of messages, by their ids: those that are known."""
        return [_parcel(row) for row in self._ask("outgoing_of", (outlet, _text(list(ids))))]

    def counts(self, outlet: str) -> QueueCounts:
        """Return how a queue stands."""
        names = QueueCounts.__struct_fields__
        return QueueCounts(
            **dict(zip(names, self._ask("outgoing_counts", (outlet,))[0], strict=True))
        )

    def told(self, outlet: str, names: Iterable[str]) -> dict[str, Json]:
        """Return what an outlet remembers of what it has told."""
        found = self._ask("told", (outlet, _text(list(names))))
        return {name: msgspec.json.decode(value) for name, value in found}

    def cursor(self, outlet: str) -> int:
        """Return how far an outlet has read the news."""
        found = self._ask("outlet_cursor", (outlet,))
        return int(found[0][0]) if found else 0

    def news(self, after: int, limit: int) -> list[News]:
        """Return what is new after a place in the log, oldest first."""
        with self._readers.snapshot() as connection:
            return [as_news(*row) for row in rows(connection, "news_after", (after, limit))]

    def _write(self, name: str, values: tuple[Any, ...]) -> Future[None]:
        return self._writer.submit(lambda session: session.write(name, values))

    def _ask(self, name: str, values: tuple[Any, ...] = ()) -> list[Row]:
        return self._readers.ask(name, values)


def _declare(session: Session, outlets: Mapping[str, Sequence[str]]) -> None:
    known = {name for (name,) in session.run("outlet_names") if "/" not in name}
    for name in known - outlets.keys():
        session.run("drop_outlet", (name,))
    for name, datasets in outlets.items():
        begins = session.run("last_news")[0][0]
        session.run("put_outlet", (name, begins, _text(datasets)))
    session.asked = None


def _put(session: Session, outlet: str, messages: Sequence[Outgoing], at: Micros) -> int:
    values = ((outlet, one.id, one.receiver, at, one.message) for one in messages)
    new = sum(len(session.run("put_outgoing", each)) for each in values)
    if new:
        session.run("overfull_outgoing", (outlet, at, MOST_WAITING, _FULL))
    return new


def _trim(session: Session, now: Micros) -> int:
    session.run("skip_news", (int(session.run("last_news")[0][0]) - MOST_NEWS,))
    session.run("trim_news")
    dropped = 0
    for (outlet,) in session.run("outgoing_outlets"):
        session.run("forget_sent", (outlet, now - _KEPT_SENT))
        session.run("forget_ended", (outlet, STATES.index("sent"), _MOST_SENT))
        session.run("forget_ended", (outlet, STATES.index("dropped"), _MOST_SENT))
        dropped += len(session.run("forget_ended", (outlet, STATES.index("aside"), MOST_ASIDE)))
    return dropped


def _parcel(row: Row) -> Parcel:
    *head, state, message = row
    said: dict[str, Any] = dict(zip(Parcel.__struct_fields__, head, strict=False))
    return Parcel(**said, state=STATES[int(state)], message=message)


def _text(value: Json) -> str:
    return msgspec.json.encode(value).decode()
