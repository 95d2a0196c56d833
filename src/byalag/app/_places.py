"""Own places and links, as the facts they are."""

from collections.abc import Iterator

from byalag.app._settings import Place, PlacesFile
from byalag.model import Link, MunicipalityCode, Point, Thing


def facts_of(places: PlacesFile, municipality: MunicipalityCode) -> Iterator[Thing | Link]:
    """Say what a places file declares in the platform's words."""
    for place in places.place:
        yield _thing(place, places.dataset, municipality)
        for measured in place.measured:
            yield Link(thing=place.id, property=measured.property, series=measured.series)
    for tie in places.link:
        yield Link(thing=tie.thing, property=tie.property, series=tie.series)


def _thing(place: Place, dataset: str, municipality: MunicipalityCode) -> Thing:
    known = place.lat is not None and place.lon is not None
    same = {"sameAs": list(place.same_as)} if place.same_as else {}
    return Thing(
        id=place.id,
        type=place.type,
        dataset=dataset,
        name=place.name,
        municipality=municipality,
        point=Point(place.lat or 0.0, place.lon or 0.0) if known else None,
        properties={**place.properties, **same},
    )
