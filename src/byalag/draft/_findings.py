"""Says what a drafted file gives: the first thing, and what was found, in words."""

from datetime import UTC, datetime, timedelta

from byalag.draft import _toml as toml
from byalag.draft._texts import Note, note
from byalag.draft._verify import Outcome
from byalag.model import Observation, Thing

_SHOWN = 4  # reasons


def first_of(outcome: Outcome) -> str:
    """Return what the fullest of the first things is, on a few short lines."""
    things = list(outcome.things.values())[:20]
    if not things:
        return ""
    observed = {one.series.partition("/")[0] for one in outcome.observations}
    thing = max(things, key=lambda one: (one.id in observed, one.point is not None))
    lines = [_described(thing)]
    lines += [
        f"{toml.shown(name)} = {toml.shown(value)}"
        for name, value in thing.properties.items()
        if value is not None
    ][:8]
    lines += [
        _observed(one) for one in outcome.observations if one.series.startswith(f"{thing.id}/")
    ][:6]
    return "\n".join(lines)


def _described(thing: Thing) -> str:
    where = f"  {thing.point.latitude:.5f}, {thing.point.longitude:.5f}" if thing.point else ""
    return f"{thing.id}  {toml.shown(thing.name or '-')}{where}"


def _observed(one: Observation) -> str:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=one.at)
    return f"{one.series.rpartition('/')[2]} = {one.value:.10g}  {at:%Y-%m-%dT%H:%M:%SZ}"


def findings_of(records: int, outcome: Outcome) -> list[Note]:
    """Return what was found, and what would be set aside."""
    things = list(outcome.things.values())
    found = [
        note(
            "found",
            records=records,
            things=len(things),
            placed=sum(one.point is not None for one in things),
            observations=len(outcome.observations),
            aside=len(outcome.aside),
        )
    ]
    for why, count in outcome.reasons.most_common(_SHOWN):
        found.append(note("aside", count=count, why=why))
    return found
