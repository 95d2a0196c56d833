"""Examples of answers about a bathing place, shown in the API's description. Invented values."""

from datetime import UTC, date, datetime

from byalag.model import Point
from byalag.services._history import Period, PropertyHistory, Summary, Value
from byalag.services._places import DatasetRef, MunicipalityRef
from byalag.services.baths._answers import (
    Advice,
    BathingPlace,
    Quality,
    Sample,
    Season,
    Temperature,
)
from byalag.services.baths._tell import WATER

AT = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
SERIES = "sensor:skelleftea:a840411234/waterTemperature"
EXAMPLE = BathingPlace(
    id="bath:skelleftea:varutrask",
    name="Varuträskets badplats",
    municipality=MunicipalityRef("2482", "Skellefteå"),
    position=Point(64.79, 20.75),
    distance=812.4,
    water_temperature=Temperature(
        value=18.4,
        unit="Cel",
        at=AT,
        age_seconds=420,
        old=False,
        kind="measured",
        quality="good",
        sensor="sensor:skelleftea:a840411234",
        source="Skellefteå kommun",
        series=SERIES,
    ),
    advice_against_bathing=[Advice(text="Algblomning", code=2, starts_at=AT)],
    water_quality=Quality(text="Utmärkt kvalitet", year=2025, code=1),
    latest_sample=Sample(
        at=datetime(2026, 6, 21, 22, tzinfo=UTC),
        day=date(2026, 6, 22),
        age_seconds=828_000,
        old=False,
        assessment="Tjänligt",
        algae="Ingen blomning",
        escherichia_coli="<10",
        intestinal_enterococci="10",
    ),
    bathing_season=Season(starts=date(2026, 6, 20), ends=date(2026, 8, 20)),
    water_type="Sjö",
    eu_bathing_water=False,
    dataset=DatasetRef(
        id="bathing-places",
        title={"sv": "Badplatser", "en": "Bathing places"},
        owner="Skellefteå kommun",
        licence="CC0-1.0",
    ),
)
EXAMPLE_HISTORY = PropertyHistory(
    thing=EXAMPLE.id,
    name=EXAMPLE.name,
    property=WATER,
    series=SERIES,
    unit="Cel",
    kind="measured",
    period=Period(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)),
    resolution="raw",
    time_zone="Europe/Stockholm",
    values=[Value(AT, 18.4, "good"), Value(AT.replace(hour=13), None, "fail")],
    summary=Summary(1, 18.4, 18.4, 18.4),
    alternatives=[f"{EXAMPLE.id}/waterTemperature@sample"],
)
