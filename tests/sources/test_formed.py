"""Bodies in a stated format, plain or in archives, under names or without."""

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.mapping import Context
from byalag.model import Delivery, Observation, Rejected, Thing
from byalag.sources import Garbled, Heard
from byalag.sources._formed import Formed, translator

NOW = 1_790_000_000_000_000


def formed(**said: object) -> Formed:
    table: dict[str, Any] = {
        "kind": "x",
        "dataset": "sensors",
        "thing": {"type": "Device", "id": "{id}"},
        "series": [{"name": "level", "value": "level", "at": "$received"}],
        **said,
    }
    return msgspec.convert(table, Formed)


def heard(settings: Formed, *bodies: bytes, names: tuple[str, ...] = ()) -> list[Heard]:
    delivery = Delivery(source="s", received=NOW, bodies=bodies, names=names)
    context = Context(source="s", municipality="2482", dataset="sensors", received=NOW)
    return list(translator(settings)(delivery, context))


def values(said: list[Heard]) -> dict[str, float]:
    return {one.series: one.value for one in said if isinstance(one, Observation)}


def aside(said: list[Heard]) -> dict[str, str]:
    return {one.where: one.why for one in said if isinstance(one, Rejected)}


def packed(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


def test_a_name_gives_the_thing_and_a_bare_value_its_reading() -> None:
    settings = formed(
        thing={
            "type": "Device",
            "id": "{$parts.1}",
            "properties": {"room": {"path": "$name", "pattern": "^home/([^/]+)/"}},
        },
        series=[{"name": "level", "value": "$value", "at": "$received"}],
    )
    said = heard(settings, b"21.5", b"xx", b"7", names=("home/a/t", "home/b/t", "home/c/t"))
    assert values(said) == {"sensor:s:a/level": 21.5, "sensor:s:c/level": 7}
    assert [one.properties for one in said if isinstance(one, Thing)] == [
        {"room": "a"},
        {"room": "c"},
    ]
    assert "not JSON" in aside(said)["home/b/t"]


def test_lines_of_json_are_records_and_a_broken_line_is_one() -> None:
    said = heard(formed(), b'{"id":"a","level":1}\n{"id":"b","lev\n{"id":"c","level":3}\n')
    assert values(said) == {"sensor:s:a/level": 1, "sensor:s:c/level": 3}
    assert len(aside(said)) == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"format": "csv", "records": "x"}, "`records`: belongs to format 'json' and 'xml'"),
        ({"delimiter": ";"}, "`delimiter`: belongs to format 'csv'"),
        ({"format": "xml"}, "`records`: say where"),
        ({"format": "xlsx", "skip": 1}, "`skip`: belongs to format 'csv'"),
    ],
)
def test_a_word_of_another_format_is_refused(said: dict[str, object], why: str) -> None:
    with pytest.raises(Misconfigured, match=why):
        translator(formed(**said))


def test_an_archive_is_read_file_by_file_and_its_paths_are_only_names() -> None:
    files = {
        "../../etc/a.csv": b"id;level\na;1\n",
        "b.csv": b"id;level\nb;2\nc\n",
        "c.csv": b"namn\nx\n",
        "inner.csv": packed({"d.csv": b"id;level\nd;4\n"}),
        "__MACOSX/._a.csv": b"junk",
        ".hidden.csv": b"junk",
        "read-me.txt": b"junk",
    }
    said = heard(formed(format="csv", members="*.csv"), packed(files), names=("all.zip",))
    assert values(said) == {"sensor:s:a/level": 1, "sensor:s:b/level": 2}
    assert set(aside(said)) == {"all.zip/b.csv: line 3", "all.zip/c.csv", "all.zip/inner.csv"}
    assert "archive inside an archive" in aside(said)["all.zip/inner.csv"]


@pytest.mark.proves(12)
def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    body = packed({"bomb.json": b"0" * (64 * 1024 * 1024)})
    with pytest.raises(Garbled, match="would grow from"):
        heard(formed(), body)
    with pytest.raises(Garbled, match="holds 2001 files"):
        heard(formed(), packed({f"{n}.json": b"{}" for n in range(2001)}))


@pytest.mark.proves(12)
def test_a_member_that_lies_of_its_size_gives_no_more_than_it_says() -> None:
    body = bytearray(packed({"a.json": b'{"id":"a","level":1}' + b" " * 9_000_000}))
    at = body.rindex(b"PK\x01\x02")
    body[at + 24 : at + 28] = struct.pack("<L", 100)
    with pytest.raises(Garbled, match="cannot be unpacked"):
        heard(formed(), bytes(body))


def test_an_encrypted_member_is_set_aside_with_what_to_do() -> None:
    body = bytearray(packed({"a.json": b'{"id":"a","level":1}', "b.json": b'{"id":"b","level":2}'}))
    first = body.index(b"PK\x01\x02")
    body[6] |= 1
    body[first + 8] |= 1
    said = heard(formed(), bytes(body), names=("x.zip",))
    assert values(said) == {"sensor:s:b/level": 2}
    assert "without a password" in aside(said)["x.zip/a.json"]


@pytest.mark.parametrize("body", [b"PK\x03\x04 torn", packed({}), packed({".x": b"1"})])
def test_an_archive_of_nothing_is_an_error(body: bytes) -> None:
    with pytest.raises(Garbled, match="ZIP archive"):
        heard(formed(), body)


def test_each_body_may_state_a_coordinate_system_of_its_own() -> None:
    settings = formed(
        records="features",
        thing={"type": "Device", "id": "{id}", "point": {"geometry": "geometry", "crs": "auto"}},
        series=[],
    )
    feature = '{"id":"%s","geometry":{"type":"Point","coordinates":[%s]}}'
    plain = '{"features":[%s]}' % (feature % ("a", "17.0,63.0"))
    sweref = '{"crs":{"properties":{"name":"EPSG:3006"}},"features":[%s]}' % (
        feature % ("b", "600000,7000000")
    )
    strange = sweref.replace("3006", "1")
    said = heard(settings, plain.encode(), sweref.encode(), strange.encode(), names=("p", "q", "r"))
    points = {one.id: one.point for one in said if isinstance(one, Thing)}
    assert points["sensor:s:a"] is not None
    assert round(points["sensor:s:a"].latitude, 3) == 63
    assert points["sensor:s:b"] is not None
    assert 63 < points["sensor:s:b"].latitude < 64
    assert list(aside(said)) == ["r"]


def test_where_no_body_can_be_read_the_delivery_is_garbled() -> None:
    with pytest.raises(Garbled, match="none of 2 bodies can be read; the first, a: "):
        heard(formed(), b"x", b"y", names=("a", "b"))


LEVELS = st.integers(0, 9).map(lambda level: b'{"id":"a","level":%d}' % level)


@given(
    bodies=st.lists(
        st.one_of(st.binary(max_size=60), LEVELS),
        min_size=1,
        max_size=5,
    )
)
@limits(deadline=None, max_examples=60)
def test_a_body_never_changes_what_its_neighbours_say(bodies: list[bytes]) -> None:
    def alone(body: bytes) -> list[Heard] | None:
        try:
            return heard(formed(), body)
        except Garbled:
            return None

    readable = [one for one in map(alone, bodies) if one is not None]
    if not readable:
        with pytest.raises(Garbled):
            heard(formed(), *bodies)
        return
    together = heard(formed(), *bodies)
    things = [one for said in readable for one in said if isinstance(one, Thing | Observation)]
    assert [one for one in together if isinstance(one, Thing | Observation)] == things
