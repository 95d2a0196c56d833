"""From what a form says to what is said of a home."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta, tzinfo
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from byalag.model import Micros, ThingId
from byalag.pages.care._form import Form
from byalag.pages.care._ports import Ward, Who
from byalag.pages.care._when import hours_ahead, local_time
from byalag.services.care import (
    Away,
    Back,
    Channel,
    ChannelGone,
    ChannelSet,
    Closed,
    Consent,
    ConsentGiven,
    ConsentWithdrawn,
    Contact,
    ContactGone,
    ContactSet,
    Home,
    Household,
    Pseudonymous,
    Said,
    StageSet,
    Visiting,
)

Whom: TypeAlias = tuple[ThingId, Who]
_DAY: Final = timedelta(days=1) // timedelta(microseconds=1)
_AROUND: Final = re.compile(r"[\s()./-]")
_PHONE: Final = re.compile(r"\+[1-9]\d{6,14}")
_USUAL: Final[Mapping[str, str]] = {"fridge": "rise", "front-door": "change", "bed": "change"}


class Unclear(Exception):
    """A form cannot be understood; `sentence` names the one that says what is missing."""

    def __init__(self, *, sentence: str) -> None:
        """Name the sentence of the catalogues, which whoever sent the form is shown."""
        self.sentence = sentence
        super().__init__(sentence)


class Wish(Struct, frozen=True, kw_only=True):
    """A form about a home, sent in a unit at a time. `new_id` draws pseudonyms."""

    form: Form
    home: Home
    ward: Ward
    now: Micros
    zone: tzinfo
    new_id: Callable[[Pseudonymous], str]


def said_by(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    """Return what a form says of a home, and whom it names.

    Raises:
        Unclear: it cannot be understood.
    """
    act = wish.form.get("act", "")
    make = _MAKE.get(act)
    if make is None:
        raise Unclear(sentence="bad_form")
    try:
        return make(wish)
    except (msgspec.ValidationError, ValueError, KeyError):
        raise Unclear(sentence="bad_form") from None


def _channel(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    form = wish.form
    if not form.get("series"):
        raise Unclear(sentence="bad_series")
    meaning = form.get("meaning", "")
    given = {
        "series": form["series"],
        "room": form.get("room", ""),
        "meaning": meaning,
        "counts": form.get("counts") or _USUAL.get(meaning, "each"),
        "above": float(form.get("above", "").replace(",", ".") or 0.5),
        "heartbeat": form.get("heartbeat", "1h"),
        "essential": "essential" in form,
        "watched": "watched" in form,
        "gateway": form.get("gateway", ""),
    }
    return (ChannelSet(channel=msgspec.convert(given, Channel)),), None


def _channel_gone(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    return (ChannelGone(series=wish.form["series"]),), None


def _contact(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    form = wish.form
    id_ = form.get("contact") or wish.new_id("contact")
    quiet = (form.get("quiet_from", ""), form.get("quiet_until", ""))
    given = {
        "id": id_,
        "kind": form.get("kind", ""),
        "may": form.many.get("may", []),
        "ways": form.many.get("ways", []),
        "step": int(form.get("step", "1")),
        "wait": form.get("wait", "30m"),
        "quiet": quiet if all(quiet) else None,
        "language": form.get("language", "sv"),
        "technical": "technical" in form,
        "away": "away" in form,
        "person": form.get("person", ""),
    }
    if not given["may"] or not given["ways"]:
        raise Unclear(sentence="bad_contact")
    return (ContactSet(contact=msgspec.convert(given, Contact)),), _named(form, id_)


def _contact_gone(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    return (ContactGone(contact=wish.form["contact"]),), None


def _consent(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    form = wish.form
    if not form.many.get("meanings"):
        raise Unclear(sentence="bad_meanings")
    until = None
    if form.get("until"):
        until = local_time(form["until"], "00:00", wish.zone)
        if until is None:
            raise Unclear(sentence="bad_day")
        until += _DAY
    given = {
        "id": wish.new_id("consent"),
        "meanings": form.many["meanings"],
        "contacts": form.many.get("contacts", []),
        "since": wish.now,
        "until": until,
        "by": form.get("by", ""),
        "how": form.get("how", ""),
        "text": wish.ward.unit.text,
    }
    return (ConsentGiven(consent=msgspec.convert(given, Consent)),), None


def _withdraw(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    return (ConsentWithdrawn(consent=wish.form["consent"]),), None


def _household(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    return (Household(residents=int(wish.form["residents"]), pets="pets" in wish.form),), None


def _stage(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    return (msgspec.convert({"type": "StageSet", "stage": wish.form["stage"]}, StageSet),), None


def _away(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    until = local_time(wish.form.get("day", ""), wish.form.get("clock", ""), wish.zone)
    if until is None:
        raise Unclear(sentence="bad_day")
    return (Away(until=until),), None


def _back(_wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    return (Back(),), None


def _visiting(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    until = hours_ahead(wish.form.get("hours", ""), wish.now)
    if until is None:
        raise Unclear(sentence="bad_form")
    return (Visiting(until=until),), None


def _left(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    return (Visiting(until=wish.now),), None


def _identity(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    home = wish.form.get("home", "")
    named = _named(wish.form, home)
    if named is None or home != wish.home.id:
        raise Unclear(sentence="bad_name")
    return (), named


def _close(wish: Wish) -> tuple[tuple[Said, ...], Whom | None]:
    if "sure" not in wish.form:
        raise Unclear(sentence="bad_sure")
    return (Closed(),), None


def _named(form: Form, id_: ThingId) -> Whom | None:
    who = Who(
        name=form.get("name", "")[:200],
        address=form.get("address", "")[:200],
        phone=_phone(form.get("phone", "")),
        email=form.get("email", "")[:254],
    )
    return None if who == Who() else (id_, who)


def _phone(given: str) -> str:
    """Return a number as E.164 has it; one that begins with a single 0 is Swedish.

    Raises:
        Unclear: it is no telephone number.
    """
    if not given:
        return ""
    digits = _AROUND.sub("", given)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+46{digits[1:]}"
    if not _PHONE.fullmatch(digits):
        raise Unclear(sentence="bad_phone")
    return digits


_MAKE: Final[Mapping[str, Callable[[Wish], tuple[tuple[Said, ...], Whom | None]]]] = {
    "channel": _channel,
    "channel_gone": _channel_gone,
    "contact": _contact,
    "contact_gone": _contact_gone,
    "consent": _consent,
    "consent_withdraw": _withdraw,
    "household": _household,
    "stage": _stage,
    "away": _away,
    "away_back": _back,
    "visiting": _visiting,
    "left": _left,
    "identity": _identity,
    "close_home": _close,
}
