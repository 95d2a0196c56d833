"""How a number, a time and what happened are said to people, in Swedish and English."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from byalag import terms
from byalag.model import Micros, Observation, Series, Thing, Words
from byalag.outlets._fill import fill, names
from byalag.outlets._judge import written
from byalag.outlets._settings import Threshold

LANGUAGES: Final = ("sv", "en")
PLACES: Final = ("name", "property", "value", "unit", "limit", "time")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OBSERVED: Words = {
    "sv": "{name}: {property} är {value} {unit}",
    "en": "{name}: {property} is {value} {unit}",
}
_ABOVE: Words = {
    "sv": "{name}: {property} är {value} {unit}, över {limit} {unit}",
    "en": "{name}: {property} is {value} {unit}, above {limit} {unit}",
}
_BELOW: Words = {
    "sv": "{name}: {property} är {value} {unit}, under {limit} {unit}",
    "en": "{name}: {property} is {value} {unit}, below {limit} {unit}",
}
_BACK: Words = {
    "sv": "{name}: {property} är åter {value} {unit}",
    "en": "{name}: {property} is back at {value} {unit}",
}
_TIME: Words = {"sv": "{subject}\nTid: {time}", "en": "{subject}\nTime: {time}"}


def unfilled(template: str) -> list[str]:
    """Return the names in a text of the settings that nothing is filled in for."""
    return [name for name in names(template) if name not in PLACES]


def number(value: float | None, language: str) -> str:
    """Return a number as it is written in a language."""
    if value is None:
        return "–"  # noqa: RUF001 -- an en dash is how a missing value is shown
    text = f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"  # noqa: PLR2004 -- six digits
    return text.replace(".", ",") if language == "sv" else text


def moment(at: Micros, zone: str) -> str:
    """Return a time by the municipality's own clock."""
    local = (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M}"


def observed(
    series: Series, thing: Thing | None, seen: Observation, zone: str, limit: float | None = None
) -> dict[str, Mapping[str, str]]:
    """Return what may be said of an observation, by language and place in a template."""
    value = written(seen.value)
    symbol = "" if series.unit == "1" else terms.unit(series.unit).symbol
    return {
        language: {
            "name": (thing.name if thing else None) or series.thing,
            "property": _label(series.property, language),
            "value": number(value, language),
            "unit": symbol,
            "limit": number(limit, language),
            "time": moment(seen.at, zone),
        }
        for language in LANGUAGES
    }


def _label(word: str, language: str) -> str:
    try:
        return terms.label(word, language).lower()
    except terms.NoSuchTerm:
        return word


def plain(said: Mapping[str, Mapping[str, str]]) -> tuple[Words, Words]:
    """Return subject and text of an observation that is told as it is."""
    return _both(_OBSERVED, {}, said)


def passed(
    rule: Threshold, said: Mapping[str, Mapping[str, str]], *, back: bool
) -> tuple[Words, Words]:
    """Return subject and text of a limit that was passed, or of the return."""
    if back:
        return _both(_BACK, {}, said)
    usual = _BELOW if rule.above is None else _ABOVE
    return _both({**usual, **rule.subject}, rule.text, said)


def _both(
    subject: Words, text: Words, said: Mapping[str, Mapping[str, str]]
) -> tuple[Words, Words]:
    subjects = {language: _tidy(fill(subject[language], said[language])) for language in said}
    texts = {
        language: fill(text[language], said[language])
        if language in text
        else fill(_TIME[language], {**said[language], "subject": subjects[language]})
        for language in said
    }
    return subjects, texts


def _tidy(text: str) -> str:
    """Leave out the space before a unit that is not there."""
    return text.replace(" ,", ",").strip()


def several(count: int) -> tuple[Words, Words]:
    """Return subject and text of many observations in one message."""
    words: Words = {"sv": f"{count} nya mätvärden", "en": f"{count} new observations"}
    return words, words


def described(thing: str, name: str | None, *, gone: bool) -> Words:
    """Return what is said of a thing that was described anew, or is no more."""
    shown = name or thing
    if gone:
        return {"sv": f"{shown} finns inte längre", "en": f"{shown} is no more"}
    return {"sv": f"{shown}: nya uppgifter", "en": f"{shown}: new details"}
