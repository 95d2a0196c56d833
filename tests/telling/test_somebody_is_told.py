"""Somebody is told, by real gateways, of what is out of the ordinary; the queue holds no word."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from byalag.engine import _outlet
from byalag.services.care import (
    Acknowledged,
    ConsentWithdrawn,
    NoticeClosed,
    Visiting,
)
from byalag.store import Store
from byalag.testkit import Answer, Faulty, StoppedClock, free_port, soon

from ._world import (
    ANNA,
    BO,
    CODE,
    HOME,
    MAILS,
    PHONES,
    World,
    came,
    contact,
    gateway,
    letters,
    smtp,
)

pytestmark = pytest.mark.anyio
LINK = re.compile(r"https://hub\.example\.se(?:/en)?/l/([A-Za-z0-9_-]{43})")
TAKEN = Answer(status=200)


async def test_each_is_told_in_turn_until_somebody_answers_and_those_told_hear_how_it_went(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    clock, port = StoppedClock(), free_port()
    with Faulty(sms=TAKEN) as server, smtp(port) as post:
        world = World(store, commons, clock, gateway(server, tmp_path), letters(port, tmp_path))
        await world.agree(contact(ANNA), contact(BO, step=2, ways=("email",), language="en"))
        async with world.work():
            await world.raise_()
            await soon(lambda: (ANNA, "sms", "notice", "taken") in world.told())
            assert not post.letters
            clock.advance(timedelta(minutes=30))
            await world.telling.look()
            await soon(lambda: (BO, "email", "notice", "taken") in world.told())
            await world.say(Acknowledged(notice="n1", contact=BO))
            await soon(lambda: (ANNA, "sms", "looking", "taken") in world.told())
            clock.advance(timedelta(minutes=60))
            await world.say(NoticeClosed(notice="n1", by="sign"))
            await soon(lambda: (BO, "email", "over", "taken") in world.told())
            await soon(lambda: (ANNA, "sms", "over", "taken") in world.told())
    texts = [text for _, text in came(server)]
    assert [to for to, _ in came(server)] == [PHONES[ANNA]] * 3
    assert texts[0].startswith("Det finns något att titta på. https://hub.example.se/l/")
    assert texts[1].startswith("Någon tittar på det nu.")
    assert texts[2].startswith("Det du fick veta om är över.")
    assert [one["To"] for one in post.letters] == [MAILS[BO]] * 2
    assert post.letters[0]["Subject"] == "Something to look at"
    assert LINK.search(str(post.letters[0].get_content()))
    audit = [(one.what, one.about) for one in store.audit.notes()]
    assert audit.count(("care-told", HOME)) == 10


async def test_no_queue_ever_holds_an_address_or_a_link(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    clock = StoppedClock()
    with Faulty(sms=Answer(status=503)) as server:
        world = World(store, commons, clock, gateway(server, tmp_path))
        await world.agree(contact(ANNA))
        async with world.work():
            await world.raise_()
            await soon(lambda: any(one.why for one in store.queue.listed("sms")))
            [waiting] = store.queue.listed("sms")
    assert waiting.receiver == ANNA
    said = waiting.message.decode() + waiting.why + waiting.id
    assert PHONES[ANNA] not in said
    assert "https://" not in said
    [link] = LINK.findall(came(server)[0][1])
    assert link.encode() not in (tmp_path / "2482.sqlite").read_bytes()
    assert link.encode() not in (tmp_path / "2482.sqlite-wal").read_bytes()


async def test_what_was_withdrawn_while_it_waited_is_dropped_and_never_sent(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    clock = StoppedClock()
    with Faulty(sms=TAKEN) as server:
        world = World(store, commons, clock, gateway(server, tmp_path))
        await world.agree(contact(ANNA))
        await world.raise_()
        await world.telling.look()  # it is put in the queue before anything sends
        assert world.told() == [(ANNA, "sms", "notice", "sent")]
        await world.say(ConsentWithdrawn(consent="c1"))
        async with world.work():
            await soon(lambda: (ANNA, "sms", "notice", "dropped") in world.told())
        [dropped] = store.queue.listed("sms", "dropped")
        assert (dropped.why, dropped.message) == ("withdrawn", b"")
    assert not server.asked


async def test_a_way_that_is_refused_goes_on_to_the_next_and_tells_no_address(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    clock, port = StoppedClock(), free_port()
    with Faulty(sms=Answer(status=400)) as server, smtp(port) as post:
        world = World(store, commons, clock, gateway(server, tmp_path), letters(port, tmp_path))
        await world.agree(contact(ANNA, ways=("sms", "email")))
        async with world.work():
            await world.raise_()
            await soon(lambda: (ANNA, "email", "notice", "taken") in world.told())
    assert world.told() == [
        (ANNA, "sms", "notice", "sent"),
        (ANNA, "sms", "notice", "failed"),
        (ANNA, "email", "notice", "sent"),
        (ANNA, "email", "notice", "taken"),
    ]
    assert len(server.asked) == len(post.letters) == 1


async def test_somebody_who_has_no_address_is_passed_over(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    clock = StoppedClock()
    with Faulty(sms=TAKEN) as server:
        world = World(store, commons, clock, gateway(server, tmp_path))
        nobody = contact("contact:care:utan2222")
        PHONES[nobody.id] = MAILS[nobody.id] = ""
        await world.agree(nobody, contact(BO, step=2))
        async with world.work():
            await world.raise_()
            await soon(lambda: (BO, "sms", "notice", "taken") in world.told())
    assert [to for to, _ in came(server)] == [PHONES[BO]]


async def test_quiet_hours_that_begin_while_a_message_waits_hold_it_back_until_they_end(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    clock = StoppedClock()  # 14 by the clock on the wall
    with Faulty(sms=TAKEN) as server:
        world = World(store, commons, clock, gateway(server, tmp_path))
        await world.agree(contact(ANNA, quiet=("14:30", "15:30")))
        await world.raise_()
        await world.telling.look()
        clock.advance(timedelta(minutes=31))
        async with world.work():
            await soon(lambda: (ANNA, "sms", "notice", "dropped") in world.told())
            assert not server.asked
            clock.advance(timedelta(hours=1))
            await world.telling.look()
            await soon(lambda: (ANNA, "sms", "notice", "taken") in world.told())
    assert len(server.asked) == 1


async def test_whoever_visits_answers_and_the_others_are_left_in_peace(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    clock = StoppedClock()
    with Faulty(sms=TAKEN) as server:
        world = World(store, commons, clock, gateway(server, tmp_path))
        await world.agree(contact(ANNA), contact(BO, step=2))
        await world.say(Visiting(until=clock.now() + 3600_000_000, contact=BO))
        async with world.work():
            await world.raise_()
            assert await world.telling.look() <= 60
            clock.advance(timedelta(minutes=59))
            await world.telling.look()
            assert not world.told()
    assert not server.asked


async def test_a_gateway_that_takes_twice_is_given_the_same_id(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_outlet, "WAITS", (0.05,))
    clock = StoppedClock()
    with Faulty(sms=[Answer(status=503), TAKEN]) as server:
        world = World(store, commons, clock, gateway(server, tmp_path))
        await world.agree(contact(ANNA))
        async with world.work():
            await world.raise_()
            await soon(lambda: (ANNA, "sms", "notice", "taken") in world.told())
    first, second = (asked.headers["webhook-id"] for asked in server.asked)
    assert first == second
    links = [LINK.findall(text)[0] for _, text in came(server)]
    assert len(set(links)) == 2
    scope = {"client": ("192.0.2.1", 1)}
    for link in links:
        visit = await world.links.visit(scope, link)
        assert visit is not None
        assert (visit.municipality, visit.home, visit.contact) == (CODE, HOME, ANNA)
