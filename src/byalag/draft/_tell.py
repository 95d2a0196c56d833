"""Decides what else is told of a thing, what is left out, and what is about people."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from byalag.draft._measure import camel, gone, unit_beside
from byalag.draft._seen import Seen
from byalag.draft._texts import Note, note
from byalag.draft._words import LEXICON, fold, means
from byalag.model import Json

_METRES: Final = (1.2, 12.0)
_CENTIMETRES: Final = (120.0, 1200.0)
_FEW: Final = 12  # words of a code list
_CLOCK: Final = 5  # characters of a time of day
_LEAST: Final = 0.02
MOST_LEFT: Final = 60


class Said(Struct, kw_only=True):
    """One property as the mapping says it."""

    name: str
    value: Json
    uses: tuple[str, ...]
    notes: list[Note] = field(default_factory=list[Note])


def status_of(seen: dict[str, Seen], taken: Iterable[str]) -> tuple[Said, dict[str, Json]] | None:
    """Return the status, and the words under which a count means what it says."""
    used = set(taken)
    best: tuple[float, Said, dict[str, Json]] | None = None
    for column in seen.values():
        if column.path in used or not column.says("status") or column.time is not None:
            continue
        if not 0 < column.distinct <= _FEW or column.says("id") or column.pattern:
            continue
        found = _status(column)
        worth = (
            column.share
            - 0.1 * column.depth
            + (0.4 if {"state", "status"} & set(column.leaf) else 0)
        )
        if found is not None and (best is None or worth > best[0]):
            best = (worth, *found)
    return best[1:] if best else None


def _status(column: Seen) -> tuple[Said, dict[str, Json]] | None:
    words = list(dict.fromkeys(_plain(value) for value in column.given))
    closed_is_asked = bool({"closed", "geschlossen", "stangd"} & set(column.leaf))
    if column.truth is not None and (
        closed_is_asked or {"open", "offen", "oppen", "opened", "ouvert"} & set(column.leaf)
    ):
        yes, no = column.truth
        opened, closed = (no, yes) if closed_is_asked else (yes, no)
    else:
        opened = [
            value for value in _distinct(column) if fold(_plain(value)) in LEXICON.status["open"]
        ]
        closed = [
            value for value in _distinct(column) if fold(_plain(value)) in LEXICON.status["closed"]
        ]
    if not opened and not closed:
        return None
    codes = {_plain(value): "open" for value in opened} | {
        _plain(value): "closed" for value in closed
    }
    said = Said(name="status", value={"path": column.path, "codes": codes}, uses=(column.path,))
    rest = [word for word in words if word not in codes]
    if rest:
        said.notes.append(note("status_others", words=", ".join(rest[:6])))
    whole = column.share > 0.99 or len(opened) > 0  # noqa: PLR2004 -- nearly all
    when: dict[str, Json] = (
        {column.path: opened[0] if len(opened) == 1 else opened}
        if opened and whole and (closed or rest)
        else {}
    )
    return said, when


def _distinct(column: Seen) -> list[Json]:
    return list({repr(value): value for value in column.given}.values())


def _plain(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


def told(seen: dict[str, Seen], taken: Iterable[str], *, parking: bool) -> list[Said]:
    """Return the properties that are worth keeping under names that others use."""
    left = {path: one for path, one in seen.items() if path not in set(taken) and _may(one)}
    found = [
        _address(left),
        _text(left, "operator", "operatorName"),
        _text(left, "description", "description"),
        _text(left, "opening", "openingHours"),
        _text(left, "category", "category"),
        _link(left),
        _height(left) if parking else None,
        _accessible(left) if parking else None,
    ]
    return [one for one in found if one is not None]


def _may(column: Seen) -> bool:
    return column.share >= _LEAST and not is_personal(column) and not column.says("secret")


def is_personal(column: Seen) -> bool:
    """Return whether the column may be about a person: a telephone, an e-mail, a name of one."""
    about = column.says("personal") or means(column.outer, "personal")
    people = (column.says("people") or means(column.outer, "people")) and column.textual
    mails = any(
        isinstance(value, str)
        and "@" in value
        and "." in value.rsplit("@", 1)[-1]
        and " " not in value.strip()
        for value in column.given[:50]
    )
    return about or people or mails


def _text(left: dict[str, Seen], concept: str, name: str) -> Said | None:
    found = [
        one for one in left.values()
        if one.says(concept) and one.textual and one.time is None and one.truth is None
        and one.numbers is None and not one.says("id") and not _is_link(one)
        and (concept != "opening" or len(str(one.given[0])) > _CLOCK)
        and (concept != "category" or one.distinct > 1)
        and (concept in {"operator", "description"} or not means(one.outer, "operator"))
    ]  # fmt: skip
    best = max(
        found,
        key=lambda one: round(one.share, 1) + (0.3 if one.says("name") else 0) - 0.15 * one.depth,
        default=None,
    )
    return None if best is None else Said(name=name, value=_path(best), uses=(best.path,))


def _path(column: Seen) -> Json:
    words = [word for word in column.missing if isinstance(word, str)]
    return {"path": column.path, "missing": words} if words else column.path


def _is_link(column: Seen) -> bool:
    return any(str(value).startswith(("http", "www.")) for value in column.given[:20])


def _link(left: dict[str, Seen]) -> Said | None:
    found = [
        one
        for one in left.values()
        if one.textual and _is_link(one) and not means(one.words, "operator")
    ]
    found = [
        one
        for one in found
        if not {"image", "bild", "photo", "icon", "logo", "foto", "schema", "next", "self"}
        & set(one.words)
    ]
    best = max(found, key=lambda one: one.share + one.says("url") - 0.2 * one.depth, default=None)
    return None if best is None else Said(name="url", value=_path(best), uses=(best.path,))


def _address(left: dict[str, Seen]) -> Said | None:
    def first(concept: str) -> Seen | None:
        found = [one for one in left.values() if one.says(concept) and one.given and not one.time]
        found = [one for one in found if concept != "address" or not one.says("city")]
        found = [
            one
            for one in found
            if not means(one.outer, "operator") and not means([one.leaf[0]], "operator")
        ]
        return max(found, key=lambda one: round(one.share, 1) - 0.1 * one.depth, default=None)

    whole, street, house = first("address"), first("street"), first("house")
    if whole is not None and whole.textual and not _is_link(whole) and whole.numbers is None:
        return Said(name="address", value=_path(whole), uses=(whole.path,))
    if street is None or not street.textual:
        return None
    if house is not None and house.share > 0.9 * street.share:
        value = f"{{{street.path}}} {{{house.path}}}"
        return Said(name="address", value=value, uses=(street.path, house.path))
    return Said(name="address", value=_path(street), uses=(street.path,))


def _height(left: dict[str, Seen]) -> Said | None:
    for column in left.values():
        numbers = [abs(number) for number in column.numbers or () if number]
        if not column.says("height") or not numbers:
            continue
        middle = sorted(numbers)[len(numbers) // 2]
        unit = {"m": "m", "cm": "cm"}.get(unit_beside(column, left)) or _guessed(middle)
        if not unit:
            continue
        value: dict[str, Json] = {"path": column.path, "kind": "number", "unit": "m"}
        value |= {"from_unit": "cm"} if unit == "cm" else {}
        value |= {"pattern": column.pattern} if column.pattern else {}
        value |= {"decimal": ","} if column.decimal == "," else {}
        zeros: list[Json] = [0] if any(number == 0 for number in column.numbers or ()) else []
        texts = [value for value in _distinct(column) if isinstance(value, str) and _zero(value)]
        words = [*column.missing, *zeros, *texts]
        value |= {"missing": words} if words else {}
        return Said(name="maximumHeight", value=value, uses=(column.path,))
    return None


def _zero(text: str) -> bool:
    digits = [mark for mark in text if mark.isdigit()]
    return bool(digits) and set(digits) == {"0"}


def _guessed(middle: float) -> str:
    if _METRES[0] <= middle <= _METRES[1]:
        return "m"
    return "cm" if _CENTIMETRES[0] <= middle <= _CENTIMETRES[1] else ""


def _accessible(left: dict[str, Seen]) -> Said | None:
    found = [
        one
        for one in left.values()
        if (one.says("access") or means(one.outer, "access")) and _is_count(one)
    ]
    found = [one for one in found if not one.says("free") and not one.says("occupied")]
    best = max(found, key=lambda one: one.share - 0.1 * one.depth, default=None)
    if best is None:
        return None
    return Said(name="accessibleSpotNumber", value=number(best), uses=(best.path,))


def _is_count(column: Seen) -> bool:
    numbers = [number for number in column.numbers or () if number is not None]
    return bool(numbers) and not column.pattern and all(one.is_integer() for one in numbers)


def number(column: Seen, *, whole: bool = True) -> Json:
    """Return a number of a thing as the mapping says it."""
    texts = any(isinstance(value, str) for value in column.given)
    floats = any(isinstance(value, float) for value in column.given)
    words = gone(column, counted=whole)
    if not (texts or floats or words):
        return column.path
    said: dict[str, Json] = {"path": column.path, "kind": "integer" if whole else "number"}
    said |= {"decimal": ","} if column.decimal == "," else {}
    return {**said, "missing": words} if words else said


def left_out(seen: dict[str, Seen], taken: Iterable[str]) -> list[tuple[Seen, bool]]:
    """Return what no line uses, and whether it may be about people."""
    used = set(taken)
    rest = [one for one in seen.values() if one.path not in used and one.given]
    return [(one, is_personal(one)) for one in rest if not one.says("secret")]


def property_name(column: Seen, known: Counter[str]) -> str:
    """Return a name that the column could have as a property."""
    name = camel(column.keys) or "value"
    known[name] += 1
    return name if known[name] == 1 else f"{name}{known[name]}"
