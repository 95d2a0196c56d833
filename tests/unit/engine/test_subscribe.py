"""A subscription is made, looked after, made again, and only its own token opens our door."""

import json
from datetime import timedelta

import pytest
from msgspec import structs

from byalag.engine import Connected, Engine, NotAdmitted
from byalag.sources import Poll, Subscribe, settle
from byalag.store import Store
from byalag.testkit import Answer, Asked, Faulty, StoppedClock, running, soon

from .conftest import LOTS, SKELLEFTEA, lots

pytestmark = pytest.mark.anyio


class Broker(Faulty):
    """A broker that keeps subscriptions in memory, and forgets them when it is restarted."""

    def __init__(self, elsewhere: str = "") -> None:
        self.elsewhere = elsewhere
        self.made: list[dict[str, str]] = []
        self.kept: dict[str, str] = {}
        super().__init__(lots=Answer(body=lots(3)), subscriptions=self._make)

    def _make(self, asked: Asked) -> Answer:
        said = json.loads(asked.body)
        self.made.append(said)
        place = f"/subscriptions/{len(self.made)}"
        self.kept[place] = "active"
        self.put(place, self._look)
        return Answer(status=201, headers={"Location": self.elsewhere + place})

    def _look(self, asked: Asked) -> Answer:
        if asked.target not in self.kept:
            return Answer(status=404)
        if asked.method == "DELETE":
            del self.kept[asked.target]
            return Answer(status=204)
        return Answer(body=json.dumps({"status": self.kept[asked.target]}).encode())


def subscribing(broker: Broker, what: str = "lots") -> Connected:
    kind, settings = settle({**LOTS, "url": broker.url("/lots"), "every": "1h"}, name="lots")
    whole = kind.reach(settings)
    assert isinstance(whole, Poll)
    subscribe = Subscribe(
        url=broker.url("/subscriptions"),
        body=lambda door, token: json.dumps({"to": door, "token": token, "what": what}).encode(),
        every=timedelta(seconds=0.05),
        lives=lambda told: json.loads(told)["status"] == "active",
    )
    reach = Poll(whole.asks, subscribe=subscribe)
    return Connected(
        name="lots",
        municipality=SKELLEFTEA,
        kind=structs.replace(kind, reach=lambda _settings: reach),
        settings=settings,
        door="https://hub.example.se/deliveries/v1/2482/lots",
    )


def engine(store: Store, commons: Store, source: Connected) -> Engine:
    return Engine({"2482": store}, commons, [source], clock=StoppedClock(), secret=str)


async def test_what_the_broker_sends_with_our_token_is_taken_in_and_nothing_else(
    store: Store, commons: Store
) -> None:
    with Broker() as broker:
        hub = engine(store, commons, subscribing(broker))
        async with running(hub):
            await soon(lambda: broker.made)
            told = broker.made[0]
            assert told["to"] == "https://hub.example.se/deliveries/v1/2482/lots"
            bearer = {"authorization": f"Bearer {told['token']}"}
            given = await hub.deliver("2482", "lots", body=lots(7), headers=bearer)
            assert given.fresh
            for wrong in ({}, {"authorization": f"Bearer {told['token']}x"}):
                with pytest.raises(NotAdmitted):
                    await hub.deliver("2482", "lots", body=lots(8), headers=wrong)
        assert told["token"] not in json.dumps(store.recall("subscription/lots"))


async def test_a_lost_or_dead_subscription_is_made_again_with_another_token(
    store: Store, commons: Store
) -> None:
    with Broker() as broker:
        async with running(engine(store, commons, subscribing(broker))):
            await soon(lambda: len(broker.made) == 1)
            broker.kept.clear()  # the broker is restarted and has forgotten
            await soon(lambda: len(broker.made) == 2)
            broker.kept["/subscriptions/2"] = "failed"
            await soon(lambda: len(broker.made) == 3)
            await soon(lambda: list(broker.kept) == ["/subscriptions/3"])
        assert len({said["token"] for said in broker.made}) == 3


async def test_a_restart_keeps_the_subscription_and_a_change_replaces_it(
    store: Store, commons: Store
) -> None:
    with Broker() as broker:
        async with running(engine(store, commons, subscribing(broker))):
            await soon(lambda: list(broker.kept) == ["/subscriptions/1"])
        looked = broker.count("/subscriptions/1")
        async with running(engine(store, commons, subscribing(broker))):
            await soon(lambda: broker.count("/subscriptions/1") > looked)
        assert len(broker.made) == 1
        async with running(engine(store, commons, subscribing(broker, what="all"))):
            await soon(lambda: list(broker.kept) == ["/subscriptions/2"])
        assert [said["what"] for said in broker.made] == ["lots", "all"]


async def test_a_broker_that_says_no_is_told_to_the_operators_and_the_source_is_asked_all_the_same(
    store: Store, commons: Store
) -> None:
    with Broker() as broker:
        broker.put("/subscriptions", Answer(status=403))
        hub = engine(store, commons, subscribing(broker))
        async with running(hub):
            await soon(lambda: "403" in hub.status()[0].error)
            await soon(lambda: store.thing("parking:lots:p0"))


async def test_a_broker_cannot_have_us_ask_another_server(store: Store, commons: Store) -> None:
    inside: list[Asked] = []

    def heard(asked: Asked) -> Answer:
        inside.append(asked)
        return Answer()

    with Faulty(other=heard) as other, Broker(other.url("")) as broker:
        other.put("/subscriptions/1", heard)
        async with running(engine(store, commons, subscribing(broker))):
            await soon(lambda: broker.made)
            broker.kept.clear()
            await soon(lambda: len(broker.made) > 1)  # it was looked after where it is
    assert inside == []


async def test_a_token_follows_no_redirect_to_another_server(store: Store, commons: Store) -> None:
    told: list[Asked] = []

    def heard(asked: Asked) -> Answer:
        told.append(asked)
        return Answer(status=201)

    with Faulty(subscriptions=heard) as other, Broker() as broker:
        away = Answer(status=307, headers={"Location": other.url("/subscriptions")})
        broker.put("/subscriptions", away)
        hub = engine(store, commons, subscribing(broker))
        async with running(hub):
            await soon(lambda: any("another server" in one.error for one in hub.status()))
    assert told == []
