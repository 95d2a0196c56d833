"""From one home to many: what keeps a home from its next stage."""

from collections.abc import Container, Mapping
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from byalag.model import Micros, SeriesId, Words, span
from byalag.services.care._home import Stage
from byalag.services.care._life import Home
from byalag.services.care._rules import STAGES
from byalag.services.care._unit import Unit

Hindrance: TypeAlias = Literal[
    "closed", "last-stage", "no-channel", "no-consent", "not-heard", "too-early", "nobody-to-tell"
]
HINDRANCES: Final[Mapping[Hindrance, Words]] = {
    "closed": {"sv": "Hemmet är avslutat.", "en": "The home is closed."},
    "last-stage": {"sv": "Hemmet berättar redan.", "en": "The home tells already."},
    "no-channel": {
        "sv": "Inget samtycke gäller för någon givare i hemmet.",
        "en": "No consent in force covers any sensor in the home.",
    },
    "no-consent": {"sv": "Inget samtycke gäller.", "en": "No consent is in force."},
    "not-heard": {
        "sv": "Någon givare har aldrig hörts av.",
        "en": "A sensor has never been heard.",
    },
    "too-early": {
        "sv": "Det har inte gått tillräckligt många dygn i det här läget.",
        "en": "Not enough days have passed in this stage.",
    },
    "nobody-to-tell": {
        "sv": "Ingen får veta något: inget samtycke som gäller nämner en kontakt.",
        "en": "Nobody may be told: no consent in force names a contact.",
    },
}
_MICRO: Final = timedelta(microseconds=1)


def onward(home: Home) -> Stage | None:
    """Return the stage after the one that a home has; None after the last."""
    rest = STAGES[STAGES.index(home.stage) + 1 :]
    return rest[0] if rest else None


def hinders(
    home: Home, unit: Unit, heard: Container[SeriesId], now: Micros
) -> tuple[Hindrance, ...]:
    """Return what keeps a home from its next stage; `heard` are series with any observation."""
    if not home.open:
        return ("closed",)
    to, agreed, watched = onward(home), home.agreed(now), home.watched(now)
    if to is None:
        return ("last-stage",)
    if not agreed:
        return ("no-consent",)
    found: list[Hindrance] = []
    if not watched:
        found.append("no-channel")
    if any(series not in heard for series in watched):
        found.append("not-heard")
    began = max(min(one.since for one in agreed), home.staged or home.opened)
    least = unit.learning if home.stage == "learning" else unit.silent
    if now - began < span(least) // _MICRO:
        found.append("too-early")
    if to == "telling" and not home.told_to(now):
        found.append("nobody-to-tell")
    return tuple(found)
