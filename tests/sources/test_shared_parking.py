"""Twenty operators' recorded answers, each said by a file of settings: what each one gives."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from byalag.testkit import Reading

Read: TypeAlias = Callable[[str, str, str], Reading]
Answer: TypeAlias = Callable[[str], Reading]
ANSWERS = {
    # source, file, received: records, and of them: things, set aside, skipped; observations
    ("basel", "basel.json", "2024-07-28T12:07:00Z"): (17, 16, 1, 0, 16),
    ("bb-parkhaus", "bb_parkhaus.xlsx", "2025-07-01T12:00:00Z"): (26, 26, 0, 0, 0),
    ("bielefeld", "bielefeld.csv", "2026-02-06T07:36:00Z"): (853, 853, 0, 0, 20),
    ("bietigheim-bissingen", "bietigheim-bissingen.csv", "2025-02-27T13:46:00Z"): (
        (14, 14, 0, 0, 27)
    ),
    ("esslingen", "esslingen.geojson", "2025-03-20T12:00:00Z"): (250, 139, 0, 111, 0),
    ("freiburg", "freiburg.json", "2024-06-10T08:21:00Z"): (19, 19, 0, 0, 17),
    ("freiburg-disabled", "freiburg_disabled_static.geojson", "2024-06-10T08:21:00Z"): (
        (312, 312, 0, 0, 0)
    ),
    ("heidelberg", "heidelberg.json", "2024-06-08T13:26:00Z"): (25, 25, 0, 0, 42),
    ("karlsruhe", "karlsruhe.json", "2024-11-27T18:44:00Z"): (90, 37, 0, 53, 15),
    ("konstanz", "konstanz.json", "2024-08-17T06:31:00Z"): (11, 11, 0, 0, 11),
    ("pforzheim", "pforzheim.json", "2023-10-30T12:00:00Z"): (15, 15, 0, 0, 0),
    ("reutlingen", "reutlingen.csv", "2024-10-30T12:00:00Z"): (114, 114, 0, 0, 0),
    ("kienzler", "kienzler.json", "2024-10-30T12:00:00Z"): (5, 5, 0, 0, 10),
    ("ulm", "ulm.html", "2025-07-30T12:00:00Z"): (10, 10, 0, 0, 7),
    ("bahn", "bahn_v2.json", "2024-11-30T12:00:00Z"): (310, 310, 0, 0, 0),
    ("herrenberg", "herrenberg.json", "2025-02-25T11:21:00Z"): (26, 26, 0, 0, 4),
    ("aachen", "aachen-static.xml", "2024-11-15T00:01:00Z"): (17, 17, 0, 0, 0),
    ("aachen", "aachen-realtime.xml", "2025-02-07T19:12:00Z"): (17, 17, 0, 0, 45),
    ("stuttgart", "stuttgart-static.xml", "2023-12-03T00:53:00Z"): (49, 49, 0, 0, 0),
    ("stuttgart", "stuttgart-realtime.xml", "2023-10-07T01:46:00Z"): (49, 47, 2, 0, 76),
}


@pytest.fixture
def answer(read: Read) -> Answer:
    def read_answer(file: str) -> Reading:
        source, _, received = next(key for key in ANSWERS if key[1] == file)
        return read(source, f"parking/{file}", received)

    return read_answer


def near(reading: Reading, thing: str, latitude: float, longitude: float) -> bool:
    """Whether a thing lies within some ten metres of a position."""
    point = reading.things[thing].point
    assert point is not None
    return abs(point.latitude - latitude) < 1e-4 and abs(point.longitude - longitude) < 1.5e-4


@pytest.mark.parametrize(("source", "file", "received"), ANSWERS)
def test_every_record_is_said_set_aside_or_skipped(
    source: str, file: str, received: str, read: Read
) -> None:
    records, *expected, observed = ANSWERS[source, file, received]
    things, observations, aside, skipped = read(source, f"parking/{file}", received).counts
    assert [things, aside, skipped] == expected
    assert observations == observed
    assert things + aside + skipped == records


def test_basel_a_notice_is_set_aside_and_more_free_than_spaces_is_kept(
    answer: Answer,
) -> None:
    basel = answer("basel.json")
    assert [fact.where for fact in basel.set_aside] == ["[7]"]
    assert "id" in basel.set_aside[0].why
    assert basel.value("parking:basel:anfos/availableSpotNumber") == 167
    assert basel.things["parking:basel:anfos"].properties["totalSpotNumber"] == 162
    assert basel.at("parking:basel:messe/availableSpotNumber") == "2024-07-28T12:06:00+00:00"


def test_bb_parkhaus_opening_times_are_clock_times_and_heights_are_metres(answer: Answer) -> None:
    lot = answer("bb_parkhaus.xlsx").things["parking:bb-parkhaus:1"]
    assert lot.properties["opensWeekdays"] == "07:00"
    assert lot.properties["maximumHeight"] == 2.0
    assert lot.properties["fee"] is True
    assert lot.properties["accessibleSpotNumber"] is None


def test_bielefeld_times_are_local_and_a_closed_one_is_not_full(answer: Answer) -> None:
    bielefeld = answer("bielefeld.csv")
    assert bielefeld.value("parking:bielefeld:660-12/availableSpotNumber") == 201
    assert bielefeld.at("parking:bielefeld:660-12/availableSpotNumber").startswith(
        "2026-02-06T07:35"
    )
    closed = bielefeld.things["parking:bielefeld:660-3"]
    assert closed.properties["status"] == "closed"
    assert "parking:bielefeld:660-3/availableSpotNumber" not in bielefeld.observations
    assert bielefeld.things["parking:bielefeld:660-13"].properties["maximumHeight"] is None


def test_bietigheim_free_is_capacity_less_occupied_and_an_old_row_stays_old(
    answer: Answer,
) -> None:
    bietigheim = answer("bietigheim-bissingen.csv")
    prefix = "parking:bietigheim-bissingen:"
    assert bietigheim.value(f"{prefix}parkplatz-lochgauer-str/availableSpotNumber") == 0
    assert bietigheim.value(f"{prefix}parkhaus-kaufland/availableSpotNumber") == 572 - 321
    virtual = f"{prefix}virtuelles-parkhaus-am-standort-ki-1-2/availableSpotNumber"
    assert bietigheim.at(virtual).startswith("2025-02-17T02:19:19")
    assert bietigheim.things[f"{prefix}parkplatz-am-japangarten"].properties["status"] == "closed"
    assert f"{prefix}parkplatz-am-japangarten/availableSpotNumber" not in bietigheim.observations


def test_esslingen_metres_become_degrees_and_private_bays_are_not_ours(answer: Answer) -> None:
    esslingen = answer("esslingen.geojson")
    assert near(esslingen, "parking:esslingen:1", 48.74238, 9.30610)
    assert esslingen.things["parking:esslingen:1"].shape is not None
    assert all(
        "rivat" not in thing.properties["category"] or "Öffentlichkeit" in str(thing.properties)
        for thing in esslingen.things.values()
    )


def test_freiburg_local_times_and_closed_ones_without_a_count(
    answer: Answer,
) -> None:
    freiburg = answer("freiburg.json")
    assert near(freiburg, "parking:freiburg:13", 48.00129, 7.84473)
    assert freiburg.value("parking:freiburg:18/availableSpotNumber") == 29
    assert freiburg.at("parking:freiburg:18/availableSpotNumber") == "2024-06-10T08:20:00+00:00"
    for local in ("2", "9"):
        assert freiburg.things[f"parking:freiburg:{local}"].properties["status"] == "closed"
        assert f"parking:freiburg:{local}/availableSpotNumber" not in freiburg.observations


def test_freiburg_disabled_one_bay_a_record_and_one_spelling_a_district(
    answer: Answer,
) -> None:
    bays = answer("freiburg_disabled_static.geojson").things.values()
    assert {bay.properties["bay"] for bay in bays} == set(range(1, 13))
    districts = {bay.properties["district"] for bay in bays}
    assert {"Stühlinger", "Altstadt"} <= districts
    assert not {"Stuehlinger", "Altstradt"} & districts


def test_heidelberg_a_negative_count_is_flagged_and_a_fault_is_not_full(answer: Answer) -> None:
    heidelberg = answer("heidelberg.json")
    negative = heidelberg.observations["parking:heidelberg:P23/availableSpotNumber"]
    assert (negative.value, negative.flag) == (-8, 4)
    assert heidelberg.things["parking:heidelberg:P03"].properties["status"] == "unknown"
    assert "parking:heidelberg:P03/availableSpotNumber" not in heidelberg.observations
    assert "parking:heidelberg:P19/availableSpotNumber" not in heidelberg.observations
    assert sum(thing.point is None for thing in heidelberg.things.values()) == 3
    assert heidelberg.value("parking:heidelberg:P07/totalSpotNumber") == 486


def test_karlsruhe_only_its_own_and_a_fault_gives_no_figure(answer: Answer) -> None:
    karlsruhe = answer("karlsruhe.json")
    assert karlsruhe.value("parking:karlsruhe:62/availableSpotNumber") == 0
    assert "parking:karlsruhe:54/availableSpotNumber" not in karlsruhe.observations
    assert "parking:karlsruhe:1" not in karlsruhe.things
    assert all(thing.properties["maximumHeight"] != 0 for thing in karlsruhe.things.values())


def test_konstanz_one_space_is_empty_and_a_decimal_comma_is_read(answer: Answer) -> None:
    konstanz = answer("konstanz.json")
    lago = konstanz.things["parking:konstanz:4"]
    assert lago.properties["maximumHeight"] == 1.9
    assert konstanz.things["parking:konstanz:7"].properties["maximumHeight"] is None
    assert near(konstanz, "parking:konstanz:4", 47.65616, 9.17639)
    assert konstanz.at("parking:konstanz:4/availableSpotNumber") == "2024-08-17T06:30:05+00:00"


def test_pforzheim_an_empty_count_is_no_count(answer: Answer) -> None:
    pforzheim = answer("pforzheim.json")
    assert not pforzheim.observations
    assert pforzheim.things["parking:pforzheim:19"].properties["open24h"] is True


def test_reutlingen_most_have_no_capacity_which_is_not_zero(answer: Answer) -> None:
    lots = answer("reutlingen.csv").things.values()
    assert sum(lot.properties["totalSpotNumber"] is None for lot in lots) == 102


def test_kienzler_bicycle_boxes_are_not_car_parks(answer: Answer) -> None:
    kienzler = answer("kienzler.json")
    assert {thing.type for thing in kienzler.things.values()} == {"BicycleParking"}
    assert kienzler.value("bicycle:kienzler:unit621/availableSpotNumber") == 3


def test_ulm_positions_come_from_map_links_and_a_question_mark_is_no_figure(answer: Answer) -> None:
    ulm = answer("ulm.html")
    assert near(ulm, "parking:ulm:am-bahnhof-8", 48.39818, 9.98428)  # !1d … !2d
    assert near(ulm, "parking:ulm:salzstadel-2", 48.40113, 9.99014)  # !3d … !4d
    assert near(ulm, "parking:ulm:fischerviertel-4", 48.39653, 9.98839)  # dir//lat,lon
    assert ulm.value("parking:ulm:am-bahnhof-8/availableSpotNumber") == 448
    assert "parking:ulm:frauenstrae-9/availableSpotNumber" not in ulm.observations
    assert ulm.things["parking:ulm:frauenstrae-9"].properties["totalSpotNumber"] == 780
    assert ulm.at("parking:ulm:am-bahnhof-8/availableSpotNumber").startswith("2025-07-30T12:00")
    assert "csrf" not in str(ulm.facts)


def test_bahn_totals_in_text_heights_in_centimetres_and_one_without_spaces(answer: Answer) -> None:
    bahn = answer("bahn_v2.json")
    assert bahn.things["parking:bahn:100001"].properties["totalSpotNumber"] == 55
    assert "totalSpotNumber" not in bahn.things["parking:bahn:103442"].properties
    heights = {thing.properties.get("maximumHeight") for thing in bahn.things.values()}
    assert heights >= {None, 2.3, 5.0, 2.2}
    assert not any(height and height > 10 for height in heights)


def test_herrenberg_the_time_stands_beside_the_list_and_nodata_is_no_figure(answer: Answer) -> None:
    herrenberg = answer("herrenberg.json")
    lot = "parking:herrenberg:herrenbergaltstadtgarage"
    assert herrenberg.value(f"{lot}/availableSpotNumber") == 60
    assert herrenberg.at(f"{lot}/availableSpotNumber").startswith("2025-02-25T11:20:03")
    assert herrenberg.things[lot].properties["accessibleSpotNumber"] == 2


def test_aachen_table_and_status_meet_and_closed_is_not_full(answer: Answer) -> None:
    table, status = answer("aachen-static.xml"), answer("aachen-realtime.xml")
    assert table.things.keys() == status.things.keys()
    assert table.things["parking:aachen:P1"].name == "P01-Eurogress"
    assert near(table, "parking:aachen:P1", 50.78055, 6.09280)
    without = [t.id for t in table.things.values() if "totalSpotNumber" not in t.properties]
    assert without == ["parking:aachen:P13", "parking:aachen:P17"]
    for closed in ("P5", "P13"):
        assert status.things[f"parking:aachen:{closed}"].properties["status"] == "closed"
        assert f"parking:aachen:{closed}/availableSpotNumber" not in status.observations
    assert status.value("parking:aachen:P14/availableSpotNumber") == 180
    assert status.at("parking:aachen:P14/availableSpotNumber").startswith("2025-02-04T00:11:19")
    assert status.value("parking:aachen:P10/totalSpotNumber") == 319


def test_stuttgart_metres_and_degrees_and_a_clock_that_was_never_set(
    answer: Answer,
) -> None:
    table, status = answer("stuttgart-static.xml"), answer("stuttgart-realtime.xml")
    assert near(table, "parking:stuttgart:78241093", 48.77501, 9.17596)
    assert near(table, "parking:stuttgart:12717375", 48.77534, 9.17406)
    assert table.things["parking:stuttgart:78319463"].properties["totalSpotNumber"] is None
    assert {fact.where for fact in status.set_aside} == {
        "parkingFacilityStatus 12717450",
        "parkingFacilityStatus 12717244",
    }
    full = status.observations["parking:stuttgart:12717345/availableSpotNumber"]
    assert full.value == 0
    assert status.things["parking:stuttgart:12717253"].properties["status"] == "closed"
    assert status.things["parking:stuttgart:78319431"].properties["status"] == "unknown"
    assert "parking:stuttgart:78319431/availableSpotNumber" not in status.observations
    assert status.at("parking:stuttgart:12717289/availableSpotNumber").startswith("2022-02-11")
