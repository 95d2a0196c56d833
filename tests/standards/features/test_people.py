"""How features are read by people."""

import pytest

from byalag.model import Dataset, Observation, Point, Series, Thing
from byalag.store import Store

from .conftest import client_of


def test_people_read_values_first_with_units_words_and_a_swedish_clock(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Store(tmp_path_factory.mktemp("read") / "commons.sqlite") as store:
        store.publish({"d": Dataset(id="d", title={"sv": "Bad"}, open=True)}).result()
        sample = {"class": "good", "classText": "Bra", "at": "2026-07-01T10:00:00Z"}
        thing = Thing(
            id="bath:x:1", type="BathingPlace", dataset="d", name="Näset", point=Point(64.7, 20.9),
            properties={"waterType": "sea", "euBathingWater": True, "waterQuality": sample},
        )  # fmt: skip
        series = Series(
            id="bath:x:1/waterTemperature", thing=thing.id, property="waterTemperature",
            unit="Cel", dataset="d",
        )  # fmt: skip
        at = 1_782_900_000_000_000  # 2026-07-01T10:00:00Z
        observation = Observation(series=series.id, at=at, value=18.5)
        store.commit([thing, series, observation], at=at).result()
        client = client_of(store)
        swedish = client.get("/features/v1/collections/d/items/bath:x:1?f=html&lang=sv").text
        english = client.get("/features/v1/collections/d/items/bath:x:1?f=html&lang=en").text
        row = client.get("/features/v1/collections/d/items?f=html&lang=sv").text
        away = client.get(
            "/features/v1/collections/d/items/bath:x:1?f=html",
            params={"crs": "http://www.opengis.net/def/crs/EPSG/0/3006"},
        )
    for said in ("<dd>18,5 °C</dd>", "2026-07-01 kl. 12.00", "<dd>Hav</dd>", "<dd>ja</dd>", "Bra"):
        assert said in swedish, said
    for said in ("<dd>18.5 °C</dd>", "2026-07-01 12:00", "<dd>yes</dd>", "class: good"):
        assert said in english, said
    assert "64.7°, 20.9°" in swedish
    assert swedish.index("Vattentemperatur") < swedish.index("EU-bad")
    assert "18,5 °C" in row
    assert away.status_code == 200
    assert "°, " not in away.text
