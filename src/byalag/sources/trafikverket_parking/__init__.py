"""Rest areas and parking places along state roads, from Trafikverket. It counts no free spaces."""

from collections.abc import Iterator

from byalag.mapping import Context, Field, Heard, MappingSpec, PointSpec, ThingSpec
from byalag.model import Delivery, Duration, Rejected
from byalag.sources import Kind, Poll, Translate
from byalag.sources._say import Found, mappers, say
from byalag.sources._trafikverket import Settings as Asked
from byalag.sources._trafikverket import asked, flat, found, national

OBJECTS, SCHEMA = "Parking", "1.4"
NORDIC = (54.0, 9.0, 70.0, 26.0)


class Settings(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "trafikverket-parking"` may say."""

    every: Duration = "6h"


def reach(settings: Settings) -> Poll:
    """Say that the parking places are asked for."""
    return asked(settings, OBJECTS, SCHEMA)


def prepare(settings: Settings) -> Translate:
    """Compile what a parking place means."""
    mapper = mappers(SPEC, kind=settings.kind)
    reach(settings)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from national(
            say(mapper(context.source, ""), _flat(found(delivery, OBJECTS)), context)
        )

    return translate


def _flat(records: Iterator[Found]) -> Iterator[Found]:
    for one in records:
        yield one if isinstance(one, Rejected) else (one[0], flat(one[1]))


def _spaces(vehicle: str) -> str:
    return f"VehicleCharacteristics[VehicleType={vehicle}].NumberOfSpaces"


SPEC = MappingSpec(
    thing=ThingSpec(
        type="OffStreetParking",
        id="{Id}",
        operator="trafikverket",
        name="Name",
        point=PointSpec(wkt="Geometry.WGS84", within=NORDIC),
        gone="Deleted",
        properties={
            "description": "Description",
            "address": "LocationDescription",
            "totalSpotNumber": Field(path=_spaces("car"), kind="integer"),
            "lorrySpotNumber": Field(path=_spaces("lorry"), kind="integer"),
            "status": Field(
                path="OpenStatus",
                codes={"open": "open", "closed": "closed", "openingTimesInForce": "unknown"},
            ),
            "operationStatus": "OperationStatus",
            "usage": "UsageSenario",
            "equipment": "Equipment.*.Type",
            "facilities": "Facility.*.Type",
            "free": "TariffsAndPayment.FreeOfCharge",
            "fee": "TariffsAndPayment.Tariff",
            "operatorName": "Operator.Name",
        },
    ),
)

kind = Kind(
    name="trafikverket-parking",
    title={"sv": "Rastplatser från Trafikverket", "en": "Rest areas from Trafikverket"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
