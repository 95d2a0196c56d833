"""Messages published to real brokers."""

import json
from pathlib import Path

import aiomqtt
import pytest

from byalag.store import Store
from byalag.testkit import Mosquitto, NatsServer, running, soon

from ._outlets import engine_of, hurried, left, notice, outlet

pytestmark = pytest.mark.anyio


@pytest.fixture(params=[Mosquitto, NatsServer])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Mosquitto | NatsServer:
    kind: type[Mosquitto | NatsServer] = request.param
    if not kind.installed():
        pytest.skip(f"{kind.__name__} is not installed on this computer")
    return kind(tmp_path / "broker")


async def test_what_waits_for_a_broker_is_published_in_order_when_it_is_back(
    store: Store,
    commons: Store,
    tmp_path: Path,
    broker: Mosquitto | NatsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurried(monkeypatch)
    with broker:
        url = broker.url if isinstance(broker, Mosquitto) else broker.mqtt_url
        port = int(url.rpartition(":")[2].rstrip("/"))
        told = outlet(
            "ut",
            tmp_path,
            kind="mqtt",
            url=url,
            topic="byalag/{dataset}/{thing}",
            version="3.1.1",
            retain=True,
            ordered=True,
        )
        engine = engine_of(store, commons, told)
        async with running(engine):
            await engine.tell("2482", "ut", [notice(0)])
            await soon(lambda: left(store, "ut")["sent"])
            broker.kill()
            await engine.tell("2482", "ut", [notice(n) for n in range(1, 6)])
            await soon(lambda: left(store, "ut")["waiting"][0].tries)
            assert engine.outlets()[0].state in {"failing", "open"}
            broker.start()
            await soon(lambda: len(left(store, "ut")["sent"]) == 6)
        heard: dict[str, str] = {}
        wanted = {f"byalag/sensors/room:hus:{n}" for n in range(1, 6)}
        async with aiomqtt.Client("127.0.0.1", port) as client:
            await client.subscribe("byalag/#", qos=1)
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                heard[str(message.topic)] = json.loads(message.payload)["id"]
                if set(heard) >= wanted:
                    break
    sent = [one.id for one in left(store, "ut")["sent"]]
    assert sent == [f"msg_{n:04}" for n in range(6)]
    assert all(heard[topic].endswith(topic[-1]) for topic in wanted)
