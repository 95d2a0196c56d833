"""Reads a SQL database again and again: what is new since the watermark, or all that differs."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

import msgspec
from anyio import CapacityLimiter, fail_after, to_thread
from msgspec import Struct, field
from sqlalchemy import URL

from byalag import Misconfigured
from byalag.engine._database import LARGEST, Rows, address, opened, read
from byalag.engine._durable import durable
from byalag.engine._face import Unreachable
from byalag.engine._guard import Network, Resolve, checked
from byalag.engine._secret import Vault
from byalag.engine._values import behind, plain, written
from byalag.engine._values import read as as_mark
from byalag.engine._way import Way, attempt, is_undated
from byalag.model import Delivery, Json, Micros
from byalag.sources import Query

_SOON: Final = 2.0  # the first question comes within this time from the start, seconds
_LARGEST: Final = 64 * 1024 * 1024  # bytes of a delivery; what is left comes in the next
_MOST_ALIKE: Final = 200_000  # rows at the watermark (and within the overlap) that are remembered
_SLACK: Final = (
    30.0  # for connecting and for fetching rows, beside the statement's own time, seconds
)
_MEDIA_TYPE: Final = "application/x-ndjson"
_encode = msgspec.json.Encoder().encode


class Seen(Struct, frozen=True, array_like=True):
    """Rows that are alike and have been delivered: their watermark, and how many they are."""

    mark: Json
    count: int = 1


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a database has been read. Kept in the same commit as what was read.

    `mark` is the highest watermark seen; `seen` are the rows from there on (less the overlap) that
    have been delivered, by their digest. Without a watermark, `digest` is that of the rows that
    were there last.
    """

    mark: Json = None
    seen: dict[str, Seen] = field(default_factory=dict[str, Seen])
    digest: str = ""


class Read(Struct, frozen=True, kw_only=True):
    """New rows as JSON lines, and how far they lead. `more`: there is more to read at once."""

    body: bytes
    place: Place
    more: bool


async def located(
    query: Query, vault: Vault, resolve: Resolve, allowed: Iterable[Network]
) -> tuple[URL, str]:
    """Return a database's address with its secrets, and the checked address that it leads to.

    Raises:
        Misconfigured: The address cannot be read.
        Unreachable: It leads to nothing, or to what may not be reached.

    """
    url = address(vault.address(query.url))
    return url, (await checked(url.host or "", url.port or 0, resolve, allowed))[0]


async def ask(query: Query, place: Place, url: URL, at: str, threads: CapacityLimiter) -> Read:
    """Read what is new in a database. Works in a thread, within limits of time.

    Raises:
        Misconfigured: What is asked for cannot be had; says what to write instead.
        Unreachable: The database does not answer, or refuses.

    """

    def work() -> Read:
        engine = opened(url, at, query.timeout)
        try:
            mark = as_mark(place.mark)
            after = None if mark is None else behind(mark, query.overlap)
            again = sum(seen.count for seen in place.seen.values())
            rows = read(engine, query, after, query.at_most + again)
        finally:
            engine.dispose()
        return _since(rows, query, place) if query.watermark else _all(rows, query)

    try:
        with fail_after(query.timeout.total_seconds() + _SLACK):
            return await to_thread.run_sync(work, limiter=threads, abandon_on_cancel=True)
    except TimeoutError as error:
        seconds = query.timeout.total_seconds()
        reason = f"the rows did not come within {seconds:g} s; raise `timeout`"
        raise Unreachable(reason) from error


def _all(rows: Rows, query: Query) -> Read:
    """Return every row there is."""
    if rows.more:
        message = (
            f"`at_most`: there are more than {query.at_most} rows, or more than "
            f"{LARGEST // 1024**2} MiB; name a `watermark`, so that only what is new is read"
        )
        raise Misconfigured(message)
    body = b"".join(_line(rows.names, row) for row in rows.rows)
    return Read(body=body, place=Place(digest=sha256(body).hexdigest()), more=False)


def _since(rows: Rows, query: Query, place: Place) -> Read:
    """Return the rows that have not been delivered, and how far they lead.

    Rows at the watermark come again each time; as many of each as were seen are passed over.
    """
    at = rows.names.index(query.watermark)
    keys = [rows.names.index(name) for name in (query.watermark, *query.keys)]
    left = {digest: seen.count for digest, seen in place.seen.items()}
    lines: list[bytes] = []
    fresh: list[tuple[str, Any]] = []
    size, cut = 0, False
    for row in rows.rows:
        line = _line(rows.names, row)
        told = _encode([plain(row[key]) for key in keys]) if query.keys else line
        digest = sha256(told).hexdigest()[:24]
        if left.get(digest):
            left[digest] -= 1
            continue
        if lines and (size + len(line) > _LARGEST or len(lines) == query.at_most):
            cut = True
            break
        lines.append(line)
        size += len(line)
        fresh.append((digest, row[at]))
    if rows.more and not fresh:
        message = (
            f"`watermark`: the rows that have been read at {as_mark(place.mark)!s}, or within "
            f"`overlap`, hold more than {LARGEST // 1024**2} MiB; name fewer `columns`, or a "
            "shorter `overlap`"
        )
        raise Misconfigured(message)
    place = _moved(place, fresh, query) if fresh else place
    return Read(body=b"".join(lines), place=place, more=bool(fresh) and (cut or rows.more))


def _moved(place: Place, fresh: list[tuple[str, Any]], query: Query) -> Place:
    """Return how far is read after new rows: the highest watermark, and who stands there."""
    before = [(digest, as_mark(one.mark), one.count) for digest, one in place.seen.items()]
    every: list[tuple[str, Any, int]] = [*before, *((*one, 1) for one in fresh)]
    highest: Any = fresh[-1][1]  # rows come in the database's own order, which is what counts
    if query.overlap:
        highest = max(mark for _, mark, _ in every)
        first: Any = behind(highest, query.overlap)
        every = [one for one in every if one[1] >= first]
    else:
        every = [one for one in every if one[1] == highest]
    if len(every) > _MOST_ALIKE:
        message = (
            f"`watermark`: more than {_MOST_ALIKE} rows stand at {highest}, or within `overlap`; "
            "name a column that grows with every row, or a shorter `overlap`"
        )
        raise Misconfigured(message)
    seen: dict[str, Seen] = {}
    for digest, mark, count in every:
        known = seen.get(digest)
        total = count + (known.count if known else 0)
        seen[digest] = Seen(written(mark, query.watermark), total)
    return Place(mark=written(highest, query.watermark), seen=seen)


def _line(names: tuple[str, ...], row: tuple[Any, ...]) -> bytes:
    return _encode(dict(zip(names, map(plain, row), strict=True))) + b"\n"


class Querying:
    """One database of one source. Nothing that goes wrong here reaches another source."""

    def __init__(self, way: Way, query: Query) -> None:
        """Prepare to read; nothing is asked yet."""
        self.next_ask: Micros | None = None
        self._way = way
        self._query = query
        connected = way.intake.connected
        own = msgspec.json.encode(
            (query.url, query.statement, query.table, query.watermark, query.keys)
        )
        self._mark = f"query/{connected.name}/{query.part}/{sha256(own).hexdigest()[:12]}"
        self._undated = is_undated(connected)
        self._threads = CapacityLimiter(2)

    async def run(self) -> None:
        """Read until the engine stops; at once again while there is more."""
        query, stopping = self._query, self._way.stopping
        wait = min(_SOON, query.every.total_seconds()) * self._way.draw()
        while not stopping.stopped:
            self.next_ask = self._way.intake.tools.clock.now() + int(wait * 1_000_000)
            await stopping.sleep(wait)
            if not stopping.stopped:
                wait = await attempt(self._way, query.every, f"read {query.part}", self._once)

    async def _once(self) -> None:
        """Read until there is no more for now.

        Raises:
            Misconfigured: What is asked for cannot be had.
            Unreachable: If the database does not answer.

        """
        way, told = self._way, 0
        with way.stopping.cut() as cut:
            await way.intake.try_again()
            url, at = await located(self._query, way.intake.vault, way.resolve, way.allowed)
            more = True
            while more:
                place = self._place()
                found = await ask(self._query, place, url, at, self._threads)
                way.breaker.succeed()
                more = found.more
                if self._is_news(found, place):
                    await self._take(found)
                    told += 1
            if not told:
                await way.intake.hear()
        if cut.cancelled_caught:
            way.breaker.let_go()

    def _place(self) -> Place:
        try:
            return msgspec.convert(self._way.intake.store.recall(self._mark) or {}, Place)
        except msgspec.ValidationError:
            return Place()

    def _is_news(self, found: Read, before: Place) -> bool:
        if not found.body:
            return False
        return bool(self._query.watermark) or self._undated or found.place.digest != before.digest

    async def _take(self, found: Read) -> None:
        """Keep rows and how far they lead in one commit; then translate them."""
        intake = self._way.intake
        delivery = Delivery(
            source=intake.connected.name,
            received=intake.tools.clock.now(),
            bodies=(found.body,),
            part=self._query.part,
            media_type=_MEDIA_TYPE,
        )
        said = {self._mark: msgspec.to_builtins(found.place)}
        asked = await to_thread.run_sync(lambda: intake.store.keep(delivery, remember=said))
        kept = await durable(asked)
        await intake.tell(msgspec.structs.replace(delivery, seq=kept.seq))
