"""What can be asked about places to park."""

from functools import partial
from operator import attrgetter
from typing import ClassVar

from byalag.model import Found, Micros
from byalag.services import Page, Question, Reader, Service
from byalag.services._history import HistoryOf, PropertyHistory, tell_history
from byalag.services._places import FindPlaces, OnePlace, one, zone_of
from byalag.services.parking._answers import ParkingFacility
from byalag.services.parking._example import EXAMPLE, EXAMPLE_HISTORY
from byalag.services.parking._tell import FREE, Settings, known, tell

KINDS = ("OffStreetParking", "OnStreetParking")
CALLED = "place to park"
USUAL = Settings()


class FindParkingFacilities(FindPlaces, frozen=True, kw_only=True):
    """Where can I park, and how many spots are free?"""


class OneParkingFacility(OnePlace, frozen=True, kw_only=True):
    """How many spots are free at this place, and what does it offer?"""


class ParkingFacilityHistory(HistoryOf, frozen=True, kw_only=True):
    """How has the number of free spots, or another property, changed over time?"""

    usual: ClassVar[str] = FREE


def parking_facilities(
    ask: FindPlaces, reader: Reader, now: Micros, *, settings: Settings = USUAL
) -> Page[ParkingFacility]:
    """Return places to park, nearest first or by name, whoever operates them."""
    where = ask.where()
    found = reader.find(KINDS, where, limit=ask.limit, offset=ask.offset)
    seen = known(reader, now, settings, found)
    return Page(
        items=[tell(each, seen) for each in found],
        total=reader.count(KINDS, where),
        limit=ask.limit,
        offset=ask.offset,
    )


def parking_facility(
    ask: OnePlace, reader: Reader, now: Micros, *, settings: Settings = USUAL
) -> ParkingFacility:
    """Return one place to park.

    Raises:
        Unknown: there is no such place here.
    """
    found = Found(thing=one(ask.id, reader, KINDS, CALLED))
    return tell(found, known(reader, now, settings, [found]))


def parking_facility_history(
    ask: ParkingFacilityHistory, reader: Reader, now: Micros, *, settings: Settings = USUAL
) -> PropertyHistory:
    """Return the history of one property of a place to park.

    Raises:
        Unknown: there is no such place here.
        Refused: the place has no such property, or the period cannot be answered.
    """
    thing = one(ask.id, reader, KINDS, CALLED)
    return tell_history(ask, thing, reader, now, zone_of(thing, settings))


def declare(settings: Settings = USUAL) -> Service:
    """Return the service, as it is with a hub's settings."""
    return Service(
        name="parking",
        version="1.0.0",
        released="2026-11-22",
        kinds=KINDS,
        title={"sv": "Parkering", "en": "Parking"},
        description={
            "sv": "Var man kan parkera och hur många platser som är lediga, vem som än driver "
            "parkeringen. Ledigt, fullt, stängt, utan räknare och inga nya uppgifter är olika "
            "svar och blandas aldrig ihop.",
            "en": "Where to park and how many spots are free, whoever operates the place. Free, "
            "full, closed, without a counter and no news are different answers and are never "
            "mixed up.",
        },
        limitations={
            "sv": "Kända begränsningar: alla parkeringar har inte räknare. En räknare som har "
            "varit tyst längre än gränsen visas som tyst, inte som full eller ledig. Historik ges "
            "som tim- eller dygnsmedel när perioden har fler än 3 000 värden.",
            "en": "Known limitations: not every place has a counter. A counter that has been "
            "silent for longer than the limit is shown as silent, not as full or free. History "
            "is given as hourly or daily means when the period has more than 3,000 values.",
        },
        questions=(_find_question(settings), _one_question(settings), _history_question(settings)),
    )


def _find_question(
    settings: Settings,
) -> Question[FindParkingFacilities, Page[ParkingFacility]]:
    return Question(
        name="findParkingFacilities",
        path="/parking-facilities",
        ask=FindParkingFacilities,
        answer=partial(parking_facilities, settings=settings),
        answers=Page[ParkingFacility],
        summary={"sv": "Hitta parkering", "en": "Find parking"},
        description={
            "sv": "Parkeringar, närmast först när `near` anges, annars efter namn. "
            "Även parkeringar utan räknare räknas upp.",
            "en": "Places to park, nearest first when `near` is given, otherwise by name. "
            "Places without a counter are listed too.",
        },
        example={"near": "64.75,20.95", "radius": "5000", "limit": "5"},
        example_answer=Page(items=[EXAMPLE], total=1, limit=5, offset=0),
        rows="items",
        short=attrgetter("short"),
    )


def _one_question(settings: Settings) -> Question[OneParkingFacility, ParkingFacility]:
    return Question(
        name="getParkingFacility",
        path="/parking-facilities/{id}",
        ask=OneParkingFacility,
        answer=partial(parking_facility, settings=settings),
        answers=ParkingFacility,
        summary={"sv": "En parkering", "en": "One place to park"},
        description={
            "sv": "Allt som är känt om en parkering just nu.",
            "en": "Everything that is known of one place to park now.",
        },
        thing=CALLED,
        example={"id": EXAMPLE.id},
        example_answer=EXAMPLE,
        short=attrgetter("short"),
    )


def _history_question(
    settings: Settings,
) -> Question[ParkingFacilityHistory, PropertyHistory]:
    return Question(
        name="getParkingFacilityHistory",
        path="/parking-facilities/{id}/history",
        ask=ParkingFacilityHistory,
        answer=partial(parking_facility_history, settings=settings),
        answers=PropertyHistory,
        summary={"sv": "En parkerings historik", "en": "The history of a place to park"},
        description={
            "sv": "En egenskaps värden i en period, äldst först; de senaste sju dygnen om inget "
            "annat sägs. Långa perioder ges som tim- eller dygnsmedel, och svaret säger det.",
            "en": "The values of one property in a period, oldest first; the last seven days "
            "unless said otherwise. Long periods are given as hourly or daily means, and the "
            "answer says so.",
        },
        thing=CALLED,
        example={"id": EXAMPLE.id, "start": "2026-07-01T00:00:00Z", "end": "2026-07-02T00:00:00Z"},
        example_answer=EXAMPLE_HISTORY,
        rows="values",
    )
