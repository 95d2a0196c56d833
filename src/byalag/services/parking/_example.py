"""Examples of answers about a place to park, shown in the API's description. Invented values."""

from datetime import UTC, datetime

from byalag.model import Point
from byalag.services._history import Period, PropertyHistory, Summary, Value
from byalag.services._places import DatasetRef, MunicipalityRef
from byalag.services.parking._answers import FreeSpots, ParkingFacility
from byalag.services.parking._tell import FREE

AT = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
ID = "parking:skelleftea-parkering:campus"
SERIES = f"{ID}/{FREE}"
EXAMPLE = ParkingFacility(
    id=ID,
    name="Campus Skellefteå",
    kind="OffStreetParking",
    municipality=MunicipalityRef("2482", "Skellefteå"),
    position=Point(64.745, 20.956),
    distance=412.0,
    operator="Skellefteå Parkering",
    total_spots=120,
    free=FreeSpots(
        state="free", value=37, at=AT, age_seconds=45, quality="not-evaluated", series=SERIES
    ),
    accessible_spots=4,
    maximum_height=2.1,
    fee="Avgift vardagar 8-18",
    address="Laboratorgränd 1",
    dataset=DatasetRef(
        id="parking",
        title={"sv": "Parkering", "en": "Parking"},
        owner="Skellefteå kommun",
        licence="CC0-1.0",
    ),
)
EXAMPLE_HISTORY = PropertyHistory(
    thing=ID,
    name=EXAMPLE.name,
    property=FREE,
    series=SERIES,
    unit="1",
    kind="measured",
    period=Period(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)),
    resolution="raw",
    time_zone="Europe/Stockholm",
    values=[Value(AT, 37.0, "not-evaluated"), Value(AT.replace(minute=1), 36.0, "not-evaluated")],
    summary=Summary(2, 36.0, 37.0, 36.5),
    alternatives=[],
)
