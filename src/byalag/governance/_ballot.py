"""A vote among municipalities: one each, whatever their size."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from byalag.model import MunicipalityCode

Outcome: TypeAlias = Literal["open", "adopted", "rejected"]


def outcome(votes: Mapping[MunicipalityCode, bool], members: int) -> Outcome:
    """Return what has been decided when more than half of all members must say yes.

    It is decided as soon as no vote that is left could change it. A tie decides nothing: it falls.
    """
    yes = sum(votes.values())
    no = len(votes) - yes
    if 2 * yes > members:
        return "adopted"
    return "rejected" if 2 * (members - no) <= members else "open"
