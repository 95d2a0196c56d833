"""One home, as it is watched: what is remembered of it between two minutes, and what it tells."""

from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from byalag.app._care_watch_kept import MINUTE, Span
from byalag.model import Micros, SeriesId, ThingId
from byalag.services.care import (
    Channel,
    Entered,
    Home,
    Known,
    Much,
    Score,
    Seen,
    Town,
    Verdict,
    contacted,
    day_of,
    lives_there,
    much,
)


class Cell:
    """One home, as it is watched."""

    __slots__ = ("away", "back", "batteries", "channels", "day", "faulty", "home", "much", "night",
                 "scores", "since", "verdict")  # fmt: skip

    def __init__(self, home: Home, channels: dict[SeriesId, Channel]) -> None:
        """Take a home up; nothing has been seen of it yet."""
        self.home, self.channels = home, channels
        self.day: date | None = None  # of its dawn
        self.since: date | None = None  # from which day something has come late
        self.faulty: Micros | None = None  # when something of ours went wrong with it
        self.verdict: Verdict | None = None
        self.scores: dict[str, Score] = {}
        self.batteries: dict[ThingId, float] = {}
        self.away: list[Span] = []
        self.back = False
        self.much: Much | None = None
        self.night: date | None = None  # that has been looked at

    def more(self, found: Seen, now: Micros, zone: ZoneInfo) -> None:
        """Work out whether somebody lives there again, and whether the night was as it is."""
        home = self.home
        is_away = home.away is not None and now < home.away
        span = self.away[-1] if is_away and self.away else None
        self.back = lives_there(self.channels, found, span, now)
        if found.dawn.day == day_of(now // MINUTE, zone) and home.stage != "learning":
            self.much = much(found, zone)

    def is_odd(self) -> bool:
        """Return whether the home may become another by time alone."""
        home = self.home
        return bool(home.notices or home.away or home.visiting or self.verdict is None)

    def known(self, home: Home, town: Town, now: Micros, over: Collection[str]) -> Known:
        """Return all that a home is judged by; `over` are the notices that are closed."""
        id_ = home.id
        held = town.entered(id_)
        stuck = frozenset[ThingId]() if held is None else held.seen.stuck
        return Known(
            home=home,
            now=now,
            contacted=contacted(
                self.channels.values(),
                town.beats(id_),
                minute=now // MINUTE,
                since=town.since(id_),
                stuck=stuck,
                batteries=self.batteries,
            ),
            scores={
                name: _by_now(self.scores[name], score, held if home.notices else None)
                if name in self.scores
                else Score()
                for name, score in town.scores(id_).items()
            },
            last=town.last(id_),
            over=over,
            much=self.much,
            back=self.back,
        )


def _by_now(before: Score, score: float, held: Entered | None) -> Score:
    """Return a score as it has become; where somebody may ask, with how unusual that is."""
    habit = None if held is None else held.seen.dawn.habits.get(before.channel)
    if habit is None or before.weeks is None:
        return replace(before, score=score)
    return replace(before, score=score, weeks=habit.weeks(score - before.before))
