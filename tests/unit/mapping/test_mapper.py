from collections.abc import Callable

import msgspec
import pytest

from byalag import Misconfigured
from byalag.mapping import Context, MappingSpec, Skipped, ThingSpec, compile_mapping
from byalag.model import Gone, Json, Point, Rejected, Thing

Say = Callable[..., list[Json]]


def test_a_thing_is_said_in_our_words(say: Say) -> None:
    thing = {
        "name": "names[lang=sv].text",
        "municipality": "{place[5:9]}",
        "point": {"lat": "lat", "lon": "lon"},
        "properties": {"totalSpotNumber": "cap"},
    }
    record = {
        "id": "P1",
        "place": "SE0442482000000001",
        "names": [{"lang": "en", "text": "Campus"}, {"lang": "sv", "text": " Campus Skellefteå "}],
        "lat": 64.75,
        "lon": 20.95,
        "cap": 120,
    }
    assert say(record, thing=thing) == [
        Thing(
            id="parking:test:P1",
            type="OffStreetParking",
            dataset="parking",
            name="Campus Skellefteå",
            municipality="2482",
            point=Point(64.75, 20.95),
            properties={"totalSpotNumber": 120},
        )
    ]


@pytest.mark.parametrize(
    ("thing", "source", "thing_id"),
    [
        ({"type": "BathingPlace", "id": "{id}", "operator": "hav"}, "x", "bath:hav:7"),
        ({"type": "OnStreetParking", "id": "{id}"}, "My_Source", "parking:my-source:7"),
        ({"type": "Device", "id": "d-{id|pad3}"}, "s", "sensor:s:d-007"),
        ({"type": "ParkingSpot", "id": "{id}", "prefix": "ruta"}, "s", "ruta:s:7"),
        ({"type": "Building", "id": "{id}"}, "s", "building:s:7"),
    ],
)
def test_an_id_is_prefix_operator_and_the_source_s_own(
    thing: dict[str, Json], source: str, thing_id: str
) -> None:
    spec = msgspec.convert({"thing": thing}, MappingSpec)
    context = Context(source=source, municipality="2482", dataset="d", received=0)
    (said,) = compile_mapping(spec, source=source)([("r", {"id": 7})], context)
    assert isinstance(said, Thing)
    assert said.id == thing_id
    assert msgspec.convert(msgspec.to_builtins(said), Thing) == said


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"id": "Östra torget"}, "write the path with |slug"),
        ({"id": "a/b"}, "write the path with |slug"),
        ({"id": ""}, "'{id}' has no value here"),
        ({"id": None}, "'{id}' has no value here"),
        ({}, "'{id}' has no value here"),
        ({"id": "x" * 200}, "longer than"),
        ({"id": ["a"]}, "id: a list cannot be written as text"),
        (
            {"id": "a", "m": "180"},
            "municipality: '180' is not four digits; write the path with |pad4",
        ),
        ({"id": "a", "n": "x" * 501}, "longer than 500 characters"),
        ({"id": "a", "n": {"sv": "x"}}, "n: an object cannot be written as text"),
        ([], "'{id}' has no value here"),
        (None, "'{id}' has no value here"),
        ("text", "'{id}' has no value here"),
    ],
)
def test_a_bad_record_is_set_aside_and_its_neighbours_go_on(
    say: Say, record: Json, why: str
) -> None:
    thing = {"name": "n", "municipality": "{m}"}
    heard = say({"id": "before"}, record, {"id": "after"}, thing=thing)
    assert [type(one) for one in heard] == [Thing, Rejected, Thing]
    assert heard[1].where == "lots[1]"
    assert why in heard[1].why
    assert msgspec.json.decode(heard[1].record) == record


def test_a_record_that_cannot_be_written_as_json_is_set_aside_without_bytes(say: Say) -> None:
    (rejected,) = say({"id": "å", "x": object()})
    assert rejected.record == b""


def test_a_municipality_without_its_leading_zero_is_mended_by_padding(say: Say) -> None:
    (thing,) = say({"id": "a", "m": 180}, thing={"municipality": "{m|pad4}"})
    assert thing.municipality == "0180"


def test_the_tenant_is_the_municipality_where_the_record_says_none(say: Say) -> None:
    assert say({"id": "a"})[0].municipality == "2482"
    assert say({"id": "a"}, thing={"municipality": "{m}"})[0].municipality == "2482"


@pytest.mark.parametrize("gone", [True, "true", 1, "1"])
def test_a_deletion_is_not_a_lot(say: Say, gone: Json) -> None:
    heard = say(
        {"id": "a", "Deleted": gone},
        {"id": "b", "Deleted": False},
        {"id": "c"},
        thing={"gone": "Deleted"},
    )
    assert heard[0] == Gone(thing="parking:test:a")
    assert [one.id for one in heard[1:]] == ["parking:test:b", "parking:test:c"]


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({"kind": "a"}, "1"),
        ({"kind": ["a", "b"]}, "12"),
        ({"kind": {"not": "a"}}, "234"),
        ({"kind": {"not": ["a", "b"]}}, "34"),
        ({"kind": {"present": True}}, "12"),
        ({"kind": {"present": False}}, "34"),
        ({"n": 0}, "2"),
        ({"n": False}, "1"),
        ({"n": "0"}, "3"),
        ({"m": "$municipality"}, "4"),
        ({"{m|pad4}": "$municipality"}, "4"),
        ({"kind": "a", "n": 0}, ""),
    ],
)
def test_where_says_which_records_are_ours(say: Say, where: dict[str, Json], kept: str) -> None:
    records = [
        {"id": "1", "kind": "a", "n": False},
        {"id": "2", "kind": "b", "n": 0},
        {"id": "3", "kind": None, "n": "0"},
        {"id": "4", "m": "2482"},
    ]
    heard = say(*records, where=where)
    assert "".join(one.id[-1] for one in heard if isinstance(one, Thing)) == kept
    skipped = [one for one in heard if isinstance(one, Skipped)]
    assert sum(one.count for one in skipped) == 4 - len(kept)
    assert len(skipped) <= 1


def test_what_was_left_out_is_said_in_a_sentence(say: Say) -> None:
    (skipped,) = say({"id": "a"}, where={"kind": ["x", "y"], "m": "$municipality"})
    assert skipped.why == "does not match where: kind = 'x' or 'y' and m = '$municipality'"


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"thing": {"id": "{a"}}, "thing.id: "),
        (
            {"thing": {"type": "Off street"}},
            "thing.type: 'Off street' is not a type; use one of Bath",
        ),
        ({"thing": {"name": "a..b"}}, "thing.name: the path"),
        ({"thing": {"gone": "a..b"}}, "thing.gone: the path"),
        ({"thing": {"shape": "a..b"}}, "thing.shape: the path"),
        ({"where": {"a..b": 1}}, "where.a..b: the path"),
        ({"where": {"a": {"like": "x"}}}, "where.a: write a value, a list of values"),
    ],
)
def test_a_wrong_setting_begins_with_its_own_path(
    say: Say, settings: dict[str, Json], why: str
) -> None:
    with pytest.raises(Misconfigured) as error:
        say(**settings)
    assert str(error.value).startswith(why)


def test_a_source_without_a_name_needs_an_operator() -> None:
    spec = MappingSpec(thing=ThingSpec(type="Device", id="{id}"))
    with pytest.raises(Misconfigured, match=r"thing\.operator"):
        compile_mapping(spec, source="?")


def test_a_mapper_keeps_nothing_between_calls(say: Say) -> None:
    series = [{"name": "free", "value": "free", "at": "$received"}]
    assert say({"id": "a", "free": 1}, series=series) == say({"id": "a", "free": 1}, series=series)


def test_a_record_s_own_dollar_keys_can_be_read(say: Say) -> None:
    record = {"id": "a", "$document": {"updated": "2026-11-22T12:00:00Z"}, "free": 1}
    series = [{"name": "free", "value": "free", "at": "$document.updated"}]
    assert say(record, series=series)[-1].at == 1_795_348_800_000_000
