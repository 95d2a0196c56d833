"""Reads `resultQuality`, which servers fill in as they like, as one of our flags.

The standard says that it is a DQ_Element (OGC 18-088, table 12). In the wild it is a word, an
object with a word or a code in it, or a list of such.
"""

from typing import Final

from byalag.mapping import is_list, is_object
from byalag.model import Flag, Json

WORDS: Final = {
    "good": Flag.GOOD,
    "ok": Flag.GOOD,
    "valid": Flag.GOOD,
    "validated": Flag.GOOD,
    "verified": Flag.GOOD,
    "approved": Flag.GOOD,
    "accepted": Flag.GOOD,
    "godkänd": Flag.GOOD,
    "suspect": Flag.SUSPECT,
    "suspicious": Flag.SUSPECT,
    "questionable": Flag.SUSPECT,
    "doubtful": Flag.SUSPECT,
    "probably bad": Flag.SUSPECT,
    "misstänkt": Flag.SUSPECT,
    "bad": Flag.FAIL,
    "fail": Flag.FAIL,
    "failed": Flag.FAIL,
    "invalid": Flag.FAIL,
    "error": Flag.FAIL,
    "erroneous": Flag.FAIL,
    "rejected": Flag.FAIL,
    "felaktig": Flag.FAIL,
}
WITHIN: Final = ("quality", "code", "DQ_Result", "DQ_Status", "status", "value", "result")
DEEPEST: Final = 4


def flag_of(stated: Json) -> int:
    """Return the flag; of several the worst. What is not understood is "not evaluated".

    Numbers are not read: whose code list they are from is nowhere said.
    """
    return max(_flags(stated, DEEPEST), default=Flag.NOT_EVALUATED, key=_badness)


def _flags(stated: Json, left: int) -> list[int]:
    if isinstance(stated, str):
        known = WORDS.get(stated.strip().lower())
        return [] if known is None else [known]
    if not left:
        return []
    if is_list(stated):
        return [flag for one in stated for flag in _flags(one, left - 1)]
    if is_object(stated):
        return [flag for name in WITHIN for flag in _flags(stated.get(name), left - 1)]
    return []


def _badness(flag: int) -> int:
    return 0 if flag == Flag.NOT_EVALUATED else flag
