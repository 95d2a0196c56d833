"""Why a home is as it is, in a sentence or two: made of a notice's numbers, and of nothing else."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from math import floor
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from byalag.model import Language, Micros
from byalag.services.care._home import Channel
from byalag.services.care._said import NoticeOpened
from byalag.services.care._signs import device_of
from byalag.services.care._standing import Reason

HOUR: Final = 60  # minutes
LONG: Final = 90  # minutes, from where a pause is told in hours
MONTH: Final = 52.18 / 12  # weeks
WEEKLY: Final = (0.7, 1.5)  # weeks between, of what happens about once a week
IN_WEEKS: Final = 17  # weeks up to which they are told as weeks
IN_MONTHS: Final = 11  # months up to which they are told as months
RARE: Final = 78  # weeks
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one language."""

    months: tuple[str, ...]
    clock: str
    today: str
    yesterday: str
    date: str
    year: str
    home: str
    home_in: str
    home_never: str
    channel: str
    channel_never: str
    activity: str
    gateway: str
    gateway_never: str
    sensor: str
    sensor_never: str
    stuck: str
    often: dict[str, str]
    where: dict[str, str]
    what: dict[str, str]
    device: dict[str, str]


def tell(  # noqa: PLR0913 -- of what, of which home, when and for whom
    notice: NoticeOpened,
    channels: Iterable[Channel],
    *,
    now: Micros,
    zone: ZoneInfo,
    language: Language,
    stuck: bool = False,
) -> str:
    """Return why a notice was opened, in Swedish, or in English for any other language.

    It says what was not seen, since when and how unusual that is in this home. `stuck` says that
    the device of a notice of a sensor gives signs without a pause.
    """
    words, every = _words(language), list(channels)
    return " ".join(_sentences(notice, every, _Asked(now, zone, words), stuck=stuck))


def how_often(weeks: float, language: Language) -> str:
    """Return how often something happens that happens once in so many weeks."""
    return _often(weeks, _words(language).often)


class _Asked(Struct, frozen=True):
    """When, where and in which words something is told."""

    now: Micros
    zone: ZoneInfo
    words: _Words

    def since(self, at: Micros) -> str:
        """Return a time as one would say it now."""
        local, today = self._local(at), self._local(self.now).date()
        clock = local.strftime(self.words.clock)
        how = self.words.date if local.year == today.year else self.words.year
        if local.date() == today:
            how = self.words.today
        elif local.date() == today - timedelta(days=1):
            how = self.words.yesterday
        month = self.words.months[local.month - 1]
        return how.format(clock=clock, day=local.day, month=month, year=local.year)

    def _local(self, at: Micros) -> datetime:
        return (_EPOCH + timedelta(microseconds=at)).astimezone(self.zone)


def _sentences(
    notice: NoticeOpened, channels: list[Channel], asked: _Asked, *, stuck: bool
) -> list[str]:
    words, reason = asked.words, notice.reason
    if notice.kind in {"no-contact", "sensor"}:
        return [_technical(reason, channels, asked, stuck=stuck)]
    if notice.kind == "activity":
        return [words.activity.format(since=asked.since(notice.since)), *_rarity(reason, words)]
    first = (
        _of_home(reason, asked) if reason.channel == "home" else _of_one(reason, channels, asked)
    )
    return [first, *_rarity(reason, words, silence=True), *_usual(reason, words)]


def _of_home(reason: Reason, asked: _Asked) -> str:
    words = asked.words
    if reason.last is None:
        return words.home_never
    since = asked.since(reason.last)
    if reason.room is None:
        return words.home.format(since=since)
    return words.home_in.format(since=since, where=words.where[reason.room])


def _of_one(reason: Reason, channels: list[Channel], asked: _Asked) -> str:
    words = asked.words
    channel = next((one for one in channels if one.series == reason.channel), None)
    what = words.device["unknown"] if channel is None else _named(words.what, channel, words)
    if reason.last is None:
        return words.channel_never.format(what=what)
    return words.channel.format(what=what, since=asked.since(reason.last))


def _technical(reason: Reason, channels: list[Channel], asked: _Asked, *, stuck: bool) -> str:
    words = asked.words
    since = "" if reason.last is None else asked.since(reason.last)
    if reason.gateway:
        return (words.gateway if since else words.gateway_never).format(since=since)
    fitting = [one for one in channels if device_of(one.series) in reason.devices]
    what = _named(words.device, fitting[0], words) if fitting else words.device["unknown"]
    if stuck:
        said = words.stuck.format(what=what)
        return said[:1].upper() + said[1:]
    return (words.sensor if since else words.sensor_never).format(what=what, since=since)


def _named(names: Mapping[str, str], channel: Channel, words: _Words) -> str:
    return names[channel.meaning].format(where=words.where[channel.room])


def _rarity(reason: Reason, words: _Words, *, silence: bool = False) -> list[str]:
    if reason.weeks is None:
        return [words.often["unknown"]]
    how = words.often["silence" if silence else "activity"]
    return [how.format(how_often=_often(reason.weeks, words.often))]


def _usual(reason: Reason, words: _Words) -> list[str]:
    if reason.usual is None:
        return []
    low, high = (_lasting(each, words.often) for each in reason.usual)
    return [words.often["usual"].format(low=low, high=high)] if low != high else []


def _often(weeks: float, often: Mapping[str, str]) -> str:
    if weeks < WEEKLY[0]:
        return often["week_many"]
    if weeks < WEEKLY[1]:
        return often["week"]
    if weeks <= IN_WEEKS:
        return often["weeks"].format(n=_rounded(weeks))
    if (months := _rounded(weeks / MONTH)) <= IN_MONTHS:
        return often["months"].format(n=months)
    return often["year"] if weeks <= RARE else often["rare"]


def _lasting(minutes: float, often: Mapping[str, str]) -> str:
    if minutes < LONG:
        n, one, many = _rounded(minutes), "minute", "minutes"
    else:
        n, one, many = _rounded(minutes / HOUR), "hour", "hours"
    return often[one] if n == 1 else often[many].format(n=n)


def _rounded(number: float) -> int:
    return max(1, floor(number + 0.5))


@cache
def _words(language: Language) -> _Words:
    text = (files("byalag.services.care") / "words.toml").read_text(encoding="utf-8")
    told = msgspec.convert(tomllib.loads(text), dict[str, _Words])
    return told.get(language, told["en"])
