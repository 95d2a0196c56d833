"""What keeps a home from its next stage, and what is not handled there: said on the page."""

from collections.abc import Container, Iterable, Sequence

from byalag.model import Micros, SeriesId, Words
from byalag.pages.care._ports import Care, Ward
from byalag.services.care import HINDRANCES, Home, hinders, onward


def heard_of(care: Care, ward: Ward, homes: Iterable[Home]) -> Container[SeriesId]:
    """Return which channels of those homes that can go a stage on have been heard at all."""
    wanted = [series for one in homes if onward(one) is not None for series in one.channels]
    return care.ever(ward.municipality, wanted) if wanted else ()


def hindrances(home: Home, ward: Ward, heard: Container[SeriesId], now: Micros) -> Sequence[Words]:
    """Return in words what keeps a home from its next stage; nothing if there is none."""
    if home.open and onward(home) is None:
        return ()
    return [HINDRANCES[each] for each in hinders(home, ward.unit, heard, now)]


def unhandled(home: Home) -> list[str]:
    """Return what is not handled in a home as it is: several who live there, and a pet."""
    found = ["residents"] if home.household.residents > 1 else []
    return [*found, "pets"] if home.household.pets else found
