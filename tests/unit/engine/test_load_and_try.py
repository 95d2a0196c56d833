import gzip
from pathlib import Path

import pytest
from msgspec import structs

from byalag.engine import Connected, SystemClock, load, try_source
from byalag.engine._recording import read_recording
from byalag.model import Municipality, Thing
from byalag.store import Store
from byalag.testkit import Answer, Faulty, StoppedClock, shared

from .conftest import connect, lots

NOW = StoppedClock().now()
FREE = "parking:campus:p0/availableSpotNumber"
RAW = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: secret=1\r\n\r\n"


@pytest.fixture
def campus() -> Connected:
    return connect("campus", "http://127.0.0.1:9/lots")


@pytest.mark.parametrize(
    ("said", "media_type"),
    [
        (lots(5), ""),
        (RAW + lots(5), "application/json"),
        (RAW.replace(b"\r\n", b"\n") + lots(5), "application/json"),
        (gzip.compress(lots(5)), ""),
        (gzip.compress(RAW + lots(5)), "application/json"),
    ],
    ids=["plain", "raw", "raw with LF", "gzip", "raw in gzip"],
)
def test_a_recording_is_the_same_answer_however_it_was_kept(
    said: bytes, media_type: str, tmp_path: Path
) -> None:
    (tmp_path / "answer").write_bytes(said)
    assert read_recording(tmp_path / "answer") == (lots(5), media_type)


def test_recordings_are_taken_in_and_counted(
    campus: Connected, store: Store, tmp_path: Path
) -> None:
    said = [RAW + lots(5, 6), lots(7, 8, at="2026-07-01T11:59:30Z"), b"<html>", b'{"lots": [3]}']
    files = [tmp_path / f"{number}.json" for number in range(len(said))]
    for file, body in zip(files, said, strict=True):
        file.write_bytes(body)
    done: list[int] = []
    loaded = load(campus, store, files, now=NOW, progress=done.append)
    assert (loaded.deliveries, loaded.things, loaded.observations) == (4, 2, 4)
    assert loaded.set_aside == sum(loaded.reasons.values()) == 2
    assert (loaded.repeated, loaded.garbled) == (0, 1)
    assert done == [1, 2, 3, 4]
    assert store.latest([FREE])[FREE].value == 7
    first = store.delivery(1)
    assert first is not None
    assert (first.url, first.bodies) == ("0.json", (lots(5, 6),))


def test_a_file_loaded_twice_writes_nothing_the_second_time(
    campus: Connected, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "answer.json"
    file.write_bytes(b'{"lots": [3]}')
    load(campus, store, [file], now=NOW)
    changed = store.changed()
    again = load(campus, store, [file], now=NOW + 1)
    assert (again.deliveries, again.repeated, again.set_aside) == (1, 1, 1)
    assert store.changed() == changed
    assert len(store.deliveries(campus.name, 10)) == len(store.set_aside()) == 1
    mended = connect("campus", "http://127.0.0.1:9/lots", records="others")
    assert load(mended, store, [file], now=NOW + 2).repeated == 0


def test_parts_that_were_recorded_apart_are_joined(store: Store, tmp_path: Path) -> None:
    (tmp_path / "static.json").write_bytes(b'{"lots": [{"id": "p0", "name": "Campus"}]}')
    (tmp_path / "live.json").write_bytes(
        b'[{"lot": "p0", "free": 3, "at": "2026-07-01T11:59:00Z"}]'
    )
    source = connect(
        "campus",
        "http://127.0.0.1:9/lots",
        live={"url": "http://127.0.0.1:9/live", "key": "lot", "to": "id"},
        series=[{"name": "availableSpotNumber", "value": "live.free", "at": "live.at"}],
    )
    files = [("main", tmp_path / "static.json"), ("live", tmp_path / "live.json")]
    loaded = load(source, store, files, now=NOW)
    assert (loaded.things, loaded.observations) == (1, 1)


@pytest.mark.anyio
async def test_trying_puts_together_what_several_answers_say_of_a_thing() -> None:
    source = connect("campus", "http://127.0.0.1:9/lots")
    bodies = {
        "main": b'{"lots": [{"id": "p0", "name": "Campus"}]}',
        "other": b'{"lots": [{"id": "p0"}]}',
    }
    tried = await try_source(source, bodies=bodies, clock=StoppedClock())
    assert [fact.name for fact in tried.facts if isinstance(fact, Thing)] == ["Campus"]


def test_the_national_list_of_2021_is_loaded_whole(store: Store) -> None:
    data = shared()
    if data is None:
        pytest.skip("the recorded data is not on this computer")
    source = connect(
        "hav",
        "http://127.0.0.1:9/",
        records="features",
        thing={
            "type": "BathingPlace",
            "id": "{properties.NUTSKOD}",
            "operator": "hav",
            "name": "properties.NAMN",
            "municipality": "{properties.NUTSKOD[5:9]}",
            "point": {"geometry": "geometry", "within": [55.0, 10.9, 69.1, 24.2]},
        },
        series=[],
        dataset="parking",
    )
    file = data / "data/bathing/hav_feature_20210505_http.txt"
    loaded = load(source, store, [file], now=NOW)
    assert loaded.records == 2687
    assert loaded.things + loaded.set_aside == 2687


@pytest.mark.anyio
async def test_trying_shows_what_a_source_would_give(campus: Connected) -> None:
    clock = StoppedClock()
    with Faulty(lots=Answer(body=lots(5, 6))) as server:
        source = connect("campus", server.url("/lots"))
        tried = await try_source(source, clock=clock)
    assert (tried.records, tried.things, tried.series, tried.observations) == (2, 2, 2, 2)
    assert tried.error == ""
    assert tried.samples["main"].startswith('{"lots"')
    again = await try_source(campus, bodies={"main": lots(5, 6)}, clock=clock)
    assert (again.facts, again.answers) == (tried.facts, tried.answers)


@pytest.mark.anyio
async def test_trying_a_source_that_does_not_answer_says_so(campus: Connected) -> None:
    tried = await try_source(campus, clock=SystemClock())
    assert "could not be connected to" in tried.error
    inside = structs.replace(campus, municipality=Municipality(code="2482", name="Skellefteå"))
    assert "not a public address" in (await try_source(inside)).error
    garbled = await try_source(campus, bodies={"main": b"<html>"})
    assert garbled.error
    assert garbled.set_aside[0].where == "the whole delivery"


@pytest.mark.anyio
async def test_a_secret_that_is_wrong_or_missing_is_told_without_its_value() -> None:
    keyed = connect("campus", "http://127.0.0.1:9/{secret:env:KEY}", headers={"X-Key": "env:KEY"})
    tried = await try_source(keyed, secret=lambda _: "hush-hush")
    assert "hush" not in tried.error
    assert "env:KEY" in (await try_source(keyed)).error
