"""What changes slowly in a home, in a sentence; and what was not seen, as a notice has it."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from msgspec.structs import replace

from byalag.analysis import Change
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.services.care import Home, NoticeOpened, Standing, tell

_HOUR: Final = 60  # minutes
_CLOCKS: Final = frozenset({"wake", "bed"})  # told as times of day
_DECIMALS: Final[Mapping[str, int]] = {"night-bathroom": 1}
Told: TypeAlias = tuple[str, str]  # what has changed, and how rarely that is said in vain


def slowly(site: Site, language: Language, change: Change) -> Told:
    """Return what changes, from what to what and for how long, and how rare that is by chance."""
    local = site.local(language)

    def written(value: float) -> str:
        if change.matter in _CLOCKS:
            hours, minutes = divmod(round(value) % (24 * _HOUR), _HOUR)
            return f"{hours:02}{local.colon()}{minutes:02}"
        return local.number(value, _DECIMALS.get(change.matter, 0))

    text = language.plain(
        f"care.slow_{change.matter}", now=written(change.now), usual=written(change.usual)
    )
    return (
        language.plain("care.slow_days", text=text, days=change.days),
        language.plain("care.slow_rare", weeks=local.number(change.weeks, 0)),
    )


def why(
    site: Site, language: Language, home: Home, notice: NoticeOpened, standing: Standing | None
) -> str:
    """Return what was not seen, since when and how unusual that is; never what it means.

    A silence grows more unusual while it lasts: where it does, it is told as it is now.
    """
    stuck = standing is not None and any(
        one.state == "stuck" and one.device in notice.reason.devices for one in standing.devices
    )
    by_now = notice
    if standing is not None and standing.notice == notice.notice and standing.reason is not None:
        by_now = replace(notice, reason=standing.reason)
    return tell(
        by_now,
        home.channels.values(),
        now=site.view.now(),
        zone=site.zone,
        language=language.code,
        stuck=stuck,
    )
