"""Guessing is useless: whoever has guessed wrong waits, longer each time, before the next is read.

Three things are counted, and each failed try counts for all of them:

- an account (a key's prefix, a client) from one network: waits up to `MOST`;
- a network, whatever it tries: waits up to `MOST`;
- an account from anywhere: waits `ACCOUNT_MOST` at most, so that nobody can lock its holder out.

Whoever has shown the right secret from a network is known there for `KNOWN`, and there only what
was tried on that very account from that very network counts. So the holder of a key is not held
up by others' guesses where they usually are, and elsewhere by `ACCOUNT_MOST` at most.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from math import ceil

from msgspec import Struct

from byalag.app._client import network_of
from byalag.model import Micros
from byalag.store import Failures

FREE = 3  # tries that anyone may miss before waiting
SECOND = 1_000_000
MOST = 900 * SECOND
ACCOUNT_MOST = 4 * SECOND
FORGET = 4 * MOST  # after so long without a failed try everything is forgotten
KNOWN = 24 * 3600 * SECOND
_HELD = 20_000  # entries of each kind in memory; the oldest go first
_GLANCE = SECOND  # how often at most the other processes' counts are read


class _Count(Struct):
    fails: int
    last: Micros


class Guesses:
    """Counts failed tries, and says how long whoever tries again has to wait."""

    def __init__(self, now: Callable[[], Micros], shared: Failures | None = None) -> None:
        """Begin with none; `shared` lets several processes count together."""
        self._now, self._shared = now, shared
        self._counts: OrderedDict[bytes, _Count] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], Micros] = OrderedDict()
        self._wrong: OrderedDict[bytes, bytes] = OrderedDict()
        self._read: tuple[int, Micros] = (-1, 0)

    def wait(self, account: str, address: str) -> int:
        """Return how many seconds are left before a try may be read; 0: read it now."""
        if self._shared is not None:
            self._catch_up(self._shared)
        if not self._counts:
            return 0
        now, network = self._now(), network_of(address)
        pair, place, name = _digests(account, network)
        left = self._left(pair, now, MOST)
        if now - self._known.get((account, network), -KNOWN) >= KNOWN:
            left = max(left, self._left(place, now, MOST), self._left(name, now, ACCOUNT_MOST))
        return ceil(left / SECOND)

    def failed(self, account: str, address: str, shown: str = "") -> None:
        """Count a failed try; what was `shown`, if it is told, counts when it is new."""
        now, digests = self._now(), _digests(account, network_of(address))
        if shown and self._is_known_wrong(digests[0], shown):
            return
        for each in digests:
            held = self._counts.pop(each, None)
            fails = held.fails + 1 if held is not None and now - held.last < FORGET else 1
            self._hold(each, _Count(fails, now))
        if self._shared is not None:
            self._shared.add(digests, now, now - FORGET)

    def succeeded(self, account: str, address: str) -> None:
        """Remember that the right secret was shown from here, and that it was mistyped no more."""
        key = account, network_of(address)
        if self._counts:
            self._counts.pop(_digests(*key)[0], None)
        if key not in self._known and len(self._known) >= _HELD:
            self._known.popitem(last=False)
        self._known[key] = self._now()

    def _is_known_wrong(self, pair: bytes, shown: str) -> bool:
        """Tell whether it is what was shown last time, and remember it."""
        digest = sha256(shown.encode()).digest()
        before = self._wrong.pop(pair, None)
        if before is None and len(self._wrong) >= _HELD:
            self._wrong.popitem(last=False)
        self._wrong[pair] = digest
        return before == digest

    def _left(self, what: bytes, now: Micros, most: Micros) -> Micros:
        held = self._counts.get(what)
        if held is None or held.fails <= FREE:
            return 0
        delay = min(SECOND << min(held.fails - FREE - 1, 40), most)
        return max(held.last + delay - now, 0)

    def _hold(self, what: bytes, count: _Count) -> None:
        if len(self._counts) >= _HELD:
            self._counts.popitem(last=False)
        self._counts[what] = count

    def _catch_up(self, shared: Failures) -> None:
        """Take over what other processes have counted."""
        now = self._now()
        if now - self._read[1] < _GLANCE:
            return
        version = shared.version()
        if version != self._read[0]:
            for what, fails, last in shared.since(max(self._read[1] - _GLANCE, now - FORGET)):
                held = self._counts.pop(what, None)
                known = held.fails if held is not None else 0
                self._hold(what, _Count(max(fails, known), max(last, held.last if held else 0)))
        self._read = version, now


@lru_cache(maxsize=4096)
def _digests(account: str, network: str) -> tuple[bytes, bytes, bytes]:
    """Return what is counted: no address is kept in clear."""
    texts = (f"pair\0{account}\0{network}", f"network\0{network}", f"account\0{account}")
    pair, place, name = (sha256(text.encode()).digest()[:16] for text in texts)
    return pair, place, name
