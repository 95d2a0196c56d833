"""Tells what says of each single space whether it is free: yes and no, or a word."""

from collections.abc import Iterable
from typing import Final

from byalag.draft._measure import Count
from byalag.draft._seen import Seen
from byalag.draft._words import fold
from byalag.model import Json

_VACANT: Final = frozenset({"free", "available", "vacant", "frei", "ledig", "libre", "unoccupied"})
_TAKEN: Final = frozenset(
    {"occupied", "taken", "belegt", "besetzt", "upptagen", "upptaget", "occupe", "parked", "bezet"}
)
_FEW_WORDS: Final = 6


def occupancy_of(seen: dict[str, Seen], taken: Iterable[str]) -> Count | None:
    """Return what says of each single space whether it is free: 1, or 0 when it is taken."""
    used = set(taken)
    for column in seen.values():
        if column.path in used or not column.given or column.time is not None:
            continue
        codes = _yes_or_no(column) if column.truth is not None else _in_words(column)
        if codes:
            return Count(name="availableSpotNumber", value=column, codes=codes)
    return None


def _yes_or_no(column: Seen) -> dict[str, float]:
    yes, no = column.truth or ([], [])
    free = bool(_VACANT - {"free"} & set(column.leaf)) and bool(yes and no)
    if free is column.says("occupied") or column.says("part"):
        return {}
    return {_word(one): 1.0 if free else 0.0 for one in yes} | {
        _word(one): 0.0 if free else 1.0 for one in no
    }


def _in_words(column: Seen) -> dict[str, float]:
    words = {str(value): fold(str(value)) for value in column.given[:2000]}
    if not column.textual or len(words) > _FEW_WORDS or not (_TAKEN & set(words.values())):
        return {}
    vacant = {word: 1.0 for word, plain in words.items() if plain in _VACANT}
    return vacant | {word: 0.0 for word, plain in words.items() if plain in _TAKEN}


def _word(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
