"""LoRaWAN: the shared messages say what they should, and a message heard again says nothing new."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from msgspec.structs import replace

from byalag import Misconfigured
from byalag.mapping import Context, Heard, Past, Skipped, no_past
from byalag.model import Delivery, Flag, History, Micros, Observation, Rejected, Series, Thing
from byalag.sources import Garbled, Listen, lorawan
from byalag.sources.lorawan import kind
from byalag.sources.lorawan._settings import DeviceType
from byalag.testkit import shared

HOME = Path(lorawan.__path__[0])
RECEIVED = 1_790_000_000_000_000
ELSYS, MILESIGHT, DECENTLAB = "elsys/ers", "milesight/am-em", "decentlab/dl"
FIELDS = {"light": "illuminance", "pulse1": "pulses", "freezing": "freezing", "leak": "leak"}
EUI = "0200000000000001"
Options: TypeAlias = Any  # what a test says of settings and events


def settled(**table: Options) -> Options:
    given = {"kind": "lorawan", "dataset": "sensors", "operator": "x", "door": {}, **table}
    found = msgspec.convert(given, type=kind.settings)
    assert kind.gather
    return kind.gather(found, lambda name: (HOME / name).read_bytes())


def heard(settings: Options, *bodies: bytes, past: Past = no_past) -> list[Heard]:
    context = Context(
        source="s", municipality="2482", dataset="sensors", received=RECEIVED, past=past
    )
    delivery = Delivery(source="s", received=RECEIVED, bodies=bodies)
    return list(kind.prepare(settings)(delivery, context))


def ers(**more: Options) -> Options:
    series = [
        {"name": "temperature", "value": "temperature", "unit": "Cel"},
        {"name": "humidity", "value": "humidity", "unit": "%"},
    ]
    types = [{"name": "ers", "codec": ELSYS, "series": series}]
    device = [{"eui": EUI, "type": "ers"}]
    return settled(network="chirpstack", type=types, device=device, **more)


def event(
    seconds: float, counter: int, payload: str = "0100e20229", **more: Options
) -> dict[str, Any]:
    at = f"2026-06-09T10:{int(seconds // 60):02d}:{seconds % 60:06.3f}+00:00"
    return {
        "time": at,
        "deviceInfo": {"devEui": EUI},
        "fCnt": counter,
        "fPort": 5,
        "data": b64encode(bytes.fromhex(payload)).decode(),
        "rxInfo": [{"rssi": -97, "snr": 7.5}],
        **more,
    }


def body(*events: dict[str, Any]) -> bytes:
    return json.dumps(events).encode()


def counters(facts: list[Heard]) -> list[tuple[Micros, float]]:
    return [
        (one.at, one.value)
        for one in facts
        if isinstance(one, Observation) and one.series.endswith("/frameCounter")
    ]


def skipped(facts: list[Heard]) -> dict[str, int]:
    return {one.why: one.count for one in facts if isinstance(one, Skipped)}


class Held:
    """What a store would hold of what was said, asked as a store is asked."""

    def __init__(self) -> None:
        self.values: dict[str, dict[Micros, float]] = {}

    def keep(self, facts: list[Heard]) -> list[Heard]:
        for one in facts:
            if isinstance(one, Observation):
                self.values.setdefault(one.series, {})[one.at] = one.value
        return facts

    def past(self, series: str, start: Micros, end: Micros) -> History:
        held = self.values.get(series, {})
        times = sorted(at for at in held if start <= at < end)
        return History(
            np.array(times, np.int64),
            np.array([held[at] for at in times], np.float64),
            np.full(len(times), Flag.NOT_EVALUATED, np.uint8),
        )


def shared_messages() -> list[dict[str, Any]]:
    folder = shared()
    lines = (folder / "data/lorawan/expected.jsonl").read_text().splitlines() if folder else []
    return [json.loads(line) for line in lines]


@pytest.mark.skipif(shared() is None, reason="the shared development data is not here")
@pytest.mark.parametrize("expected", shared_messages(), ids=lambda one: one["file"])
def test_every_shared_message_gives_every_expected_value_and_unit(expected: dict[str, Any]) -> None:
    folder = shared()
    assert folder
    codec = {"Elsys": ELSYS, "Milesight": MILESIGHT, "Decentlab": DECENTLAB}[expected["vendor"]]
    series = [
        {
            "name": one["what"],
            "value": {ours: field for field, ours in FIELDS.items()}.get(one["what"], one["what"]),
            "unit": one["unit"] or "1",
            **({} if one["unit"] else {"codes": {"true": 1, "false": 0}}),
        }
        for one in expected["observations"]
    ]
    model = expected["model"].removesuffix("-01")
    settings = settled(
        network=expected["network"],
        type=[{"name": "t", "codec": codec, "series": series, "variables": {"model": model}}],
        device=[{"eui": expected["dev_eui"], "type": "t"}],
    )
    facts = heard(settings, (folder / "data/lorawan" / expected["file"]).read_bytes())
    thing = f"sensor:x:{expected['dev_eui'].lower()}"
    units = {one.id: one.unit for one in facts if isinstance(one, Series)}
    values = {one.series: one for one in facts if isinstance(one, Observation)}
    at = np.datetime64(expected["at"].removesuffix("Z").removesuffix("+00:00"), "us").astype(int)
    for one in expected["observations"]:
        found = values[f"{thing}/{one['what']}"]
        assert found.value == pytest.approx(float(one["value"]))
        assert found.at == at
        assert units[found.series] == (one["unit"] or "1")
    radio = {"rssi", "snr"} | ({"frameCounter"} if expected["f_cnt"] is not None else set())
    assert {name.partition("/")[2] for name in values} == {
        *radio,
        *(one["what"] for one in expected["observations"]),
    }
    if expected["f_cnt"] is not None:
        assert values[f"{thing}/frameCounter"].value == expected["f_cnt"]


def test_the_gateway_that_heard_best_tells_the_signal() -> None:
    several = [{"rssi": -120, "snr": -9.5}, {"rssi": -95}, {"rssi": None, "snr": 99}]
    facts = heard(ers(), body(event(0, 1, rxInfo=several)))
    found = {one.series: one.value for one in facts if isinstance(one, Observation)}
    assert found[f"sensor:x:{EUI}/rssi"] == -95
    assert found[f"sensor:x:{EUI}/snr"] == 0


def test_a_message_by_several_ways_is_one() -> None:
    facts = heard(ers(), body(event(0, 1), event(2, 1)), body(event(0, 1)))
    assert len(counters(facts)) == 1
    assert list(skipped(facts).values()) == [2]


@pytest.mark.parametrize(
    ("later", "why"),
    [
        (event(30, 1, "0100e30229"), "it has begun to count again, and says other bytes"),
        (event(11 * 60, 1), "it has begun to count again, and it is later"),
        (event(30, 2), "it counts on"),
        (event(30, 0), "its counter has gone round"),
        (event(30, 1, fPort=6), "it came on another port"),
    ],
)
def test_what_looks_like_a_repeat_and_is_not(later: dict[str, Any], why: str) -> None:
    held = Held()
    held.keep(heard(ers(), body(event(0, 1))))
    together = heard(ers(), body(event(0, 1), later))
    assert len(counters(together)) == 2, why
    if later["fPort"] == 5:
        assert len(counters(heard(ers(), body(later), past=held.past))) == 1, why


def test_a_repeat_in_a_later_delivery_is_told_by_what_the_store_holds() -> None:
    held = Held()
    held.keep(heard(ers(), body(event(0, 1))))
    facts = held.keep(heard(ers(), body(event(2, 1)), past=held.past))
    assert counters(facts) == []
    assert list(skipped(facts).values()) == [1]


@limits(deadline=None, max_examples=25)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 40), st.integers(0, 3), st.sampled_from("12")), max_size=4
        ),
        max_size=4,
    )
)
def test_translating_kept_deliveries_again_says_the_same(
    deliveries: list[list[tuple[int, int, str]]],
) -> None:
    bodies = [
        body(
            *(
                event(20 * s + counter + 7 * int(last), counter, f"0100e{last}0229")
                for s, counter, last in delivery
            )
        )
        for delivery in deliveries
        if delivery
    ]
    held, settings = Held(), ers()  # two different messages never come in the same microsecond
    first = [held.keep(heard(settings, one, past=held.past)) for one in bodies]
    assert [heard(settings, one, past=held.past) for one in bodies] == first


def test_without_a_counter_only_the_same_time_is_the_same_message() -> None:
    settings = replace(ers(), network="netmore")
    one = {
        "devEui": EUI,
        "timestamp": "2026-03-02T08:00:00.909Z",
        "payload": "0100e2",
        "fPort": "5",
    }
    two = {**one, "timestamp": "2026-03-02T08:00:01.909Z"}
    facts = heard(settings, body(one, one, two))
    temperatures = [
        fact for fact in facts if isinstance(fact, Observation) and "/temperature" in fact.series
    ]
    assert len(temperatures) == 2
    assert list(skipped(facts).values()) == [1]


def test_an_unknown_device_is_named_once_and_counted() -> None:
    stranger: Options = {"deviceInfo": {"devEui": "02000000000000FF"}}
    bodies = body(event(0, 1, **stranger), event(5, 2, **stranger), event(9, 3, **stranger))
    facts = heard(ers(), bodies)
    [rejected] = [one for one in facts if isinstance(one, Rejected)]
    assert rejected.why == "the device 02000000000000FF is not declared in this file"
    assert list(skipped(facts).values()) == [2]
    assert list(skipped(heard(ers(unknown="pass"), bodies)).values()) == [3]


@pytest.mark.parametrize(
    ("network", "other"),
    [
        ("chirpstack", {"time": "2026-06-09T10:00:00Z", "deviceInfo": {"devEui": EUI}}),
        ("ttn", {"end_device_ids": {"dev_eui": EUI.upper()}, "join_accept": {}}),
        ("ttn", {"end_device_ids": {"dev_eui": EUI}, "downlink_ack": {"f_port": 1}}),
        ("netmore", {"devEui": EUI, "messageType": "joined"}),
        ("actility", {"DevEUI_downlink_Sent": {"DevEUI": EUI}}),
    ],
)
def test_other_events_are_passed_over_with_a_reason(network: str, other: dict[str, Any]) -> None:
    [told] = heard(replace(ers(), network=network), json.dumps(other).encode())
    assert isinstance(told, Skipped)
    assert told.why


def test_actility_says_its_numbers_as_texts_or_not() -> None:
    uplink = {
        "Time": "2026-06-09T12:00:00.342+02:00",
        "DevEUI": EUI,
        "FPort": "5",
        "FCntUp": "1796",
        "payload_hex": "0100e20229",
        "LrrRSSI": "-100.0",
        "LrrSNR": "5.75",
        "Lrrs": {"Lrr": [{"LrrRSSI": "-118", "LrrSNR": "-4"}, {"LrrRSSI": -63.0, "LrrSNR": 7.5}]},
    }
    settings = replace(ers(), network="actility")
    facts = heard(settings, json.dumps({"DevEUI_uplink": uplink}).encode())
    found = {one.series.partition("/")[2]: one for one in facts if isinstance(one, Observation)}
    assert {name: one.value for name, one in found.items()} == {
        "temperature": 22.6,
        "humidity": 41,
        "rssi": -63,
        "snr": 7.5,
        "frameCounter": 1796,
    }
    assert found["rssi"].at == 1_780_999_200_342_000


def test_usual_topics_are_listened_to() -> None:
    reach = kind.reach(ers(door=None, mqtt={"url": "mqtts://broker.example"}))
    assert isinstance(reach, Listen)
    assert reach.topics == ("application/+/device/+/event/+",)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"door": None}, r"in \[mqtt\] or in \[door\]"),
        ({"mqtt": {"url": "mqtt://b.example"}}, "two sources"),
        ({"device": [{"eui": EUI, "type": "erz"}]}, r"device\[0\].type: 'erz'.*there is ers"),
        ({"device": [{"eui": EUI, "type": "ers"}] * 2}, r"device\[1\].eui: .* more than once"),
        ({"type": [{"name": "ers", "script": "var x = 1"}]}, r"type\[0\].codec: .*no function"),
        (
            {"type": [{"name": "ers", "series": [{"name": "t", "value": "t", "unit": "celsius"}]}]},
            r"type\[0\].series\[0\].unit",
        ),
    ],
)
def test_wrong_settings_are_told_where_they_stand(wrong: dict[str, Any], why: str) -> None:
    settings = msgspec.to_builtins(ers())
    with pytest.raises(Misconfigured, match=why):
        kind.prepare(msgspec.convert({**settings, **wrong}, type=kind.settings))


def test_a_codec_that_is_not_there_is_told_of() -> None:
    def nowhere(name: str) -> bytes:
        raise Misconfigured(f"{name} is not a file in the hub folder")  # noqa: EM102, TRY003 -- as the app says

    assert kind.gather
    settings = msgspec.structs.replace(ers(), type=(DeviceType(name="a", codec="b/c"),))
    with pytest.raises(Misconfigured, match=r"type\[0\].codec: codecs/b/c.js is not a file"):
        kind.gather(settings, nowhere)


@limits(deadline=None, max_examples=40)
@given(payload=st.binary(max_size=60), codec=st.sampled_from([ELSYS, MILESIGHT, DECENTLAB]))
def test_any_bytes_give_facts_or_a_reason(payload: bytes, codec: str) -> None:
    settings = ers()
    types = (replace(settings.type[0], codec=codec, script="", variables={"model": "DL-MBX"}),)
    assert kind.gather
    settings = kind.gather(replace(settings, type=types), lambda name: (HOME / name).read_bytes())
    facts = heard(settings, body(event(0, 1, payload.hex())))
    assert any(isinstance(one, Observation | Rejected) for one in facts)


def test_not_one_event_is_garbled_and_one_bad_among_good_is_set_aside() -> None:
    with pytest.raises(Garbled, match="ChirpStack"):
        heard(ers(), b'[{"hello": 1}]')
    facts = heard(ers(), b"\x08protobuf", body(event(0, 1)))
    assert len(counters(facts)) == 1
    assert [one.where for one in facts if isinstance(one, Rejected)] == ["message 1"]


def test_every_message_says_that_device_and_gateways_are_alive_where_it_is_asked_for() -> None:
    gateways = [{"gatewayId": "0A", "rssi": -110}, {"gatewayId": "0B", "rssi": -90}]
    said = body(
        event(0, 1, rxInfo=gateways),
        event(60, 2, "ff", rxInfo=gateways[:1]),
        event(120, 3, fPort=99, rxInfo=gateways[1:]),
    )
    facts = heard(ers(alive=True), said)
    assert [value for _, value in counters(facts)] == [1, 2, 3]
    things = {fact.id: fact for fact in facts if isinstance(fact, Thing)}
    assert set(things) == {f"sensor:x:{EUI}", "gateway:x:0a", "gateway:x:0b"}
    assert things[f"sensor:x:{EUI}"].properties == {"gateway": "0b"}
    passed_on = [
        fact.series for fact in facts if isinstance(fact, Observation) and "gateway" in fact.series
    ]
    assert passed_on == [f"gateway:x:{name}/uplinkCount" for name in ("0b", "0b", "0a", "0a")]


def test_gateways_are_no_things_unless_it_is_asked_for() -> None:
    said = body(event(0, 1, rxInfo=[{"gatewayId": "0A", "rssi": -110}]))
    facts = heard(ers(), said)
    assert {fact.id for fact in facts if isinstance(fact, Thing)} == {f"sensor:x:{EUI}"}
