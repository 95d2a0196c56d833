"""What a decision costs: by key, by person, refused; and what a session costs to find.

The budget is 20 microseconds a decision.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks._table import Row
from byalag.app._client import Proxies
from byalag.app._guesses import Guesses
from byalag.app._login_session import Cookies, Sessions, digest_of
from byalag.governance import (
    ANYONE,
    Action,
    Actor,
    Grant,
    Person,
    Resource,
    decide,
    issue,
)
from byalag.store import KnownPerson, OpenSession, People, Register

NOW = 1_783_000_000_000_000
TIMES, ROUNDS = 20_000, 7
BUDGET = 20.0  # microseconds
KEY = Actor(key=issue("2482", ("facts:read", "observations:write"), random=bytes(40)).key)
CODES = tuple(f"{2400 + number}" for number in range(14))
BUSY = Person(
    id="p-abc",
    grants=(*(Grant("board_member", code) for code in CODES), Grant("care_staff", "2413")),
    assurance="loa3",
    until=NOW + 1,
)
CARE = Resource(matter="care", municipality="2413", purpose="larm", purposes=("larm",))


def rows() -> Iterator[Row]:
    """Measure, and yield one row at a time."""
    asked: dict[str, tuple[Actor, Action, Resource]] = {
        "anyone reads the commons": (ANYONE, "read", Resource(matter="commons")),
        "a key reads facts": (KEY, "read", Resource(matter="facts", municipality="2482")),
        "a key of another municipality": (
            KEY,
            "read",
            Resource(matter="facts", municipality="2260"),
        ),
        "nobody, where a key is needed": (ANYONE, "write", Resource(matter="observations")),
        "a person with 15 roles reads care": (Actor(person=BUSY), "read", CARE),
        "a person without the role": (
            Actor(person=BUSY),
            "write",
            Resource(matter="operations", municipality="2413"),
        ),
    }
    for name, (actor, action, resource) in asked.items():
        cost = _cost(partial(decide, actor, action, resource, NOW))
        yield _row(f"decide: {name}", cost)
    yield from _around()


def _around() -> Iterator[Row]:
    """Measure what surrounds a decision: whether somebody guesses, and whose a session is."""
    guesses, proxies = Guesses(lambda: NOW), Proxies()
    guesses.failed("abc", "192.0.2.1")
    scope = {"client": ("198.51.100.7", 1), "said": {b"cookie": b"byalag_session=x"}}
    yield _row(
        "guesses: may a key be read",
        _cost(lambda: guesses.wait("def", proxies.client(scope))),
    )
    with tempfile.TemporaryDirectory() as folder, Register(Path(folder) / "hub.sqlite") as register:
        people = People(register)
        known = KnownPerson(id="p-abc", provider="x", name="", municipality="", first=NOW, last=NOW)
        session = OpenSession(
            person="p-abc",
            provider="x",
            name="",
            assurance="loa3",
            claimed=BUSY.grants,
            begun=NOW,
            seen=NOW,
            until=NOW + 3_600_000_000,
        )
        people.log_in(digest_of("x"), known, session).result()
        cookies = Cookies(secure=False)
        sessions = Sessions(people, cookies, lambda: NOW, idle=1_800_000_000, longest=3_600_000_000)
        yield _row("session: found, register asked for news", _cost(lambda: sessions.person(scope)))


def _row(name: str, microseconds: float) -> Row:
    return Row(name, microseconds, "µs", "20 µs", microseconds / BUDGET)


def _cost(work: Callable[[], object]) -> float:
    """Return the median cost of one call, microseconds."""
    costs: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(TIMES):
            work()
        costs.append((time.perf_counter() - began) / TIMES * 1e6)
    return median(costs)
