"""When a silence is long enough to tell of: from a budget of false alarms, set in advance.

The score of a silence is on one scale in all homes: in normal life it is exponentially distributed
with mean 1 at the event that ends it (the time-rescaling theorem). Where the far tail is heavier
than that, the scores that ended before decide (split conformal prediction).
"""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

KEPT: Final = 128  # of the largest scores of a home; the rest are only counted


class Tail(Struct, frozen=True, kw_only=True, eq=False):
    """The scores of silences that have ended: how many, and the largest of them, falling."""

    count: int = 0
    largest: NDArray[np.float32]

    @classmethod
    def new(cls) -> "Tail":
        """Return the tail of nothing."""
        return cls(largest=np.empty(0, np.float32))

    def seen(self, scores: NDArray[np.float64]) -> "Tail":
        """Return the tail with more scores of silences that have ended."""
        if not len(scores):
            return self
        both = np.concatenate([self.largest, scores.astype(np.float32)])
        return Tail(count=self.count + len(scores), largest=np.sort(both)[::-1][:KEPT])

    def limit(self, share: float) -> float | None:
        """Return the score that at most a share of silences exceed; None if none is certain.

        That is the m-th largest score, m = floor((n + 1) share): see Vovk, Gammerman & Shafer,
        "Algorithmic Learning in a Random World", 2005. A share so large that its score was not
        kept is answered by the smallest that was.
        """
        m = math.floor((self.count + 1) * share)
        if m < 1 or not len(self.largest):
            return None
        return float(self.largest[min(m, len(self.largest)) - 1])

    def share(self, score: float) -> float:
        """Return the share of silences that are expected to reach a score: never none at all."""
        return float(1 + np.count_nonzero(self.largest >= score)) / (self.count + 1)


def pooled(tails: Iterable[Tail]) -> Tail:
    """Return the tail of several homes as one: their scores have one scale."""
    every = list(tails)
    both = np.concatenate([np.empty(0, np.float32), *(one.largest for one in every)])
    floor = max((one.largest[-1] for one in every if len(one.largest) == KEPT), default=-np.inf)
    kept = np.sort(both[both >= floor])[::-1]
    return Tail(count=sum(one.count for one in every), largest=kept)
