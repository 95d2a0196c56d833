"""Trying the chain of a home before anybody is told in earnest: one test to each, by every way."""

import msgspec
from msgspec import Struct, structs

from byalag.app._care_desk import CareDesk
from byalag.app._care_parcel import letter, told_of
from byalag.model import ThingId
from byalag.services.care import HomeId, Telling, Way, steps
from byalag.store import Outgoing


class Rehearsed(Struct, frozen=True, kw_only=True):
    """One test that was put on its way. `step` is when in the chain its contact is told.

    `outlet` is "" where the unit has none for the way, and nothing was sent.
    """

    step: int
    contact: ThingId
    kind: str
    way: Way
    outlet: str
    wait: str
    quiet: tuple[str, str] | None


def rehearse(desk: CareDesk, home: HomeId) -> list[Rehearsed]:
    """Put a test in the queue for everybody who would be told of something out of the ordinary.

    The hub sends them within a minute, and says in the home's book what came of each. Quiet hours
    and consent hold as they always do.

    Raises:
        Misconfigured: There is no such home.
        Unsayable: Somebody may not be told.
    """
    now = desk.now()
    found = structs.replace(desk.read(home), stage="telling")
    unit = desk.book.unit(home)
    ways = {} if unit is None else unit.ways
    chain = steps(found, "deviation", now)
    tests = [
        Rehearsed(
            step=number,
            contact=one.id,
            kind=one.kind,
            way=way,
            outlet=ways.get(way, ""),
            wait=one.wait,
            quiet=one.quiet,
        )
        for number, together in enumerate(chain, start=1)
        for one in together
        for way in one.ways
    ]
    for one in tests:
        _send(desk, home, one, f"rehearsal-{now}")
    return tests


def _send(desk: CareDesk, home: HomeId, one: Rehearsed, mark: str) -> None:
    telling = Telling(notice=mark, about="test", contact=one.contact, way=one.way)
    if not one.outlet:
        desk.say(home, told_of(telling, "failed", "the unit has no outlet for it"))
        return
    now = desk.now()
    message = letter(desk.tenant.municipality.code, home, telling, 0, now)
    encoded = msgspec.json.encode(message)
    outgoing = Outgoing(id=message.id, receiver=one.contact, message=encoded)
    desk.store.queue.put(one.outlet, [outgoing], at=now).result()
    desk.say(home, told_of(telling, "sent"))
