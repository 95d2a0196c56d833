"""What can be asked about bathing places."""

from functools import partial
from operator import attrgetter
from typing import ClassVar

from byalag.model import Found, Micros
from byalag.services import Page, Question, Reader, Service
from byalag.services._history import HistoryOf, PropertyHistory, tell_history
from byalag.services._places import FindPlaces, OnePlace, one, zone_of
from byalag.services.baths._answers import BathingPlace
from byalag.services.baths._example import EXAMPLE, EXAMPLE_HISTORY
from byalag.services.baths._tell import WATER, Settings, known, tell

KIND = "BathingPlace"
CALLED = "bathing place"
USUAL = Settings()


class FindBathingPlaces(FindPlaces, frozen=True, kw_only=True):
    """Which bathing places are there, which are nearest, and how warm is the water?"""


class OneBathingPlace(OnePlace, frozen=True, kw_only=True):
    """How is it to bathe at this place?"""


class BathingPlaceHistory(HistoryOf, frozen=True, kw_only=True):
    """How has the water temperature, or another property, changed over time?"""

    usual: ClassVar[str] = WATER


def bathing_places(
    ask: FindPlaces, reader: Reader, now: Micros, *, settings: Settings = USUAL
) -> Page[BathingPlace]:
    """Return bathing places, nearest first or by name; an unmeasured one is listed, not hidden."""
    where = ask.where()
    found = reader.find(KIND, where, limit=ask.limit, offset=ask.offset)
    seen = known(reader, now, settings, found)
    return Page(
        items=[tell(each, seen) for each in found],
        total=reader.count(KIND, where),
        limit=ask.limit,
        offset=ask.offset,
    )


def bathing_place(
    ask: OnePlace, reader: Reader, now: Micros, *, settings: Settings = USUAL
) -> BathingPlace:
    """Return one bathing place.

    Raises:
        Unknown: there is no such bathing place here.
    """
    found = Found(thing=one(ask.id, reader, (KIND,), CALLED))
    return tell(found, known(reader, now, settings, [found]))


def bathing_place_history(
    ask: BathingPlaceHistory, reader: Reader, now: Micros, *, settings: Settings = USUAL
) -> PropertyHistory:
    """Return the history of one property of a bathing place.

    Raises:
        Unknown: there is no such bathing place here.
        Refused: the place has no such property, or the period cannot be answered.
    """
    thing = one(ask.id, reader, (KIND,), CALLED)
    return tell_history(ask, thing, reader, now, zone_of(thing, settings))


def declare(settings: Settings = USUAL) -> Service:
    """Return the service, as it is with a hub's settings."""
    return Service(
        name="baths",
        version="1.0.0",
        released="2026-11-22",
        kinds=(KIND,),
        title={"sv": "Badplatser", "en": "Bathing places"},
        description={
            "sv": "Hur varmt vattnet är vid kommunernas badplatser, om det avråds från bad och "
            "hur vattnet bedöms. Varje temperatur har tid, ålder, källa och kvalitet.",
            "en": "How warm the water is at the municipalities' bathing places, whether there is "
            "advice against bathing, and how the water is assessed. Every temperature has its "
            "time, age, source and quality.",
        },
        limitations={
            "sv": "Kända begränsningar: de flesta badplatser saknar givare. Ett laboratorieprov är "
            "dagar eller veckor gammalt och visas aldrig som mätt. Historik ges som tim- eller "
            "dygnsmedel när perioden har fler än 3 000 värden.",
            "en": "Known limitations: most bathing places have no sensor. A laboratory sample is "
            "days or weeks old and is never shown as measured. History is given as hourly or "
            "daily means when the period has more than 3,000 values.",
        },
        questions=(_find(settings), _one(settings), _history(settings)),
    )


def _find(settings: Settings) -> Question[FindBathingPlaces, Page[BathingPlace]]:
    return Question(
        name="findBathingPlaces",
        path="/bathing-places",
        ask=FindBathingPlaces,
        answer=partial(bathing_places, settings=settings),
        answers=Page[BathingPlace],
        summary={"sv": "Hitta badplatser", "en": "Find bathing places"},
        description={
            "sv": "Badplatser, närmast först när `near` anges, annars efter namn. "
            "Även badplatser utan mätning räknas upp.",
            "en": "Bathing places, nearest first when `near` is given, otherwise by name. "
            "Bathing places without measurements are listed too.",
        },
        example={"near": "64.75,20.95", "radius": "30000", "limit": "5"},
        example_answer=Page(items=[EXAMPLE], total=1, limit=5, offset=0),
        rows="items",
        short=attrgetter("short"),
    )


def _one(settings: Settings) -> Question[OneBathingPlace, BathingPlace]:
    return Question(
        name="getBathingPlace",
        path="/bathing-places/{id}",
        ask=OneBathingPlace,
        answer=partial(bathing_place, settings=settings),
        answers=BathingPlace,
        summary={"sv": "En badplats", "en": "One bathing place"},
        description={
            "sv": "Allt som är känt om en badplats just nu.",
            "en": "Everything that is known of one bathing place now.",
        },
        thing=CALLED,
        example={"id": EXAMPLE.id},
        example_answer=EXAMPLE,
        short=attrgetter("short"),
    )


def _history(settings: Settings) -> Question[BathingPlaceHistory, PropertyHistory]:
    return Question(
        name="getBathingPlaceHistory",
        path="/bathing-places/{id}/history",
        ask=BathingPlaceHistory,
        answer=partial(bathing_place_history, settings=settings),
        answers=PropertyHistory,
        summary={"sv": "En badplats historik", "en": "The history of a bathing place"},
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
