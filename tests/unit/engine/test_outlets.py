"""Messages leave, whatever the receiver does; a real one, over HTTP."""

import hmac
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from standardwebhooks import Webhook

from byalag.engine import _outlet
from byalag.store import Store
from byalag.testkit import Answer, Asked, Faulty, StoppedClock, running, soon

from ._outlets import engine_of, hurried, left, notice, outlet
from .conftest import pushes

pytestmark = pytest.mark.anyio

OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
SECRETS = {"env:OLD": OLD, "env:NEW": NEW}
SERIES = "room:hus:a/temperature"


def pushed(value: float, at: str = "2026-07-01T11:59:00Z") -> bytes:
    return json.dumps([{"series": SERIES, "time": at, "value": value}]).encode()


def ids(server: Faulty) -> list[str]:
    return [asked.headers["webhook-id"] for asked in server.asked]


@pytest.mark.proves(22)
async def test_a_pushed_value_is_told_signed_with_both_secrets_of_a_rotation(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    with Faulty(hook=Answer(status=204)) as server:
        told = outlet(
            "larm",
            tmp_path,
            kind="webhook",
            url=server.url("/hook"),
            sign={"secrets": ["env:NEW", "env:OLD"]},
            on={"datasets": ["sensors"], "observations": "every"},
        )
        clock = StoppedClock(datetime.now(UTC))  # the receiver refuses what is not of today
        engine = engine_of(
            store, commons, told, secrets=SECRETS, clock=clock, sources=(pushes("givare", SERIES),)
        )
        async with running(engine):
            await soon(lambda: store.queue.cursor("larm") or store.series(SERIES))
            await engine.receive("2482", pushed(21.5), "application/json", None)
            await soon(lambda: server.asked)
            await soon(lambda: store.queue.counts("larm").last_sent)
            [status] = engine.outlets()
    [asked] = server.asked
    for secret in (OLD, NEW):
        assert Webhook(secret).verify(asked.body, dict(asked.headers))
    assert asked.headers["webhook-signature"].count("v1,") == 2
    event = json.loads(asked.body)
    assert (event["specversion"], event["type"]) == ("1.0", "byalag.observation")
    assert event["id"] == asked.headers["webhook-id"]
    assert event["data"]["facts"][0]["value"] == 21.5
    assert event["data"]["facts"][0]["at"] == "2026-07-01T11:59:00Z"
    assert (status.state, status.waiting, status.aside) == ("ok", 0, 0)


async def test_a_plain_hmac_is_of_the_body(store: Store, commons: Store, tmp_path: Path) -> None:
    with Faulty(hook=Answer(status=200)) as server:
        signed = {"style": "hmac", "secrets": ["env:KEY"], "header": "X-Hub", "prefix": "sha256="}
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"), sign=signed)
        engine = engine_of(store, commons, told, secrets={"env:KEY": "hemligt"})
        async with running(engine):
            await engine.tell("2482", "larm", [notice(1)])
            await soon(lambda: left(store, "larm")["sent"])
    [asked] = server.asked
    digest = hmac.new(b"hemligt", asked.body, "sha256").hexdigest()
    assert asked.headers["x-hub"] == f"sha256={digest}"


@pytest.mark.proves(22)
async def test_a_receiver_that_was_down_gets_everything_in_order_when_it_is_back(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried(monkeypatch)
    with Faulty(hook=Answer(status=500)) as server:
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"), ordered=True)
        engine = engine_of(store, commons, told)
        async with running(engine):
            assert await engine.tell("2482", "larm", [notice(n) for n in range(20)]) == 20
            await soon(lambda: server.count("/hook") >= 3)
            assert set(ids(server)) == {"msg_0000"}
            assert engine.outlets()[0].state in {"failing", "open"}
            server.asked.clear()
            server.put("/hook", Answer(status=200))
            await soon(lambda: len(server.asked) >= 20)
            await soon(lambda: not left(store, "larm")["waiting"])
    assert ids(server) == [f"msg_{n:04}" for n in range(20)]
    assert len(left(store, "larm")["sent"]) == 20


async def test_a_dead_receiver_is_left_alone_and_sent_all_at_once_when_it_is_back(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_outlet, "LEFT_ALONE", 0.5)
    with Faulty(hook=Answer(status=503)) as server:
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"))
        engine = engine_of(store, commons, told)
        async with running(engine):
            await engine.tell("2482", "larm", [notice(n) for n in range(50)])
            await soon(lambda: engine.outlets()[0].state == "open")
            assert server.count("/hook") < 12
            server.put("/hook", Answer(status=200))
            await soon(lambda: not left(store, "larm")["waiting"])
            assert engine.outlets()[0].state == "ok"
    assert len(left(store, "larm")["sent"]) == 50


async def test_a_receiver_that_asks_for_time_is_given_it(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried(monkeypatch)
    later = Answer(status=429, headers={"retry-after": "1"})
    with Faulty(hook=[later, Answer(status=200)]) as server:
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"), ordered=True)
        engine = engine_of(store, commons, told)
        async with running(engine):
            await engine.tell("2482", "larm", [notice(n) for n in range(3)])
            await soon(lambda: server.asked)
            await soon(lambda: left(store, "larm")["waiting"][0].tries)
            [first, *_] = left(store, "larm")["waiting"]
            assert 1_000_000 <= first.wait <= 1_100_000
            assert len(server.asked) == 1
            await soon(lambda: len(left(store, "larm")["sent"]) == 3)
    assert ids(server) == ["msg_0000", "msg_0000", "msg_0001", "msg_0002"]


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
async def test_what_a_receiver_will_never_take_is_set_aside_and_the_rest_goes_on(
    store: Store, commons: Store, tmp_path: Path, status: int
) -> None:
    def judge(asked: Asked) -> Answer:
        return Answer(status=status if asked.headers["webhook-id"] == "msg_0001" else 200)

    with Faulty(hook=judge) as server:
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"), ordered=True)
        engine = engine_of(store, commons, told)
        async with running(engine):
            await engine.tell("2482", "larm", [notice(n) for n in range(4)])
            await soon(lambda: len(left(store, "larm")["sent"]) == 3)
            [aside] = left(store, "larm")["aside"]
            assert aside.id == "msg_0001"
            assert aside.why.startswith(f"it answered {status}")
            assert "1 messages have been set aside" in engine.outlets()[0].to_do["en"]
            server.put("/hook", Answer(status=200))
            store.queue.again("larm", at=0).result()
            await engine.tell("2482", "larm", [notice(9)])
            await soon(lambda: len(left(store, "larm")["sent"]) == 5)
    assert server.count("/hook") == 6


async def test_one_message_that_is_never_taken_holds_up_no_other(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried(monkeypatch)

    def judge(asked: Asked) -> Answer:
        return Answer(status=500 if asked.headers["webhook-id"] == "msg_0000" else 200)

    with Faulty(hook=judge) as server:
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"))
        engine = engine_of(store, commons, told)
        async with running(engine):
            await engine.tell("2482", "larm", [notice(0)])
            await soon(lambda: server.count("/hook") >= 6)
            assert engine.outlets()[0].state == "failing"
            for number in range(1, 6):
                await engine.tell("2482", "larm", [notice(number)])
                await soon(lambda: ids(server)[-1] != "msg_0000", within=0.5)
            await soon(lambda: len(left(store, "larm")["sent"]) == 5)
            [poisoned] = left(store, "larm")["waiting"]
    assert poisoned.id == "msg_0000"


async def test_a_message_is_given_up_after_three_days_and_not_before_a_try(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_outlet, "GIVE_UP", timedelta(0))
    with Faulty(hook=Answer(status=500)) as server:
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"))
        engine = engine_of(store, commons, told)
        async with running(engine):
            await engine.tell("2482", "larm", [notice(1)])
            await soon(lambda: left(store, "larm")["aside"])
    [aside] = left(store, "larm")["aside"]
    assert aside.tries == 1
    assert aside.why.startswith("not taken for 3 days; the last time: it answered 500")


def test_the_waits_grow_from_seconds_to_hours_for_three_days() -> None:
    waits = [_outlet.wait_after(tries, None, lambda: 0.5) // 1_000_000 for tries in range(12)]
    assert waits == [5, 15, 60, 180, 600, 1800, 3600, 7200, 7200, 7200, 7200, 7200]
    asked = _outlet.wait_after(0, timedelta(hours=1), lambda: 0.0)
    assert asked == 3600 * 1_000_000


@pytest.mark.proves(10)
async def test_one_dead_outlet_does_not_slow_another_down(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    with (
        Faulty(hook=Answer(hang=True)) as dead,
        Faulty(hook=Answer(body=b"x" * 99, drip=5)) as dripping,
        Faulty(hook=Answer(status=200)) as well,
    ):
        told = [
            outlet(name, tmp_path, kind="webhook", url=server.url("/hook"))
            for name, server in (("dead", dead), ("dripping", dripping), ("well", well))
        ]
        engine = engine_of(store, commons, *told)
        async with running(engine):
            for name in ("dead", "dripping", "well"):
                await engine.tell("2482", name, [notice(n) for n in range(100)])
            await soon(lambda: len(left(store, "well")["sent"]) == 100, within=5)
            await soon(lambda: len(left(store, "dripping")["sent"]) == 100, within=5)
            assert dead.count("/hook") == 4


@pytest.mark.parametrize("moved", [-3600, 3600])
@pytest.mark.proves(22, 27)
async def test_waits_are_neither_lost_nor_doubled_when_the_clock_is_moved(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    hurried(monkeypatch)
    clock = StoppedClock()
    with Faulty(hook=Answer(status=500)) as server:
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"), ordered=True)
        engine = engine_of(store, commons, told, clock=clock)
        async with running(engine):
            await engine.tell("2482", "larm", [notice(1)])
            await soon(lambda: server.asked)
            clock.advance(timedelta(seconds=moved))
            await engine.tell("2482", "larm", [notice(2)])
            server.put("/hook", Answer(status=200))
            await soon(lambda: len(left(store, "larm")["sent"]) == 2, within=5)
    assert not left(store, "larm")["aside"]


@pytest.mark.proves(2, 22)
async def test_a_repeat_of_an_id_is_sent_once(store: Store, commons: Store, tmp_path: Path) -> None:
    with Faulty(hook=Answer(status=200)) as server:
        told = outlet("larm", tmp_path, kind="webhook", url=server.url("/hook"))
        engine = engine_of(store, commons, told)
        async with running(engine):
            for _ in range(3):
                await engine.tell("2482", "larm", [notice(1)])
            await soon(lambda: left(store, "larm")["sent"])
            await engine.tell("2482", "larm", [notice(1), notice(2)])
            await soon(lambda: len(left(store, "larm")["sent"]) == 2)
    assert ids(server) == ["msg_0001", "msg_0002"]


async def test_an_sms_goes_to_each_number_and_a_gateway_may_say_no_with_200(
    store: Store, commons: Store, tmp_path: Path
) -> None:
    def gateway(asked: Asked) -> Answer:
        to = json.loads(asked.body)["to"]
        said = "accepted" if to == "+46701740605" else "blocked"
        return Answer(body=json.dumps({"messages": [{"status": said}]}).encode())

    with Faulty(sms=gateway) as server:
        told = outlet(
            "jour",
            tmp_path,
            kind="sms",
            url=server.url("/sms"),
            body='{"to": "{to}", "text": "{text}", "key": "{secret:env:KEY}"}',
            headers={"authorization": "Bearer {secret:env:KEY}"},
            success={"field": "messages.0.status", "among": ["accepted", "queued"]},
            to=[{"number": "+46701740605"}, {"number": "+46701740606", "language": "en"}],
        )
        engine = engine_of(store, commons, told, secrets={"env:KEY": 'h"m'})
        async with running(engine):
            words = 'Kyl "öppen" {secret:env:KEY}\r\nX: y {to}'
            await engine.tell("2482", "jour", [notice(1, words)])
            await soon(lambda: len(left(store, "jour")["sent"]) == 1)
            await soon(lambda: left(store, "jour")["waiting"][0].tries)
    said = {json.loads(asked.body)["to"]: json.loads(asked.body) for asked in server.asked}
    assert said["+46701740605"]["text"] == 'Kyl "öppen" {secret:env:KEY} X: y {to}'
    assert said["+46701740605"]["key"] == 'h"m'
    assert server.asked[0].headers["authorization"] == 'Bearer h"m'
    [failed] = left(store, "jour")["waiting"]
    assert failed.why == "it answered messages.0.status = blocked, which is not a success"


@pytest.mark.proves(23)
async def test_no_secret_is_seen_in_logs_or_queues(
    store: Store, commons: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hidden = "hemligt-lösen/42"
    with Faulty() as server, structlog.testing.capture_logs() as logged:
        url = server.url("/x?key={secret:env:KEY}").replace("127.0.0.1", "{secret:env:HOST}", 1)
        told = outlet("larm", tmp_path, kind="webhook", url=url)
        also = outlet(
            "brev",
            tmp_path,
            kind="webhook",
            url=server.url("/y"),
            headers={"x-key": "a\n{secret:env:KEY}"},
        )
        known = {"env:KEY": hidden, "env:HOST": "127.0.0.1"}
        engine = engine_of(store, commons, told, also, secrets=known)
        async with running(engine):
            for name in ("larm", "brev"):
                await engine.tell("2482", name, [notice(1)])
            await soon(lambda: left(store, "larm")["aside"])
            await soon(lambda: left(store, "brev")["waiting"][0].tries)
            seen = [*map(str, logged), caplog.text, str(engine.outlets()), str(left(store, "larm"))]
            seen.append(str(left(store, "brev")))
    assert server.asked[0].target.endswith("hemligt-l%C3%B6sen%2F42")
    for text in seen:
        assert hidden not in text
        assert "hemligt-l%C3%B6sen" not in text
