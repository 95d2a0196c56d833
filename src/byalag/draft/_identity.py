"""Decides what tells things apart, and what they are called."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from byalag.draft._path import beginning
from byalag.draft._seen import Seen
from byalag.draft._texts import Note, note
from byalag.draft._words import fold, means
from byalag.model import Json

_LOCAL = re.compile(r"[A-Za-z0-9._~-]+")
_SURE: Final = frozenset({"id", "uuid", "guid", "identifier", "identifiant", "identitet"})
_PLACED: Final = frozenset(
    {
        "station", "site", "sensor", "device", "meter", "location", "matare", "anlaggning",
        "givare", "matplats", "matstation", "stationsid", "stationid", "sensorid", "deviceid",
        "meterid", "zahler",
    }
)  # fmt: skip
_NAME = re.compile(r"[^\W\d_](?!.*://)[^\d_]*[a-zåäöéüß][^_]*")  # "Norr", "Bad 2"; no "SE01", "a_b"
_FOLD = re.compile("[^a-z0-9]+")
_LONGEST: Final = 120
_ENOUGH: Final = 3.0
_PRESENT: Final = 0.9
_MOST: Final = 0.5
_SEVERAL: Final = 3  # records, from which different values are no accident
_LANGUAGES: Final = {"sv": 1.2, "se": 0.5, "en": -0.3, "fi": -0.2, "fr": -0.1}


class Identity(Struct, kw_only=True):
    """A template that tells things apart. `rows`: several records are of one thing."""

    template: str
    uses: tuple[str, ...] = ()
    worth: float = 0
    rows: bool = False
    notes: list[Note] = field(default_factory=list[Note])
    alternatives: tuple[str, ...] = ()


def identity_of(
    seen: dict[str, Seen],
    taken: Iterable[str],
    name: str | None,
    count: int,
    *,
    apart: Seen | None = None,
) -> Identity:
    """Return what tells the things apart; derived from the name where there is no id.

    `apart` says what was measured in each record, where several records are of one thing.
    """
    used = set(taken)
    columns = [one for one in seen.values() if one.path not in used and _fits(one)]
    ranked = sorted(((worth_of_id(one), one) for one in columns), key=lambda two: -two[0])
    unique = [(worth, one) for worth, one in ranked if _is_unique(one, count)]
    repeated = _repeated(ranked, seen, count, apart)
    if repeated is not None and (apart or not unique or _beats(repeated, unique[0][0])):
        return _of(repeated, 4, rows=True)
    others = tuple(one.path for worth, one in unique[1:3] if worth >= _ENOUGH)
    if unique and unique[0][0] >= _ENOUGH:
        found = _of(unique[0][1], unique[0][0], rows=False)
        close = len(unique) > 1 and unique[0][0] - unique[1][0] < 1 and unique[1][0] >= _ENOUGH
        found.notes += (
            [note("id_others", path=unique[0][1].path, others=", ".join(others))] if close else []
        )
        found.alternatives = others
        return found
    return _derived(seen, name, unique, count)


def _fits(column: Seen) -> bool:
    plain = all(isinstance(value, str | int | float) for value in column.given[:200])
    return bool(column.given) and plain and column.share >= _PRESENT


def worth_of_id(column: Seen) -> float:
    """Return how much a column looks like an identifier."""
    leaf, worth = set(column.leaf), 0.0
    worth += 5 if column.says("id") else 0
    worth += 3 if fold(column.named[-1]).strip("_@") in _SURE else 0
    worth += 1 if "id" in leaf else 0
    worth -= 0.5 * max(column.depth - 1, 0)
    other = "wikidata" not in leaf and (means(leaf, "other") or column.says("personal"))
    alone = column.distinct == len(column.given) >= _SEVERAL and "id" in leaf
    worth -= (2 if alone and column.depth == 1 else 6) if other else 0
    worth -= 5 if means(column.outer, "other") else 0
    worth -= 4 if means(column.outer, "quantity") or "period" in column.outer else 0
    worth -= 3 if means(leaf, "row") and not leaf & _SURE - {"id"} else 0
    counted = any(
        column.says(word) for word in ("total", "free", "occupied", "percent", "part", "numbered")
    )
    worth -= 6 if counted else 0
    worth -= 10 if any(column.says(word) for word in ("lat", "lon", "secret")) else 0
    worth -= 8 if column.time is not None else 0
    worth -= 2 if column.says("name") and "id" not in leaf else 0
    return worth - _odd(column)


def _odd(column: Seen) -> float:
    """Return what speaks against the values as identifiers."""
    texts = [str(value) for value in column.given[:200]]
    against = 0.0
    if any(isinstance(value, float) and not value.is_integer() for value in column.given[:200]):
        against += 8
    against += 4 if any(text.startswith(("http://", "https://")) for text in texts) else 0
    against += 3 if sum(" " in text.strip() for text in texts) > len(texts) / 2 else 0
    against += 6 if any(len(text) > _LONGEST for text in texts) else 0
    unnamed = not column.says("id")
    against += 3 if unnamed and column.numbers is not None else 0
    return against


def _is_unique(column: Seen, count: int) -> bool:
    return column.distinct >= len(column.given) and len(column.given) >= count * _PRESENT


def _repeated(
    ranked: list[tuple[float, Seen]], seen: dict[str, Seen], count: int, apart: Seen | None
) -> Seen | None:
    """Return the column whose values come again and again with different times."""
    times = [one for one in seen.values() if one.time is not None and one.share >= _PRESENT]
    times += [apart] if apart else []
    for worth, one in ranked:
        named = worth >= _ENOUGH or _PLACED & set(one.leaf) or (one.says("name") and one.textual)
        if (
            not named
            or one.distinct * 1.5 > count
            or means(one.leaf, "quantity") - ("id" in one.leaf)
            or one.says("status")
            or _is_flag(one)
        ):
            continue
        for time in times:
            pairs = {(repr(a), repr(b)) for a, b in zip(one.values, time.values, strict=True)}
            if len(pairs) >= min(count * 0.3, one.distinct * 1.5) and time.distinct > 1:
                return one
    return None


def _is_flag(column: Seen) -> bool:
    return column.numbers is not None and set(column.numbers) <= {0, 1, None}


def _beats(repeated: Seen, worth: float) -> bool:
    """Return whether several records of one thing are likelier than one each."""
    placed = bool(_PLACED & set(repeated.leaf)) or worth_of_id(repeated) >= worth
    return placed or worth < _ENOUGH + 2


def _of(column: Seen, worth: float, *, rows: bool) -> Identity:
    return Identity(template=_template(column), uses=(column.path,), worth=worth, rows=rows)


def _template(column: Seen) -> str:
    """Return the template that makes a local id of the values."""
    texts = [_written(value) for value in column.given]
    if all(_LOCAL.fullmatch(text) for text in texts):
        return f"{{{column.path}}}"
    start = beginning(texts)
    cut = max(start.rfind(mark) for mark in ":/#") + 1
    rest = [text[cut:] for text in texts]
    if cut and all(_LOCAL.fullmatch(text) for text in rest):
        return f"{{{column.path}[{cut}:]}}"
    return f"{{{column.path}|slug}}"


def _written(value: Json) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _derived(
    seen: dict[str, Seen], name: str | None, unique: list[tuple[float, Seen]], count: int
) -> Identity:
    """Make an identity of the name, of the name and where it is, or of one value that differs."""
    named = seen.get(name or "")
    if named is not None and _slugs(named) >= count:
        notes = [note("id_from_name", path=named.path)]
        return Identity(template=f"{{{named.path}|slug}}", uses=(named.path,), worth=2, notes=notes)
    if unique and count > 1 and unique[0][0] > -_ENOUGH and not unique[0][1].time:
        column = unique[0][1]
        found = _of(column, 1, rows=False)
        found.notes = [note("id_guessed", path=column.path)]
        return found
    if named is not None and len(named.given) >= count * _PRESENT:
        for column in seen.values():
            if column is named or column.time or len(column.given) < count or column.says("free"):
                continue
            both = {
                (fold(str(a)), fold(str(b)))
                for a, b in zip(named.values, column.values, strict=True)
            }
            told = (
                column.says("address")
                or column.says("street")
                or column.says("zip")
                or column.says("lat")
            )
            if told and len(both) >= count:
                template = f"{{{named.path}|slug}}-{{{column.path}|slug}}"
                notes = [note("id_from_two", one=named.path, two=column.path)]
                return Identity(
                    template=template, uses=(named.path, column.path), worth=1, notes=notes
                )
    return Identity(template="", worth=-5)


def _slugs(column: Seen) -> int:
    """Return how many different addresses the values make."""
    return len(
        {slug for value in column.given if (slug := _FOLD.sub("-", fold(str(value))).strip("-"))}
    )


def name_of(seen: dict[str, Seen], taken: Iterable[str]) -> tuple[str | None, float]:
    """Return the column that people would call the things by, and how sure that is."""
    used = set(taken)
    texts = [one for one in seen.values() if one.textual and one.path not in used and not one.time]
    ranked = sorted(((_worth_of_name(one), one.path) for one in texts), reverse=True)
    if ranked and ranked[0][0] >= _ENOUGH:
        return ranked[0][1], ranked[0][0]
    fallback = [one for one in texts if one.truth is None and _is_called(one)]
    best = max(fallback, key=lambda one: (one.says("address"), one.distinct), default=None)
    if best is None:
        return None, 0.0
    house = next((one for one in seen.values() if one.says("house") and one.share > _MOST), None)
    if house is not None and best.says("street") and not best.says("address"):
        return f"{{{best.path}}} {{{house.path}}}", 1.0
    return best.path, 1.0


def named_by(identity: Identity, seen: dict[str, Seen]) -> str | None:
    """Return the column that tells the things apart, where its values are what people call them."""
    columns = [seen[path] for path in identity.uses if path in seen]
    if len(columns) != 1 or columns[0].says("id") or not columns[0].textual:
        return None
    texts = {str(value).strip() for value in columns[0].given}
    words = sum(len(text) <= _LONGEST and _NAME.fullmatch(text) is not None for text in texts)
    return columns[0].path if words > _MOST * len(texts) else None


def _is_called(column: Seen) -> bool:
    words = ("address", "street") if column.numbers is None else ()
    place = set(column.leaf) & {"ort", "plats", "place", "standort", "lage", "location"}
    return (any(column.says(word) for word in words) or bool(place)) and column.distinct > 1


def _worth_of_name(column: Seen) -> float:
    leaf = set(column.leaf)
    worth = 5.0 if column.says("name") else 0.0
    key = fold(column.named[-1]).split(" ", 1)[0]
    worth += (
        3 if key in {"name", "namn", "title", "titel", "bezeichnung", "nom", "benamning"} else 0
    )
    worth -= 1.2 * max(column.depth - 1, 0)
    worth -= 6 if means(leaf, "other") or means(leaf, "personal") or means(leaf, "people") else 0
    worth -= 5 if means(column.outer, "other") or means(column.outer, "people") else 0
    worth -= 4 if means(leaf, "url") or column.says("description") else 0
    worth -= 3 if "id" in leaf or means(column.outer, "part") else 0
    worth += sum(more for word, more in _LANGUAGES.items() if word in {*leaf, *column.outer})
    worth += 0.6 if "display" in leaf | set(column.outer) else 0
    worth -= (
        1.5 if leaf & {"label", "short", "kurz", "kort", "alt", "alternative", "old", "file"} else 0
    )
    worth -= 3 if column.numbers is not None else 0
    worth += 3 * column.share + min(column.distinct / max(len(column.given), 1), 1) * 2 - 5
    long = sum(len(str(value)) for value in column.given[:50]) / max(len(column.given[:50]), 1)
    return worth - (4 if long > _LONGEST else 0)
