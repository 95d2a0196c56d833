"""Values in lists, in long rows, and of things that only their ids tell: each becomes series."""

import json

import pytest

from byalag.mapping import Context
from byalag.model import Delivery, Json, Observation
from byalag.sources import settle

from .conftest import NOW, Describe, Drafted

STATIONS = {
    "stations": [
        {
            "id": "s1", "name": "Hornsgatan", "lat": 59.317, "lon": 18.049,
            "measurements": [
                {"timestamp": "2026-11-22T10:00:00+01:00", "no2": 31.2, "pm10": 18.1},
                {"timestamp": "2026-11-22T11:00:00+01:00", "no2": 33.0, "pm10": 19.4},
            ],
        },
        {
            "id": "s2", "name": "Sveavägen", "lat": 59.341, "lon": 18.058,
            "measurements": [{"timestamp": "2026-11-22T10:00:00+01:00", "no2": 21.2, "pm10": 14}],
        },
    ]
}  # fmt: skip
FORECAST = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [20.95, 64.75]},
    "properties": {
        "updated": "2026-11-22T11:00:00Z",
        "timeseries": [
            {"time": f"2026-11-2{day}T12:00:00Z", "data": {"air_temperature": -4.0 - day}}
            for day in range(3, 7)
        ],
    },
}
LONG = """Mätstation;Parameter;Värde;Enhet;Tid
Torget;Lufttemperatur;3,4;°C;2026-11-22 10:00
Torget;Luftfuktighet;81;%;2026-11-22 10:00
Hamnen;Lufttemperatur;2,9;°C;2026-11-22 10:00
Hamnen;Luftfuktighet;84;%;2026-11-22 10:00
"""


def told(describe: Describe, answer: Json, **known: str) -> Drafted:
    """Draft an answer, and want nothing of it set aside."""
    found = describe(json.dumps(answer), **known)
    assert found.set_aside == []
    return found


def counted(found: Drafted) -> int:
    """Return how many values there are in all."""
    return sum(isinstance(fact, Observation) for fact in found.facts)


def test_a_list_of_readings_in_each_station(describe: Describe) -> None:
    found = told(describe, STATIONS)
    assert [one["each"] for one in found.table["series"]] == ["measurements", "measurements"]
    assert counted(found) == 6
    assert found.values["s1/no2"] == 33


def test_a_forecast_lies_ahead_of_its_delivery(describe: Describe) -> None:
    found = told(describe, FORECAST)
    (series,) = found.table["series"]
    assert (series["name"], series["kind"]) == ("temperature", "forecast")
    assert counted(found) == 4
    assert all(one.point is not None for one in found.things.values())


def test_one_station_whose_parameter_stands_beside_its_values(describe: Describe) -> None:
    answer = {
        "parameter": {"key": "1", "name": "Vattenföring", "unit": "m³/s"},
        "station": {"key": "2357", "name": "Abisko"},
        "position": [{"latitude": 68.36, "longitude": 18.78}],
        "value": [{"date": 1795240000000, "value": 12.3}, {"date": 1795326400000, "value": 12.5}],
    }
    found = told(describe, answer)
    assert found.values == {"2357/flow": 12.5}
    assert found.table["series"][0]["unit"] == "m3/s"


def test_pairs_of_time_and_value(describe: Describe) -> None:
    hours = [[f"2026-11-22T0{hour}:00:00Z", 10 + hour] for hour in range(6)]
    found = told(describe, {"id": "b1", "lat": 64.6, "lon": 21.2, "waterLevel": hours})
    assert (counted(found), found.values["b1/waterLevel"]) == (6, 15)


def test_counts_by_kind_are_sensors_of_one_series(describe: Describe) -> None:
    kinds = [{"vehicle_type_id": "bike", "count": 3}, {"vehicle_type_id": "cargo", "count": 1}]
    stations = [
        {"station_id": one, "last_reported": 1795340000, "vehicle_types_available": kinds}
        for one in ("a", "b", "c")
    ]
    found = told(describe, {"data": {"stations": stations}})
    assert found.values["a/availableBikeNumber@cargo"] == 1


def test_a_row_for_each_parameter(describe: Describe) -> None:
    found = describe(LONG)
    assert found.values["Torget/temperature"] == 3.4
    assert found.values["Hamnen/relativeHumidity"] == 84
    said = {one["name"]: (one["unit"], one["when"]) for one in found.table["series"]}
    assert said["temperature"] == ("Cel", {"Parameter": "Lufttemperatur"})


def test_values_that_say_what_they_are_in_a_list(describe: Describe) -> None:
    dust = [{"value_type": "pm10", "value": "15.3"}, {"value_type": "pm25", "value": "8.1"}]
    air = [{"value_type": "temperature", "value": "4.2"}, {"value_type": "humidity", "value": "88"}]
    answer = [
        {"id": 7, "timestamp": "2026-11-22 12:00:00", "lat": 59.3, "lon": 18.1, "values": dust},
        {"id": 8, "timestamp": "2026-11-22 12:00:05", "lat": 59.4, "lon": 18.2, "values": air},
    ]
    found = told(describe, answer)
    assert found.values["7/pm25"] == 8.1
    assert found.values["8/temperature"] == 4.2


def test_more_parameters_than_can_be_named_are_sensors(describe: Describe) -> None:
    rows = [
        {"station": f"s{number % 2}", "parameter": f"x{number // 2}", "value": number + 0.5,
         "time": f"2026-11-22T10:{hour:02}:00Z"}
        for number in range(100) for hour in (0, 30)
    ]  # fmt: skip
    found = told(describe, rows)
    (series,) = found.table["series"]
    assert series["sensor"] == "{parameter|slug}"
    assert "many" in " ".join(one.text for one in found.draft.questions)


def test_live_values_alone_ask_for_names_and_places(describe: Describe) -> None:
    answer = [
        {"id": f"6c5a-{n}", "currentcars": 10 * n, "timestamp": "2026-11-22T07:33:00Z"}
        for n in range(1, 5)
    ]
    found = told(describe, answer)
    assert counted(found) == 4
    assert "thing" in {one.about for one in found.draft.questions}
    assert "an answer of their own" in found.draft.text.replace("\n# ", " ")


def test_a_single_space_is_free_or_taken(describe: Describe) -> None:
    answer = [
        {"id": f"spot-{n}", "occupied": n % 2 == 0, "timestamp": "2026-11-22T07:33:00Z"}
        for n in range(4)
    ]
    found = told(describe, answer, name="parking-spots")
    assert found.values["spot-0/availableSpotNumber"] == 0
    assert found.values["spot-1/availableSpotNumber"] == 1


def test_parking_that_is_free_of_charge_is_not_a_free_space(describe: Describe) -> None:
    answer = [
        {"id": n, "name": f"P{n}", "lat": 64.7, "lon": 20.9 + n / 100, "freeParking": n % 2 == 0}
        for n in range(4)
    ]
    assert counted(told(describe, answer, name="parking-lots")) == 0


def test_what_a_charger_can_give_at_most_is_not_measured(describe: Describe) -> None:
    csv = "id,namn,effekt_kw,lat,long\n1,Torget,22,64.75,20.95\n2,Hamnen,150,64.74,20.96\n"
    assert counted(describe(csv, name="laddstationer")) == 0


@pytest.mark.parametrize(("body", "form"), [(LONG, "csv"), (json.dumps(STATIONS), "json")])
def test_a_file_of_many_is_read_from_its_folder_as_the_draft_says(
    body: str, form: str, describe: Describe
) -> None:
    found = describe(body)
    said = " ".join(found.draft.text.replace("\n#", " ").split())
    line = f'kind = "folder", path = "/THE/FOLDER", pattern = "*.{form}" and format = "{form}"'
    assert line in said
    table = {name: value for name, value in found.table.items() if name not in {"url", "every"}}
    table |= {"kind": "folder", "path": "/THE/FOLDER", "pattern": f"*.{form}", "format": form}
    kind, settings = settle(table, name="draft")
    context = Context(source="draft", municipality="2482", dataset="d", received=NOW)
    delivery = Delivery(source="draft", received=NOW, bodies=(body.encode(),), names=(f"a.{form}",))
    read = list(kind.prepare(settings)(delivery, context))
    assert [type(fact) for fact in read] == [type(fact) for fact in found.facts]
