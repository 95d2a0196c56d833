"""How unusual the silences of a home are that go on, with what a sentence needs to say so."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from byalag.analysis import NOTHING, Habit
from byalag.model import Micros, SeriesId
from byalag.services.care._dawn import HOME, Seen, Span
from byalag.services.care._home import Channel, Stage
from byalag.services.care._hours import begins, slots
from byalag.services.care._judge import AFRAID, Much, Score
from byalag.services.care._signs import MINUTE, OUTSIDE, Times, row_of
from byalag.services.care._stretches import PRESENCE

_SETTLED: Final[Micros] = 180 * MINUTE  # after it is said that nobody is at home
_WITHIN: Final[Micros] = 360 * MINUTE
_HALF_HOURS: Final = 4  # with signs indoors, and somebody lives there again
_NIGHT: Final = 300  # minutes after midnight


def limits(seen: Seen, budget: float, stage: Stage = "telling") -> dict[str, float | None]:
    """Return the scores to tell of, by channel and for "home"; None where it is not yet known.

    Where a device is stuck and left out, the home must be silent for much longer.
    """
    if stage == "learning":
        return dict.fromkeys(seen.paces)
    found = {name: _habit(seen, name).limit(budget) for name in seen.paces}
    home = found[HOME]
    if seen.stuck and home is not None:
        found[HOME] = AFRAID * home
    return found


def scored(seen: Seen, limit: Mapping[str, float | None], zone: ZoneInfo) -> dict[str, Score]:
    """Return how unusual the silences of a home are that go on."""
    return {name: _scored(seen, name, limit.get(name), zone) for name in seen.paces}


def lives_there(
    channels: Mapping[SeriesId, Channel], seen: Seen, away: Span | None, now: Micros
) -> bool:
    """Return whether somebody plainly lives in a home that is away: signs indoors, hour upon hour.

    Somebody who waters the flowers is there for one half hour or two.
    """
    if away is None:
        return False
    since = max(away[0] + _SETTLED, now - _WITHIN)
    indoors = [
        _of(seen, id_)[_of(seen, id_) >= since] // (30 * MINUTE)
        for id_, one in channels.items()
        if row_of(one) != OUTSIDE
    ]
    return bool(indoors) and len(np.unique(np.concatenate(indoors))) >= _HALF_HOURS


def much(seen: Seen, zone: ZoneInfo) -> Much | None:
    """Return that there is far more going on in the night of a dawn than there ever is."""
    first, home = begins(seen.dawn.day, zone), seen.stretches[HOME]
    change = seen.dawn.rhythm.excess(home)
    signs = np.flatnonzero(home.marks[:_NIGHT] != NOTHING)
    if change is None or not len(signs):
        return None
    return Much(since=(first + int(signs[0])) * MINUTE, weeks=change.weeks)


def _scored(seen: Seen, name: str, limit: float | None, zone: ZoneInfo) -> Score:
    habit, stretch, pace = _habit(seen, name), seen.stretches[name], seen.paces[name]
    table = habit.table()
    lasts: Sequence[Micros] = (
        list(seen.last.values()) if name == HOME else [seen.last[name]] if name in seen.last else []
    )
    last = max(lasts, default=None)
    over = last is not None and last // MINUTE >= seen.until
    score = 0.0 if over else pace.score
    usual = None
    if pace.last is not None and habit.days:
        begun = int(slots(pace.last, 1, zone)[0])
        row = pace.row if 0 <= pace.row < len(habit.exposure) else 0
        usual = table.usual(row, begun)
    passed, before = None, 0.0
    if limit is not None and score > limit:
        scores = table.walk(habit.pace, stretch).scores
        since = 0 if pace.last is None else max(0, pace.last + 1 - stretch.begins)
        unseen = np.flatnonzero(~stretch.observed[since:])
        if len(unseen):
            since += int(unseen[-1])
            before, limit = float(scores[since]), AFRAID * limit
        where = np.flatnonzero(scores[since:] - before > limit)
        passed = (stretch.begins + since + int(where[0])) * MINUTE if len(where) else None
    return Score(
        channel=name,
        score=score,
        limit=limit,
        weeks=habit.weeks(score - before) if habit.days else None,
        usual=usual,
        last=last,
        row=pace.row if name == HOME and pace.row != NOTHING else None,
        passed=passed,
        before=before,
    )


def _habit(seen: Seen, name: str) -> Habit:
    return seen.dawn.habits.get(name) or Habit.new(len(PRESENCE), whole=False)


def _of(seen: Seen, id_: SeriesId) -> Times:
    return seen.heard.signs.get(id_, np.empty(0, np.int64))
