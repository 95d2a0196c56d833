"""Decides what kind of thing the records are: by the address, the names and the values."""

from collections import Counter, defaultdict
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from byalag.draft._seen import Seen
from byalag.draft._words import LEXICON, Sort, split

_ADDRESS: Final = 3.0
_ABOUT: Final = 1.5
_NAMES: Final = 1.0
_VALUES: Final = 0.6
_LEAST: Final = 1.0
_SAMPLE: Final = 40
UNKNOWN: Final = Sort(
    type="PointOfInterest", prefix="place", dataset="places",
    title={"sv": "Platser", "en": "Places"}, words=frozenset(),
)  # fmt: skip


class Sorted(Struct, kw_only=True):
    """A type of thing, how sure it is, and the next likeliest."""

    sort: Sort
    sure: bool
    other: str = ""


def sort_of(seen: dict[str, Seen], about: str, url: str, asked: str) -> Sorted:
    """Return what kind of thing the records are. `asked` is what a person said."""
    if asked:
        found = next((one for one in LEXICON.things if one.type.lower() == asked.lower()), None)
        named = found or Sort(
            type=asked, dataset=_dataset(asked), title={"en": asked}, words=frozenset()
        )
        return Sorted(sort=named, sure=True)
    worth = _worth(seen, about, url)
    ranked = [(sort, worth[sort.type]) for sort in LEXICON.things if worth[sort.type] >= _LEAST]
    ranked.sort(key=lambda one: -one[1])
    if not ranked:
        return Sorted(sort=UNKNOWN, sure=False)
    other = ranked[1][0].type if len(ranked) > 1 else ""
    near = len(ranked) > 1 and ranked[1][1] > ranked[0][1] * 0.7
    return Sorted(sort=ranked[0][0], sure=not near, other=other)


def as_parking(found: Sorted) -> Sorted:
    """Return the likeliest kind of parking, for records that count what is free and taken."""
    if found.sort.parking:
        return found
    parking = next(sort for sort in LEXICON.things if sort.type == "OffStreetParking")
    return Sorted(sort=parking, sure=False, other=found.sort.type)


def _worth(seen: dict[str, Seen], about: str, url: str) -> dict[str, float]:
    worth: dict[str, float] = defaultdict(float)
    address = set(split_all(unquote(url)))
    said = set(split_all(about)) - address
    for sort in LEXICON.things:
        worth[sort.type] += _ADDRESS * min(len((sort.words | sort.address) & address), 2)
        worth[sort.type] += _ABOUT * min(len(sort.words & said), 2)
        named = sum(bool(sort.words & set(one.words)) for one in seen.values())
        worth[sort.type] += _NAMES * min(named, 4)
    texts = [one for one in seen.values() if one.textual and one.time is None]
    for column in texts[:60]:
        told = any(column.says(one) for one in ("name", "category", "description", "quantity"))
        if not told:
            continue
        values = [str(value)[:80] for value in column.given[:_SAMPLE]]
        heard = Counter(word for value in values for word in set(split_all(value)))
        for sort in LEXICON.things:
            hits = sum(count for word, count in heard.items() if word in sort.words)
            worth[sort.type] += 2 * _VALUES * min(hits / max(len(values), 1), 1.5)
    return worth


def split_all(text: str) -> list[str]:
    """Return every word of a text, folded."""
    words: list[str] = []
    for part in text.replace("/", " ").replace("?", " ").replace("=", " ").split():
        words += split(part)
    return words


def _dataset(name: str) -> str:
    return "".join(f"-{mark.lower()}" if mark.isupper() else mark for mark in name).strip("-")
