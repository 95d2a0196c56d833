"""Who answers for what, and how it is classified: said by itself, or inherited.

A dataset inherits from its municipality; a source, and a kind of series in it, from its dataset.
"""

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from msgspec import Struct, structs

from byalag.model import Dataset, Governed, Klassa, Stewardship

Heir: TypeAlias = Literal["own", "source", "dataset", "municipality", "nobody"]
"""Who has said something: the one it is about, or one that it inherits from."""


class Said(Struct, frozen=True):
    """What holds, and who has said it. `value` is empty or None where nobody has."""

    value: Any
    by: Heir


class Standing(Struct, frozen=True, kw_only=True):
    """Who answers for a dataset, a source or a kind of series, and how it is classified."""

    owner: Said
    owner_role: Said
    classification: Said
    recipients: Said


def inherited(dataset: Dataset, home: Stewardship) -> Dataset:
    """Return a dataset with what it inherits from its municipality."""
    return structs.replace(
        dataset,
        owner=dataset.owner or home.owner,
        owner_role=dataset.owner_role or home.owner_role,
    )


def standing(dataset: Dataset, home: Stewardship, *said: Governed) -> Standing:
    """Return what holds for a dataset, or for what is `said` in it: a source, then a series kind.

    The nearest word counts, apart from recipients: what is given to more is given to all of them.
    """
    nearest: list[tuple[Heir, Dataset | Governed | Stewardship]] = [
        *zip(_NAMES[len(said)], reversed(said), strict=True),
        ("dataset" if said else "own", dataset),
        ("municipality", home),
    ]
    return Standing(
        owner=_first(nearest, "owner"),
        owner_role=_first(nearest, "owner_role"),
        classification=_first(nearest, "classification"),
        recipients=_first(nearest, "recipients"),
    )


_NAMES: dict[int, tuple[Heir, ...]] = {0: (), 1: ("own",), 2: ("own", "source")}


def highest(classes: Iterable[Klassa | None]) -> Klassa | None:
    """Return the highest of each axis: what is put together is as sensitive as its worst part."""
    known = [one for one in classes if one is not None]
    if not known:
        return None
    return Klassa(
        confidentiality=max(one.confidentiality for one in known),
        integrity=max(one.integrity for one in known),
        availability=max(one.availability for one in known),
    )


def _first(nearest: Iterable[tuple[Heir, object]], name: str) -> Said:
    empty: object = None if name == "classification" else () if name == "recipients" else ""
    for heir, told in nearest:
        value: object = getattr(told, name, None)
        if value:
            return Said(value, heir)
    return Said(empty, "nobody")
