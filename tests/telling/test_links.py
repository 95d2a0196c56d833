"""A link opens one home for one contact for a while, and tells nobody who is known."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from byalag.app._access import TooSoon
from byalag.app._care_link import DAY, CareLinks
from byalag.governance import Actor, Resource, decide
from byalag.services.care import ConsentWithdrawn, ContactGone
from byalag.store import Store
from byalag.testkit import Answer, Faulty, StoppedClock, soon

from ._world import ANNA, BO, CODE, HOME, PHONES, World, came, contact, gateway

pytestmark = pytest.mark.anyio
HERE, THERE = {"client": ("192.0.2.1", 1)}, {"client": ("198.51.100.7", 1)}


async def made(world: World, who: str = ANNA) -> str:
    """Return what a new link holds."""
    address = await world.links.make(CODE, HOME, contact(who), notice="n1")
    assert address.startswith("https://hub.example.se/l/")
    return address.rpartition("/")[2]


@pytest.fixture
async def world(store: Store, commons: Store) -> World:
    world = World(store, commons, StoppedClock())
    await world.agree(contact(ANNA), contact(BO, step=2))
    return world


async def test_a_link_opens_one_home_for_one_contact_as_often_as_it_is_followed(
    world: World,
) -> None:
    token = await made(world)
    for _ in range(3):
        visit = await world.links.visit(HERE, token)
        assert visit is not None
        assert (visit.municipality, visit.home, visit.contact) == (CODE, HOME, ANNA)
        assert visit.notice == "n1"
    assert await world.links.visit(HERE, token[:-1]) is None


async def test_only_the_checksum_of_a_link_is_kept_and_it_works_after_a_restart(
    world: World, tmp_path: Path
) -> None:
    token = await made(world)
    files = ("2482.sqlite", "2482.sqlite-wal")
    written = b"".join((tmp_path / name).read_bytes() for name in files)
    assert token.encode() not in written
    assert sha256(token.encode()).hexdigest().encode() in written
    again = CareLinks(
        {CODE: world.store}, {CODE: world.book}, world.clock.now, address="https://hub.example.se"
    )
    assert await again.visit(HERE, token) is not None


async def test_a_link_ends_with_its_time_and_with_the_consent_and_with_the_contact(
    world: World,
) -> None:
    token, other = await made(world), await made(world, BO)
    await world.say(ContactGone(contact=BO))
    assert await world.links.visit(HERE, other) is None
    world.clock.advance(timedelta(microseconds=DAY - 1))
    assert await world.links.visit(HERE, token) is not None
    world.clock.advance(timedelta(microseconds=1))
    assert await world.links.visit(HERE, token) is None
    fresh = await made(world)
    assert await world.links.visit(HERE, fresh) is not None
    await world.say(ConsentWithdrawn(consent="c1"))
    assert await world.links.visit(HERE, fresh) is None


async def test_each_opening_is_audited_by_the_contacts_pseudonym_before_it_is_answered(
    world: World,
) -> None:
    token = await made(world)
    await world.links.visit(HERE, token)
    await world.say(ConsentWithdrawn(consent="c1"))
    await world.links.visit(HERE, token, "write")
    lines = [
        (one.who, one.what, one.details["action"])
        for one in world.store.audit.notes()
        if one.about == HOME and one.details.get("matter") == "notice"
    ]
    assert sorted(lines) == [(ANNA, "allowed", "read"), (ANNA, "refused", "write")]


async def test_whoever_guesses_waits_and_an_old_link_is_no_guess(world: World) -> None:
    token = await made(world)
    world.clock.advance(timedelta(microseconds=DAY))
    for _ in range(20):
        assert await world.links.visit(THERE, token) is None
    for number in range(4):
        assert await world.links.visit(HERE, f"gissning{number}") is None
    with pytest.raises(TooSoon):
        await world.links.visit(HERE, "gissning5")


def test_the_decision_about_a_notice_is_the_links_alone() -> None:
    notice = Resource(matter="notice", municipality=CODE, proof=f"link of {ANNA}")
    for actor, is_allowed in (
        (Actor(proof=f"link of {ANNA}"), True),
        (Actor(proof=f"link of {BO}"), False),
        (Actor(), False),
        (Actor(near=True), False),
    ):
        decision = decide(actor, "read", notice, 0)
        assert (decision.allowed, decision.audited) == (is_allowed, True)
    nothing = Resource(matter="notice", municipality=CODE)
    assert not decide(Actor(), "read", nothing, 0).allowed


async def test_a_new_link_goes_to_whoever_is_known_and_nobody_can_tell(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    clock = StoppedClock()
    with Faulty(sms=Answer(status=200)) as server:
        world = World(store, commons, clock, gateway(server, tmp_path))
        await world.agree(contact(ANNA))
        token = await made(world)
        asked = ["070-174 06 05", "0046701740605", "+46 70 999 99 99", "anna@exempel.se", "", "ny"]
        async with world.work():
            for number, reached in enumerate(asked):
                await world.anew.reach({"client": (f"192.0.{number}.1", 1)}, reached)
            await world.anew.renew({"client": ("203.0.113.1", 1)}, token)
            await world.anew.renew({"client": ("203.0.113.1", 1)}, "okand")
            await world.anew.look()
            await soon(lambda: (ANNA, "sms", "link", "taken") in world.told())
    [(to, text)] = came(server)  # one contact is sent one new link, however often it is asked
    assert to == PHONES[ANNA]
    assert text.startswith("Här är den nya länken. https://hub.example.se/l/")


async def test_whoever_asks_for_many_new_links_waits(world: World) -> None:
    for number in range(4):
        await world.anew.reach(HERE, f"070174000{number}")
    with pytest.raises(TooSoon):
        await world.anew.reach(HERE, "0701740009")
