"""Twenty operators' recorded answers: what a draft gives is what a person's own file gives."""

from datetime import datetime
from pathlib import Path

import pytest

from byalag.model import Micros, Observation, Thing
from byalag.testkit import Reading, reading, shared

from .conftest import Describe, Drafted

HUB = Path(__file__).parents[2] / "examples" / "hub" / "skelleftea" / "sources"
ANSWERS = {
    # answer: a person's file for it, when it came, records that are told apart
    "basel.json": ("basel", "2024-07-28T12:07:00Z", 16),
    "bb_parkhaus.xlsx": ("bb-parkhaus", "2025-07-01T12:00:00Z", 26),
    "bielefeld.csv": ("bielefeld", "2026-02-06T07:36:00Z", 853),
    "bietigheim-bissingen.csv": ("bietigheim-bissingen", "2025-02-27T13:46:00Z", 14),
    "esslingen.geojson": ("esslingen", "2025-03-20T12:00:00Z", 250),
    "freiburg.json": ("freiburg", "2024-06-10T08:21:00Z", 19),
    "freiburg_disabled_static.geojson": ("freiburg-disabled", "2024-06-10T08:21:00Z", 312),
    "heidelberg.json": ("heidelberg", "2024-06-08T13:26:00Z", 25),
    "karlsruhe.json": ("karlsruhe", "2024-11-27T18:44:00Z", 90),
    "konstanz.json": ("konstanz", "2024-08-17T06:31:00Z", 11),
    "pforzheim.json": ("pforzheim", "2023-10-30T12:00:00Z", 15),
    "reutlingen.csv": ("reutlingen", "2024-10-30T12:00:00Z", 114),
    "kienzler.json": ("kienzler", "2024-10-30T12:00:00Z", 5),
    "ulm.html": ("ulm", "2025-07-30T12:00:00Z", 10),
    "bahn_v2.json": ("bahn", "2024-11-30T12:00:00Z", 310),
    "herrenberg.json": ("herrenberg", "2025-02-25T11:21:00Z", 26),
    "aachen-static.xml": ("aachen", "2024-11-15T00:01:00Z", 17),
    "aachen-realtime.xml": ("aachen", "2025-02-07T19:12:00Z", 17),
    "stuttgart-static.xml": ("stuttgart", "2023-12-03T00:53:00Z", 49),
    "stuttgart-realtime.xml": ("stuttgart", "2023-10-07T01:46:00Z", 47),
}
METRE = 1 / 111_000  # degrees of latitude


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_draft_gives_what_a_persons_own_file_gives(answer: str, describe: Describe) -> None:
    folder = shared()
    if folder is None:
        pytest.skip("the recorded answers are not here: set BYALAG_SHARED to their folder")
    file, received, count = ANSWERS[answer]
    body = (folder / "data" / "parking" / answer).read_bytes()
    wanted = reading(HUB / f"{file}.toml", body, received=received, municipality="2482")
    drafted = describe(body, now=_at(received))
    assert len(drafted.things) == count
    pairs = [(one, _same(one, drafted)) for one in wanted.things.values()]
    for mine, found in pairs:
        _agree(mine, found)
        _count_alike(mine, found, wanted, drafted)


def _at(received: str) -> Micros:
    return round(datetime.fromisoformat(received).timestamp()) * 1_000_000


def _same(wanted: Thing, drafted: Drafted) -> Thing:
    """Return the drafted thing of the same record, which may have another id."""
    things = drafted.things
    alike = [one for one in things.values() if one.name == wanted.name and _near(one, wanted)]
    return things.get(wanted.id.split(":")[2]) or alike[0]


def _near(one: Thing, other: Thing) -> bool:
    if one.point is None or other.point is None:
        return one.point is other.point
    north = abs(one.point.latitude - other.point.latitude)
    return north < METRE and abs(one.point.longitude - other.point.longitude) < 1.6 * METRE


def _agree(wanted: Thing, found: Thing) -> None:
    assert wanted.point is None or _near(found, wanted), wanted.id
    assert wanted.name is None or found.name == wanted.name
    total = wanted.properties.get("totalSpotNumber")
    assert total is None or found.properties["totalSpotNumber"] == total, wanted.id


def _count_alike(wanted: Thing, found: Thing, read: Reading, drafted: Drafted) -> None:
    observed = read.observations.get(f"{wanted.id}/availableSpotNumber")
    if observed is None:
        return
    said = [one for one in drafted.facts if isinstance(one, Observation)]
    free = [one for one in said if one.series == f"{found.id}/availableSpotNumber"]
    assert [(one.value, one.at) for one in free] == [(observed.value, observed.at)]
