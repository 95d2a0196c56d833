"""What the next shift is to know of a unit, as text that can be copied: pseudonyms, no names."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

from byalag.model import Micros
from byalag.pages._desk import moment
from byalag.pages._format import Local
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages.care._glance import Glance, contact_name
from byalag.pages.care._past import Case, Done, cases
from byalag.pages.care._ports import Care, Ward
from byalag.pages.care._when import micros
from byalag.services.care import Home, Told

_FROM: Final = time(21)  # yesterday, when the shift before the night began
_When = Callable[[Micros], str]


def handover(site: Site, care: Care, language: Language, ward: Ward, seen: Sequence[Glance]) -> str:
    """Return which homes had notices since yesterday evening, who was told, and what to mend."""
    local = site.local(language)
    yesterday = local.local_day(local.now) - timedelta(days=1)
    begins = micros(datetime.combine(yesterday, _FROM, local.zone))
    when = partial(_when, local, language)
    title = ward.unit.title.get(language.code) or ward.unit.id
    noticed = [
        _case(language, when, one.home, case)
        for one in seen
        for case in cases(care.history(ward.municipality, one.id))
        if case.closed is None or case.closed >= begins
    ]
    faults = [line for one in seen for line in _faults(care, language, ward, one)]
    return "\n".join([
        language.plain("care.handover_since", unit=title, when=when(begins)),
        *(noticed or [language.plain("care.no_notices")]),
        language.plain("care.handover_sensors" if faults else "care.handover_no_sensors"),
        *faults,
    ])  # fmt: skip


def _case(language: Language, when: _When, home: Home, case: Case) -> str:
    """Return a notice in one line: which, who was told, and who looks or how it ended."""
    kind = language.plain(f"care.kind_{case.opened.kind}")
    done = [text for one in case.done if (text := _done(language, when, home, one))]
    parts = [
        language.plain("care.handover_case", home=_short(home.id), kind=kind, when=when(case.at)),
        *(done or [language.plain("care.told_nobody")]),
    ]
    if case.closed is not None:
        parts.append(language.plain(f"care.closed_{case.by}"))
    elif done and all(isinstance(one.said, Told) for one in case.done):
        parts.append(language.plain("care.handover_unanswered"))
    return " ".join(parts)


def _done(language: Language, when: _When, home: Home, done: Done) -> str:
    """Return that somebody was sent the notice, could not be, or looks; "" of anything else."""
    contact = getattr(done.said, "contact", None)
    role = contact_name(home, contact, None)
    if not isinstance(done.said, Told):
        return language.plain(f"care.looking_{role}", when=when(done.at))
    if done.said.about != "notice" or done.said.outcome not in {"taken", "failed"}:
        return ""
    what = "sent" if done.said.outcome == "taken" else "failed"
    who = language.plain(f"care.handover_{role}")
    return language.plain(f"care.handover_{what}", who=who, when=when(done.at))


def _faults(care: Care, language: Language, ward: Ward, seen: Glance) -> Iterator[str]:
    standing = care.lookout(ward.municipality).standing(seen.id)
    for one in standing.devices if standing is not None and seen.state != "off" else ():
        if one.state != "ok":
            yield language.plain(
                "care.handover_sensor",
                home=_short(seen.id),
                device=_short(one.device),
                state=language.plain(f"care.device_{one.state}"),
            )


def _when(local: Local, language: Language, at: Micros) -> str:
    """Return a time as the states say it."""
    then = moment(at)
    clock, ago = local.clock(then), local.days_ago(then)
    if ago in {0, 1}:
        return language.plain("care.at" if ago == 0 else "care.at_yesterday", clock=clock)
    return language.plain("care.at_day", day=local.day(then), clock=clock)


def _short(id_: str) -> str:
    return id_.rpartition(":")[2]
