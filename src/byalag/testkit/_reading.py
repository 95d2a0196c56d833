"""What a recorded answer means when it is read through a source's own file of settings."""

import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from byalag.mapping import Context, Heard, Skipped
from byalag.model import Delivery, Micros, MunicipalityCode, Observation, Rejected, Thing
from byalag.sources import settle

MICROSECONDS = 1_000_000


class Reading(Struct, frozen=True):
    """What one recorded answer gave."""

    facts: tuple[Heard, ...]

    @property
    def things(self) -> dict[str, Thing]:
        """The things, by id; of several descriptions the last."""
        return {fact.id: fact for fact in self.facts if isinstance(fact, Thing)}

    @property
    def observations(self) -> dict[str, Observation]:
        """The last observation of each series."""
        return {fact.series: fact for fact in self.facts if isinstance(fact, Observation)}

    @property
    def set_aside(self) -> list[Rejected]:
        """What was set aside, and why."""
        return [fact for fact in self.facts if isinstance(fact, Rejected)]

    @property
    def skipped(self) -> int:
        """How many records were understood and are not ours."""
        return sum(fact.count for fact in self.facts if isinstance(fact, Skipped))

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Return how many things, observations, set aside and skipped."""
        told = Counter(type(fact) for fact in self.facts)
        return told[Thing], told[Observation], told[Rejected], self.skipped

    def value(self, series: str) -> float:
        """Return the last value of a series."""
        return self.observations[series].value

    def at(self, series: str) -> str:
        """Return when the last value of a series was true, ISO 8601 in UTC."""
        return datetime.fromtimestamp(self.observations[series].at / MICROSECONDS, UTC).isoformat()


def micros(text: str) -> Micros:
    """Return an ISO 8601 time with zone as microseconds."""
    return round(datetime.fromisoformat(text).timestamp() * MICROSECONDS)


def reading(file: Path, body: bytes, *, received: str, municipality: MunicipalityCode) -> Reading:
    """Read an answer as the source in a hub folder's file would.

    Raises:
        Misconfigured: The file's settings cannot work.
        Garbled: The answer cannot be read at all.
    """
    name, at = file.stem, micros(received)
    kind, settings = settle(tomllib.loads(file.read_text()), name=name)
    context = Context(source=name, municipality=municipality, dataset=settings.dataset, received=at)
    delivery = Delivery(source=name, received=at, bodies=(body,))
    return Reading(tuple(kind.prepare(settings)(delivery, context)))
