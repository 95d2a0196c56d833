"""DATEX II: the versions that publishers use, and what a site's numbers can be trusted for."""

from pathlib import Path
from typing import Any

import pytest

from byalag.mapping import Context, Heard
from byalag.model import Delivery, Observation, Thing
from byalag.sources import Garbled, Poll, settle
from byalag.testkit import micros, shared

TABLE = {"kind": "datex2-parking", "dataset": "parking", "url": "https://datex.example/t.xml"}
STATUS = """<d2LogicalModel><payloadPublication>
<publicationTime>2026-06-09T11:59:00Z</publicationTime>
<parkingStatusPublication><parkingRecordStatus><parkingRecordReference id="A"/>
<parkingOccupancy>{numbers}</parkingOccupancy>{words}</parkingRecordStatus>
</parkingStatusPublication></payloadPublication></d2LogicalModel>"""


def said(body: str | bytes, **more: Any) -> list[Heard]:  # noqa: ANN401  settings are of any type
    kind, settings = settle(TABLE | more, name="d")
    received = micros("2026-11-22T12:01:00Z")
    given = body.encode() if isinstance(body, str) else body
    delivery = Delivery(source="d", received=received, bodies=(given,))
    context = Context(source="d", municipality="2482", dataset="parking", received=received)
    return list(kind.prepare(settings)(delivery, context))


def status(numbers: str = "", words: str = "") -> tuple[str, dict[str, float]]:
    facts = said(STATUS.format(numbers=numbers, words=words))
    (thing,) = [fact for fact in facts if isinstance(fact, Thing)]
    observations = [fact for fact in facts if isinstance(fact, Observation)]
    values = {fact.series.rpartition("/")[2]: fact.value for fact in observations}
    return thing.properties["status"], values


def number(name: str, value: int) -> str:
    return f"<parkingNumberOf{name}>{value}</parkingNumberOf{name}>"


def word(text: str) -> str:
    return f"<parkingSiteOpeningStatus>{text}</parkingSiteOpeningStatus>"


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (["open"], "open"),
        (["closed"], "closed"),
        (["closedAbnormal"], "closed"),
        (["spacesAvailable"], "open"),
        (["closed", "spacesAvailable"], "closed"),
        (["full"], "open"),
        (["unknown"], "unknown"),
        ([], "unknown"),
    ],
)
def test_closed_wins_and_nothing_said_is_unknown(words: list[str], state: str) -> None:
    assert status(words="".join(map(word, words)))[0] == state


def test_full_is_zero_free_and_open() -> None:
    full = number("VacantSpaces", 0) + number("OccupiedSpaces", 80)
    assert status(full, word("open")) == (
        "open",
        {"availableSpotNumber": 0, "occupiedSpotNumber": 80},
    )


def test_a_closed_site_keeps_what_it_counts() -> None:
    assert status(number("VacantSpaces", 51), word("closed")) == (
        "closed",
        {"availableSpotNumber": 51},
    )


@pytest.mark.parametrize(
    "numbers",
    [
        "",
        number("SpacesOverride", 0) + number("VacantSpaces", 0),
        number("VacantSpaces", 0) + number("OccupiedSpaces", 0),
    ],
)
def test_unknown_is_not_zero(numbers: str) -> None:
    assert status(numbers)[1] == {}


def test_a_status_without_a_time_has_that_of_the_publication() -> None:
    facts = said(STATUS.format(numbers=number("VacantSpaces", 3), words=""))
    (observation,) = [fact for fact in facts if isinstance(fact, Observation)]
    assert observation.at == micros("2026-06-09T11:59:00Z")


@pytest.mark.parametrize(
    "body", ["<d2LogicalModel/>", "<html/>", "<a><situationPublication/></a>", "[]", ""]
)
def test_what_is_not_about_parking_is_garbled(body: str) -> None:
    with pytest.raises(Garbled):
        said(body)


def test_an_empty_table_is_no_error() -> None:
    assert said("<payload><parkingTable/><x type='p:ParkingTablePublication'/></payload>") == []


def test_positions_in_metres_need_the_declared_system_and_degrees_do_not() -> None:
    site = (
        "<t><parkingTablePublication/><parkingRecord id='A'><latitude>{0}</latitude>"
        "<longitude>{1}</longitude></parkingRecord></t>"
    )
    for crs, pair in {"EPSG:3006": (7191000, 793000), "EPSG:25833": (64.7155, 21.1556)}.items():
        (thing,) = said(site.format(*pair), crs=crs)
        assert isinstance(thing, Thing)
        assert thing.point
        assert abs(thing.point.latitude - 64.7155) < 1e-3
        assert abs(thing.point.longitude - 21.1556) < 1e-3


def test_table_and_status_are_asked_apart() -> None:
    live = {"url": "https://datex.example/s.xml", "every": "1m"}
    kind, settings = settle(TABLE | {"every": "1d", "live": live}, name="d")
    reach = kind.reach(settings)
    assert isinstance(reach, Poll)
    assert [(ask.part, ask.every.total_seconds()) for ask in reach.asks] == [
        ("main", 86400),
        ("live", 60),
    ]


@pytest.mark.parametrize(
    ("file", "things", "observations"),
    [("datex-parking-table.xml", 1, 0), ("datex-parking-status.xml", 1, 1)],
)
def test_the_valid_samples_of_version_3_3_are_read(
    file: str, things: int, observations: int
) -> None:
    folder = shared()
    path = folder / "standards" / "datex" / file if folder else Path()
    if not path.is_file():
        pytest.skip("the shared standards are not here (BYALAG_SHARED)")
    facts = said(path.read_bytes())
    assert sum(isinstance(fact, Thing) for fact in facts) == things
    assert sum(isinstance(fact, Observation) for fact in facts) == observations


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("1035[P+R Bondorf]", "1035~5BP~2BR~20Bondorf~5D"),
        ("P~7.a_b-c", "P~7.a_b-c"),
        ("é", "~C3~A9"),
    ],
)
def test_an_id_of_any_text_is_taken_and_one_that_fits_stays(theirs: str, ours: str) -> None:
    facts = said(
        STATUS.format(numbers=number("VacantSpaces", 3), words="").replace('"A"', f'"{theirs}"')
    )
    (thing,) = [fact for fact in facts if isinstance(fact, Thing)]
    assert thing.id == f"parking:d:{ours}"
