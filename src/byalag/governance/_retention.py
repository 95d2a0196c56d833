"""What is due to be deleted, and what a hold keeps. Pure: the time is handed in."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from byalag.model import Dataset, Duration, Hold, Micros, Municipality, span

Stuff: TypeAlias = Literal[
    "observations", "deliveries", "set-aside", "messages", "files", "journal"
]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


class Due(Struct, frozen=True, kw_only=True):
    """One rule: what of something is deleted that is older than `before`, after how long.

    `about` is a dataset, a source, or "" for what belongs to none. `people` says that it is about
    people: then not even the newest is kept. `held` says why nothing of it is deleted yet.
    """

    stuff: Stuff
    about: str
    kept: Duration
    before: Micros
    people: bool = False
    held: str = ""


def due(  # noqa: PLR0913, PLR0917 -- these are the parts of what is due
    municipality: Municipality,
    datasets: Mapping[str, Dataset],
    sources: Mapping[str, str],
    held: Mapping[str, Iterable[str]],
    now: Micros,
    books: Iterable[str] = (),
) -> list[Due]:
    """Return what is due of a municipality, rule by rule.

    `sources` gives each source's dataset, and `held` the datasets of each thing that is held.
    `books` are the journals that it has: what is over in one is deleted in time.
    """
    keep = municipality.retention
    why = _held(municipality.hold, held, now)
    found = [
        _rule("observations", id_, one.retention, now, why.get(id_, ""), people=one.personal_data)
        for id_, one in sorted(datasets.items())
        if one.retention is not None
    ]
    for name, id_ in sorted(sources.items()):
        dataset = datasets.get(id_)
        people = dataset is not None and dataset.personal_data
        limit = dataset.retention if dataset is not None and people else None
        hold = why.get(id_, "")
        kept = _shorter(keep.sources.get(name, keep.ledger), limit)
        found.append(_rule("deliveries", name, kept, now, hold, people=people))
        aside = _shorter(keep.set_aside, limit)
        found.append(_rule("set-aside", name, aside, now, hold, people=people))
    found.append(_rule("messages", "", keep.messages, now, "; ".join(sorted(set(why.values())))))
    found += [_rule("journal", book, keep.journal, now, "", people=True) for book in books]
    if keep.files is not None:
        found += [
            _rule("files", id_, keep.files, now, why.get(id_, "")) for id_ in sorted(datasets)
        ]
    return found


def things_held(holds: Iterable[Hold], now: Micros) -> dict[str, str]:
    """Return the things that are held now, and why."""
    return {one.thing: one.why for one in holds if one.thing and holds_at(one, now)}


def _held(
    holds: Iterable[Hold], of_things: Mapping[str, Iterable[str]], now: Micros
) -> dict[str, str]:
    """Return why datasets are held: by themselves, or as a delivery may tell of a thing held."""
    found: dict[str, str] = {}
    for one in holds:
        named = (one.dataset, *of_things.get(one.thing, ()))
        if holds_at(one, now):
            found |= {dataset: one.why for dataset in named if dataset}
    return found


def holds_at(hold: Hold, now: Micros) -> bool:
    """Return whether a hold still holds: it does so to the end of its last day, in UTC."""
    return (_EPOCH + timedelta(microseconds=now)).date() <= hold.until


def _shorter(one: Duration, other: Duration | None) -> Duration:
    return one if other is None or span(one) <= span(other) else other


def _rule(  # noqa: PLR0913 -- these are the parts of one rule
    stuff: Stuff,
    about: str,
    kept: Duration,
    now: Micros,
    held: str,
    *,
    people: bool = False,
) -> Due:
    before = now - span(kept) // _MICRO
    return Due(stuff=stuff, about=about, kept=kept, before=before, people=people, held=held)
