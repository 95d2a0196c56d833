import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from msgspec import structs

from byalag import Misconfigured
from byalag.engine import Connected, Engine
from byalag.mapping import Context, Heard
from byalag.model import Delivery, Observation, Series, Thing
from byalag.sources import Ask, Common, Follow, Kind, Poll, Translate
from byalag.store import Store
from byalag.testkit import Answer, Asked, Faulty, StoppedClock, running, soon

from .conftest import ANGE, SKELLEFTEA, connect, lots, no_secret

pytestmark = pytest.mark.anyio

FREE = "parking:campus:p0/availableSpotNumber"


def engine(store: Store, commons: Store, *sources: Connected) -> Engine:
    clock = StoppedClock()
    return Engine({"2482": store}, commons, sources, clock=clock, secret=no_secret)


async def test_an_answer_becomes_facts_and_the_open_ones_reach_the_commons(
    store: Store, commons: Store
) -> None:
    with Faulty(lots=Answer(body=lots(5, 7))) as server:
        async with running(engine(store, commons, connect("campus", server.url("/lots")))):
            await soon(lambda: commons.latest([FREE]))
    assert store.latest([FREE])[FREE].value == 5
    assert [one.thing.name for one in commons.find("OffStreetParking")] == ["P0", "P1"]


@pytest.mark.parametrize("marks", [{"etag": '"7"'}, {"modified": "Wed, 01 Jul 2026 11:59:00 GMT"}])
async def test_what_has_not_changed_is_not_sent_again(
    marks: dict[str, str], store: Store, commons: Store
) -> None:
    said = structs.replace(Answer(body=lots(5)), **marks)
    with Faulty(lots=said) as server:
        source = connect("campus", server.url("/lots"))
        async with running(engine(store, commons, source)):
            await soon(lambda: server.count("/lots") >= 2)
        async with running(engine(store, commons, source)):
            await soon(lambda: server.count("/lots") >= 3)
    assert len(store.deliveries("campus")) == 1
    header = "if-none-match" if "etag" in marks else "if-modified-since"
    assert [header in asked.headers for asked in server.asked[:3]] == [False, True, True]


async def test_the_same_bytes_again_are_no_news_unless_they_have_no_time_of_their_own(
    store: Store, commons: Store
) -> None:
    series = [{"name": "availableSpotNumber", "value": "free", "at": "$received"}]
    with Faulty(lots=Answer(body=lots(5), etag='"7"')) as server:
        dated = connect("campus", server.url("/lots"))
        now = connect("now", server.url("/lots"), series=series)
        async with running(engine(store, commons, dated, now)):
            await soon(lambda: len(store.deliveries("now")) >= 2 and store.deliveries("campus"))
    assert len(store.deliveries("campus")) == 1


async def test_changed_settings_make_an_old_answer_news(store: Store, commons: Store) -> None:
    with Faulty(lots=Answer(body=lots(5), etag='"7"')) as server:
        source = connect("campus", server.url("/lots"))
        async with running(engine(store, commons, source)):
            await soon(lambda: len(store.deliveries()) == 1)
        source = connect("campus", server.url("/lots"), title={"sv": "Campus"})
        async with running(engine(store, commons, source)):
            await soon(lambda: len(store.deliveries()) == 2)


async def test_an_unreadable_answer_is_kept_once_and_set_aside_and_the_last_facts_stay(
    store: Store, commons: Store
) -> None:
    broken = Answer(body=b"<html>closed for the night</html>")
    answers = [Answer(body=lots(5)), broken, broken, broken, Answer(body=lots(6))]
    with Faulty(lots=answers) as server:
        running_engine = engine(store, commons, connect("campus", server.url("/lots")))
        async with running(running_engine):
            await soon(lambda: server.count("/lots") == 3)
            assert store.latest([FREE])[FREE].value == 5
            [status] = running_engine.status()
            assert status.state == "failing"
            assert status.error
            await soon(lambda: store.latest([FREE])[FREE].value == 6)
            await soon(lambda: running_engine.status()[0].state == "ok")
    assert [one.set_aside for one in store.deliveries()] == [0, 1, 0]
    assert store.set_aside()[0].where == "the whole delivery"


async def test_static_and_live_answers_are_joined_whichever_comes_first(
    store: Store, commons: Store
) -> None:
    static = Answer(body=b'{"lots": [{"id": "p0", "name": "Campus"}]}')
    live = Answer(body=b'[{"lot": "p0", "free": 3, "at": "2026-07-01T11:59:00Z"}]')
    with Faulty(lots=static, live=live) as server:
        source = connect(
            "campus",
            server.url("/lots"),
            live={"url": server.url("/live"), "key": "lot", "to": "id", "every": "1s"},
            series=[{"name": "availableSpotNumber", "value": "live.free", "at": "live.at"}],
        )
        async with running(engine(store, commons, source)):
            await soon(lambda: store.latest([FREE]))
    assert store.latest([FREE])[FREE].value == 3


def page(asked: Asked) -> Answer:
    """Answer three records a page by offset; there are seven."""
    query = dict(one.split("=") for one in asked.target.partition("?")[2].split("&"))
    found = json.loads(lots(*range(7)))["lots"][int(query["from"]) :][: int(query["most"])]
    return Answer(body=json.dumps({"lots": found}).encode())


async def test_pages_are_turned_until_the_last_and_are_one_delivery(
    store: Store, commons: Store
) -> None:
    with Faulty(lots=page) as server:
        paging = {"offset": "from", "limit": "most", "size": 3}
        source = connect("campus", server.url("/lots"), paging=paging, every="1h")
        async with running(engine(store, commons, source)):
            await soon(lambda: store.count("OffStreetParking") == 7)
    assert len(store.deliveries()) == 1
    assert [asked.target for asked in server.asked] == [
        "/lots?most=3&from=0",
        "/lots?most=3&from=3",
        "/lots?most=3&from=6",
    ]


async def test_a_page_that_does_not_come_leaves_nothing_half_written(
    store: Store, commons: Store
) -> None:
    def half(asked: Asked) -> Answer:
        return page(asked) if "from=0" in asked.target else Answer(status=500)

    with Faulty(lots=half) as server:
        paging = {"offset": "from", "limit": "most", "size": 3}
        source = connect("campus", server.url("/lots"), paging=paging)
        running_engine = engine(store, commons, source)
        async with running(running_engine):
            await soon(lambda: running_engine.status()[0].error)
    assert not store.deliveries()


async def test_pages_that_lead_in_a_circle_are_left(store: Store, commons: Store) -> None:
    circle = Answer(body=json.dumps({**json.loads(lots(1)), "next": "/lots"}).encode())
    with Faulty(lots=circle) as server:
        source = connect("campus", server.url("/lots"), paging={"next": "next"})
        running_engine = engine(store, commons, source)
        async with running(running_engine):
            await soon(lambda: "circle" in running_engine.status()[0].error)


class Own(Common, frozen=True, kw_only=True):
    """Settings of a source of our own."""

    url: str = ""


def own(name: str, url: str, translate: Translate, follow: Follow | None = None) -> Connected:
    """Return a source whose translation is a plain function."""

    def reach(settings: Own) -> Poll:
        return Poll((Ask(url=settings.url, every=timedelta(seconds=0.1), follow=follow),))

    kind = Kind(name="own", title={}, settings=Own, reach=reach, prepare=lambda _: translate)
    settings = Own(kind="own", dataset="parking", url=url)
    return Connected(name=name, municipality=SKELLEFTEA, kind=kind, settings=settings)


def parts(delivery: Delivery, _: Context) -> Iterator[Heard]:
    for body in delivery.bodies:
        name = body.decode()
        yield Thing(id=f"parking:own:{delivery.part}-{name}", type="Lot", dataset="parking")


async def test_addresses_in_an_answer_are_followed_and_no_secret_is_filled_into_them(
    store: Store, commons: Store
) -> None:
    with Faulty(list=Answer(body=b"list"), a=Answer(body=b"a"), b=Answer(body=b"b")) as server:
        addresses = [server.url("/a"), server.url("/{secret:env:KEY}"), server.url("/b")]
        follow = Follow(
            part="detail",
            addresses=lambda _bodies, _municipality: addresses,
            every=timedelta(hours=6),
            per_minute=6000,
        )
        source = own("own", server.url("/list"), parts, follow)
        running_engine = engine(store, commons, source)
        async with running(running_engine):
            await soon(lambda: store.thing("parking:own:detail-b"))
            await soon(lambda: "1 of 3 addresses failed" in running_engine.status()[0].error)
    assert store.thing("parking:own:detail-a")
    assert "/%7Bsecret:env:KEY%7D" in {asked.target for asked in server.asked}


async def test_an_address_that_is_new_in_an_answer_is_asked_at_once(
    store: Store, commons: Store
) -> None:
    def addresses(bodies: tuple[bytes, ...], _: str) -> list[str]:
        return [server.url(f"/{name}") for name in bodies[0].decode().split("-")]

    pages = {name: Answer(body=name.encode()) for name in "abc"}
    answers = [Answer(body=b"a"), Answer(body=b"a-b"), Answer(body=b"a-b-c")]
    with Faulty(list=answers, **pages) as server:
        follow = Follow(
            part="detail", addresses=addresses, every=timedelta(hours=6), per_minute=6000
        )
        source = own("own", server.url("/list"), parts, follow)
        async with running(engine(store, commons, source)):
            await soon(lambda: store.thing("parking:own:detail-b"))
        async with running(engine(store, commons, source)):
            await soon(lambda: store.thing("parking:own:detail-c"))
    assert [server.count(f"/{name}") for name in "abc"] == [1, 1, 1]


def crash(delivery: Delivery, _: Context) -> Iterator[Heard]:
    raise ZeroDivisionError(delivery.source)


async def test_a_fault_in_one_source_stays_in_it(store: Store, commons: Store) -> None:
    with Faulty(lots=Answer(body=lots(5)), bad=Answer(body=b"bad")) as server:
        bad, good = own("bad", server.url("/bad"), crash), connect("campus", server.url("/lots"))
        running_engine = engine(store, commons, bad, good)
        async with running(running_engine):
            await soon(lambda: store.latest([FREE]) and running_engine.status()[0].error)
            await soon(lambda: server.count("/bad") >= 3)
            faulty, well = running_engine.status()
            assert faulty.state == "failing"
            assert "ZeroDivisionError: bad" in faulty.error
            assert well.state == "ok"
            await soon(lambda: store.set_aside("bad"))
    [aside] = store.set_aside("bad")
    assert (aside.where, aside.record) == ("the whole delivery", b"bad")
    assert "4 times (ZeroDivisionError: bad)" in aside.why
    assert not [*store.untranslated()]


async def test_a_delivery_that_a_source_failed_on_is_tried_again_when_the_source_is_next_asked(
    store: Store, commons: Store
) -> None:
    faults = iter([ZeroDivisionError(), ZeroDivisionError()])

    def failing_at_first(delivery: Delivery, context: Context) -> Iterator[Heard]:
        for fault in faults:
            raise fault
        return parts(delivery, context)

    with Faulty(lots=Answer(body=b"a")) as server:
        source = own("own", server.url("/lots"), failing_at_first)
        running_engine = engine(store, commons, source)
        async with running(running_engine):
            await soon(lambda: store.thing("parking:own:main-a"))
            await soon(lambda: running_engine.status()[0].state == "ok")
    assert len(store.deliveries()) == 1
    assert not store.set_aside()


async def test_what_is_read_late_describes_nothing_anew(store: Store, commons: Store) -> None:
    def said(delivery: Delivery, context: Context) -> Iterator[Heard]:
        if delivery.bodies[0] == b"old" and fails.pop():
            raise ZeroDivisionError
        yield from parts(delivery, context)
        thing, told = "parking:own:p", delivery.bodies[0].decode()
        series = Series(id=f"{thing}/level", thing=thing, property="level", dataset="parking")
        yield Thing(id=thing, type="OffStreetParking", dataset="parking", name=told)
        yield series
        yield Observation(series.id, {"old": 1, "new": 2}[told], 1.5)

    fails = [False, True, True]
    with Faulty(lots=[Answer(body=b"old"), Answer(body=b"new")]) as server:
        async with running(engine(store, commons, own("own", server.url("/lots"), said))):
            await soon(lambda: store.thing("parking:own:p") and not [*store.untranslated()])
    found = store.thing("parking:own:p")
    assert found is not None
    assert found.name == "new"
    assert len(store.history("parking:own:p/level", start=0, end=9).times) == 2


async def test_what_was_kept_and_not_translated_is_translated_at_the_next_start(
    store: Store, commons: Store
) -> None:
    body = Delivery(source="campus", received=StoppedClock().now(), bodies=(lots(9),))
    store.keep(body).result()
    with Faulty(lots=Answer(hang=True)) as server:
        async with running(engine(store, commons, connect("campus", server.url("/lots")))):
            await soon(lambda: store.latest([FREE]))
    assert store.latest([FREE])[FREE].value == 9
    assert not [*store.untranslated()]
    assert store.counts().observations == 1


async def test_a_stop_cuts_what_waits_and_lets_what_is_taken_in_finish(
    store: Store, commons: Store
) -> None:
    def slowly(delivery: Delivery, context: Context) -> Iterator[Heard]:
        time.sleep(0.5)
        return parts(delivery, context)

    with Faulty(hang=Answer(hang=True), slow=Answer(body=b"slow")) as server:
        hanging = own("hanging", server.url("/hang"), parts)
        slow = own("slow", server.url("/slow"), slowly)
        async with running(engine(store, commons, hanging, slow)) as stop:
            await soon(lambda: [*store.untranslated()] and server.count("/hang"))
            stop.set()
            began = time.monotonic()
        assert time.monotonic() - began < 3
    assert store.thing("parking:own:main-slow")
    assert not [*store.untranslated()]


async def test_a_server_that_names_a_time_is_left_alone_until_then(
    store: Store, commons: Store
) -> None:
    busy = Answer(status=429, headers={"retry-after": "3600"})
    with Faulty(lots=busy, others=Answer(body=lots(1))) as server:
        sources = [connect("campus", server.url("/lots")), connect("b", server.url("/others"))]
        running_engine = engine(store, commons, *sources)
        async with running(running_engine):
            await soon(lambda: server.count("/lots") and server.count("/others") >= 3)
            status = running_engine.status()[0]
    assert server.count("/lots") == 1
    assert status.next_ask is not None
    assert status.next_ask >= StoppedClock().now() + 3600 * 1_000_000


def test_a_source_of_a_municipality_without_a_store_is_refused(
    store: Store, commons: Store
) -> None:
    stray = connect("campus", "http://127.0.0.1/", of=ANGE)
    with pytest.raises(Misconfigured, match=r"2260.*stores of 2482"):
        engine(store, commons, stray)


async def test_every_municipality_has_its_own_store_and_meets_in_the_commons(
    store: Store, other: Store, commons: Store
) -> None:
    with Faulty(lots=Answer(body=lots(5))) as server:
        ours = connect("campus", server.url("/lots"))
        theirs = connect("torget", server.url("/lots"), of=ANGE)
        both = {"2482": store, "2260": other}
        hub = Engine(both, commons, [ours, theirs], clock=StoppedClock(), secret=no_secret)
        async with running(hub):
            await soon(lambda: commons.count("OffStreetParking") == 2)
    assert store.count("OffStreetParking") == other.count("OffStreetParking") == 1


async def test_how_a_source_was_doing_is_remembered_over_a_restart(
    tmp_path: Path, commons: Store
) -> None:
    with Faulty(lots=Answer(status=500)) as server, Store(tmp_path / "a.sqlite") as store:
        source = connect("campus", server.url("/lots"))
        first = engine(store, commons, source)
        async with running(first):
            await soon(lambda: first.status()[0].error)
        assert engine(store, commons, source).status()[0].state == "failing"


async def test_one_host_is_asked_a_few_questions_at_a_time(store: Store, commons: Store) -> None:
    with Faulty() as server:
        paths = [f"/p{number}" for number in range(12)]
        for path in paths:
            server.put(path, Answer(body=b"x" * 20, drip=0.01))
        sources = [own(path[1:], server.url(path), parts) for path in paths]
        async with running(engine(store, commons, *sources)):
            await soon(lambda: all(server.count(path) for path in paths))
    assert 1 < server.most_at_once <= 4


async def test_the_key_for_one_server_is_not_shown_to_the_one_its_next_page_is_on(
    store: Store, commons: Store
) -> None:
    with Faulty(second=Answer(body=lots(1))) as other, Faulty() as server:
        onwards = {**json.loads(lots(1)), "next": other.url("/second")}
        server.put("/first", Answer(body=json.dumps(onwards).encode()))
        source = connect(
            "campus",
            server.url("/first"),
            paging={"next": "next"},
            headers={"X-Key": "env:KEY", "X-Plain": "yes"},
        )
        hub = Engine(
            {"2482": store}, commons, [source], clock=StoppedClock(), secret=lambda _: "hush"
        )
        async with running(hub):
            await soon(store.deliveries)
    assert server.asked[0].headers["x-key"] == "hush"
    assert "x-key" not in other.asked[0].headers
    assert other.asked[0].headers["x-plain"] == "yes"


async def test_a_store_that_cannot_be_written_to_harms_only_its_own(
    store: Store, other: Store, commons: Store
) -> None:
    with Faulty(lots=Answer(body=lots(5))) as server:
        ours = connect("campus", server.url("/lots"))
        theirs = connect("torget", server.url("/lots"), of=ANGE)
        both = {"2482": store, "2260": other}
        hub = Engine(both, commons, [ours, theirs], clock=StoppedClock(), secret=no_secret)
        store.close()
        async with running(hub):
            await soon(lambda: commons.count("OffStreetParking") == 1)
            await soon(lambda: "closed" in hub.status()[0].error)
    assert other.count("OffStreetParking") == 1


def with_faults(delivery: Delivery, _: Context) -> Iterator[Heard]:
    """Give a thousand good things, and what no store would take."""
    yield Thing(id="not an id", type="Lot", dataset="parking")
    yield Observation("parking:own:9/never", delivery.received, 1.0)
    yield Thing(id="parking:own:odd", type="Lot", dataset="parking", name=cast("str", 7))
    for number in range(1000):
        lot, free = f"parking:own:{number}", f"parking:own:{number}/free"
        yield Thing(id=lot, type="Lot", dataset="parking")
        yield Series(id=free, thing=lot, property="free", dataset="parking")
        yield Observation(free, delivery.received, 1.0)


async def test_facts_that_no_store_would_take_stop_none_of_the_others(
    store: Store, commons: Store
) -> None:
    with Faulty(lots=Answer(body=b"x")) as server:
        hub = engine(store, commons, own("own", server.url("/lots"), with_faults))
        async with running(hub):
            await soon(lambda: store.count("Lot") == 1000)
    assert store.counts().observations == 1000
    assert {one.where for one in store.set_aside()} == {
        "not an id",
        "parking:own:9/never",
        "parking:own:odd",
    }
    assert not [*store.untranslated()]
