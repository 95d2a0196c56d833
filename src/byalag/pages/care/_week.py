"""The last seven days of a home in a few lines, for whoever plans the week."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from byalag.analysis import Change
from byalag.model import Micros, MunicipalityCode
from byalag.pages._site import Site
from byalag.pages.care._past import Case, cases
from byalag.pages.care._ports import Care, Ward
from byalag.services.care import Acknowledged, Home, HomeId, Told

_WEEK: Final = 7 * 24 * 3600 * 1_000_000


class Week(Struct, frozen=True, kw_only=True):
    """A week of one home: notices by kind, how many were told and looked into, how fast."""

    home: Home
    kinds: Mapping[str, int]
    told: int
    failed: int
    looked: int
    median: Micros | None
    open: int
    slow: Sequence[Change]


def weeks(site: Site, care: Care, ward: Ward, homes: Sequence[Home]) -> list[Week]:
    """Return the week of each home, those with most to tell first."""
    now, code = site.view.now(), ward.municipality
    found = [
        week(home, cases(care.history(code, home.id)), _changes(care, code, home.id), now)
        for home in homes
    ]
    return sorted(found, key=lambda one: (-sum(one.kinds.values()), one.home.id))


def week(home: Home, every: Sequence[Case], slow: Sequence[Change], now: Micros) -> Week:
    """Return what there is to tell of a home's last seven days."""
    of_week = [one for one in every if now - one.at <= _WEEK]
    done = [each.said for one in of_week for each in one.done]
    waits = sorted(wait for one in of_week if (wait := _answered(one)) is not None)
    return Week(
        home=home,
        kinds=Counter(one.opened.kind for one in of_week),
        told=sum(isinstance(one, Told) and one.outcome == "taken" for one in done),
        failed=sum(isinstance(one, Told) and one.outcome == "failed" for one in done),
        looked=len(waits),
        median=waits[len(waits) // 2] if waits else None,
        open=sum(one.closed is None for one in of_week),
        slow=slow,
    )


def _answered(case: Case) -> Micros | None:
    """Return how long it took until somebody said that they look into it."""
    first = [one.at for one in case.done if isinstance(one.said, Acknowledged)]
    return first[0] - case.at if first else None


def _changes(care: Care, code: MunicipalityCode, home: HomeId) -> Sequence[Change]:
    week_of = care.week(code, home)
    return () if week_of is None else week_of.changes
