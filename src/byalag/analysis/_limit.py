"""When a silence is long enough to tell of: from a budget of false alarms, set in advance.

The score of a silence is on one scale in all homes: ln(silences a week / those a week that are as
unusual). In normal life a share exp(-q) of silences ends beyond q. Where the far tail is heavier
than that, what has ended before decides.
"""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

KEPT: Final = 128  # of the largest scores of a home; the rest are only counted
TAILS: Final = (6.0, 7.0, 8.0, 9.0)  # scores beyond which a tail is compared
BELIEF: Final = 10.0  # silences, as expected, that what was seen must outweigh


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

        That is the m-th largest score, m = floor((n + 1) share): split conformal prediction (Vovk,
        Gammerman & Shafer, "Algorithmic Learning in a Random World", 2005). The smallest share that
        n silences can hold is 1 / (n + 1). A share so large that its score was not kept is answered
        by the smallest that was.
        """
        m = math.floor((self.count + 1) * share)
        if m < 1 or not len(self.largest):
            return None
        return float(self.largest[min(m, len(self.largest)) - 1])

    def share(self, score: float) -> float:
        """Return the share of silences that are expected to reach a score: never none at all."""
        return float(1 + np.count_nonzero(self.largest >= score)) / (self.count + 1)

    @property
    def heaviness(self) -> float:
        """How many times heavier than exp(-q) is the tail, at least once?

        The posterior mean of a rate with a Gamma prior of mean 1, at the worst of `TAILS`: a home
        that has shown little is believed to be as others are.
        """
        worst = 1.0
        for beyond in TAILS:
            if len(self.largest) < self.count and beyond < self.largest[-1]:
                continue
            expected = self.count * math.exp(-beyond)
            happened = np.count_nonzero(self.largest >= beyond)
            worst = max(worst, float(happened + BELIEF) / (expected + BELIEF))
        return worst


def pooled(tails: Iterable[Tail]) -> Tail:
    """Return the tail of several homes as one: their scores have one scale."""
    every = list(tails)
    both = np.concatenate([np.empty(0, np.float32), *(one.largest for one in every)])
    floor = max((one.largest[-1] for one in every if len(one.largest) == KEPT), default=-np.inf)
    kept = np.sort(both[both >= floor])[::-1]
    return Tail(count=sum(one.count for one in every), largest=kept)
