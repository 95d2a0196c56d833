"""What a standard sees of a store: the commons, or a municipality's own with what may be said."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import TypeVar

from anyio import CapacityLimiter
from msgspec import Struct, field

from byalag import Misconfigured
from byalag.app._beside import Beside
from byalag.app._settings import PAGE
from byalag.engine import Unreachable, durable, fetch_once
from byalag.governance import NotAllowed
from byalag.model import Dataset, Fact, Micros, Municipality, MunicipalityCode
from byalag.standards import NotFetched
from byalag.store import Committed, Here, Reading, Store, Walls

T = TypeVar("T")
_AT_ONCE = 32  # addresses asked for strangers at the same time
_FETCHING = 4.0  # seconds that one request may spend on addresses
Fetch = Callable[[str, str], Awaitable[bytes]]  # an address, and what is accepted


def fetching(*, near: bool) -> Fetch:
    """Return what asks addresses for strangers: public ones, or when `near` this machine's own."""
    room = CapacityLimiter(_AT_ONCE)

    async def fetch(address: str, accept: str) -> bytes:
        async with room:
            return await fetch_once(address, {"Accept": accept}, near=near)

    return fetch


class Windows(Struct, frozen=True, kw_only=True):
    """The stores of a hub as standards see them.

    `own` is by municipality, and so is `written`: the dataset that what is written belongs to.
    `wake` tells that a municipality's store has something new. `fetch` asks an address for
    whoever named it. `near` names the municipality whose store is everybody's on this machine.
    `page` is how many values of a history one answer holds. `refuse` raises Unwritable where a
    municipality has paused, and `anchored` raises NotAnchored when nothing about people may be
    answered.
    """

    commons: Store
    own: Mapping[MunicipalityCode, Store]
    municipalities: Sequence[Municipality]
    written: Mapping[MunicipalityCode, Dataset]
    wake: Callable[[MunicipalityCode], None]
    fetch: Fetch
    now: Callable[[], Micros]
    beside: Beside
    near: MunicipalityCode | None = None
    page: int = PAGE
    refuse: Callable[[MunicipalityCode], None] = lambda _: None
    anchored: Callable[[], None] = lambda: None
    _walls: dict[MunicipalityCode, Walls] = field(default_factory=dict[str, Walls])

    def store(self, municipality: MunicipalityCode | None) -> Store:
        """Return a municipality's own store, or the commons."""
        return self.commons if municipality is None else self.own[municipality]

    def open(
        self, municipality: MunicipalityCode | None, *, writes: bool, purpose: str = ""
    ) -> "OpenWindow":
        """Return a window to a municipality's own store, or to the commons.

        What is about people is behind a wall, but for what may be asked for with this purpose.
        """
        return OpenWindow(self, municipality, writes=writes, purpose=purpose)

    def walls(self, municipality: MunicipalityCode) -> Walls:
        """Return the walls around what is about people in a municipality's own store."""
        if municipality not in self._walls:
            self._walls[municipality] = Walls(self.own[municipality])
        return self._walls[municipality]


class OpenWindow:
    """The window that one request is answered through (`Window`).

    `walled` are the datasets that are not there for whoever asks.
    """

    __slots__ = (
        "_fetching",
        "_now",
        "_windows",
        "key",
        "municipality",
        "reading",
        "walled",
        "writes",
    )

    def __init__(
        self,
        windows: Windows,
        municipality: MunicipalityCode | None,
        *,
        writes: bool,
        purpose: str = "",
    ) -> None:
        """Open a window; `writes` says whether whoever asks may write."""
        self._windows = windows
        self._now: Micros | None = None
        self._fetching = 0.0
        self.key = ""
        self.municipality = municipality
        self.reading: Reading = windows.commons
        self.walled = frozenset[str]()
        if municipality is not None:
            walls = windows.walls(municipality)
            self.reading, self.walled = walls.reading(purpose), walls.hidden(purpose)
        self.writes = windows.written.get(municipality or "") if writes else None

    @property
    def timed(self) -> bool:
        """Whether the time has been asked for."""
        return self._now is not None

    @property
    def now(self) -> Micros:
        """The time of the request, the same however often it is asked for."""
        if self._now is None:
            self._now = self._windows.now()
        return self._now

    @property
    def page(self) -> int:
        """How many values of a history one answer holds at most."""
        return self._windows.page

    @property
    def municipalities(self) -> Sequence[Municipality]:
        """The municipalities whose facts can be seen here."""
        if self.municipality is None:
            return self._windows.municipalities
        return [one for one in self._windows.municipalities if one.code == self.municipality]

    async def beside(self, work: Callable[[], T], /) -> T:
        """Do something that takes more than a millisecond where it holds nobody up."""
        return await self._windows.beside.run(work)

    async def say(self, facts: Sequence[Fact], /) -> Committed:
        """Write facts; answers when they are on disk.

        Raises:
            NotAllowed: Nothing may be written through this window.
            ValueError: An observation is of a series that nobody has declared.
            ByalagError: Nothing can be written now (full, closed).
        """
        code, store = self._own()
        if self.walled:
            await self.change(lambda here: here.say(facts))
            return Committed()
        told = await durable(store.commit(facts, at=self.now))
        self._windows.wake(code)
        return told

    async def change(self, work: Callable[[Here], T], /) -> T:
        """Read and write as one; answers when it is on disk.

        Raises:
            NotAllowed: Nothing may be written through this window.
            ByalagError: Nothing can be written now (full, closed).
        """
        code, store = self._own()
        told = await durable(store.change(work, walled=self.walled))
        self._windows.wake(code)
        return told

    async def fetch(self, address: str, /, *, accept: str) -> bytes:
        """Return what an address answers.

        Raises:
            NotFetched: No good answer came in time, or the address may not be reached.
        """
        if self._fetching > _FETCHING:
            message = (
                f"{address[:500]} was not fetched: others that the request names took too long"
            )
            raise NotFetched(message)
        began = monotonic()
        try:
            return await self._windows.fetch(address, accept)
        except (Unreachable, Misconfigured) as error:
            message = f"{address[:500]} could not be fetched: {error}"
            raise NotFetched(message) from error
        finally:
            self._fetching += monotonic() - began

    def _own(self) -> tuple[MunicipalityCode, Store]:
        if self.municipality is None or self.writes is None:
            message = "Nothing may be written here."
            raise NotAllowed(message)
        self._windows.refuse(self.municipality)
        return self.municipality, self._windows.own[self.municipality]
