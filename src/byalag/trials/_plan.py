"""What is to be scored, said before anything is looked at."""

from typing import Final

from msgspec import Struct

from byalag.trials._log import Log
from byalag.trials._sets import Unfit

WARM_UP: Final = 28  # days
BUDGETS: Final = (1.0, 0.63, 0.5, 0.2, 0.1)  # false alarms a week
STEP: Final = 30  # minutes between starts of what is injected
CUT: Final = 2880  # minutes after which it is not waited for


class Plan(Struct, frozen=True, kw_only=True):
    """Which days are learnt from before any is scored, and which are scored; numbered from 1.

    On each scored day everything before it, from the first day of `develop`, has been learnt. Each
    fault and each way of living is injected `runs` times.
    """

    develop: tuple[int, int]
    score: tuple[int, int]
    budgets: tuple[float, ...] = BUDGETS
    seed: int = 1
    runs: int = 200

    @property
    def weeks(self) -> float:
        """How many client-weeks are scored?"""
        return (self.score[1] - self.score[0] + 1) / 7

    def fits(self, log: Log) -> None:
        """Look that a log has the days, and that none is both developed on and scored.

        Raises:
            Unfit: it cannot be done so.
        """
        (begins, ends), (first, last) = self.develop, self.score
        if not 1 <= begins <= ends or first > last:
            msg = f"days count from 1, the first first: {begins}-{ends}, {first}-{last}"
            raise Unfit(msg)
        if first <= ends:
            msg = f"day {first} is in --develop {begins}-{ends}: a day is developed on or scored"
            raise Unfit(msg)
        if ends - begins + 1 < WARM_UP:
            msg = f"{ends - begins + 1} days are too few to learn from; at least {WARM_UP}"
            raise Unfit(msg)
        if last > log.days:
            msg = f"{log.home} has {log.days} days; day {last} cannot be scored"
            raise Unfit(msg)


def days(said: str) -> tuple[int, int]:
    """Return the first and last day of "71-112".

    Raises:
        Unfit: it is not two numbers with a dash between.
    """
    first, dash, last = said.partition("-")
    if not (dash and first.isdecimal() and last.isdecimal()):
        msg = f"{said!r} are no days; write them as 71-112"
        raise Unfit(msg)
    return int(first), int(last)
