"""Text with paths in it: "{facilityId}", "{NUTSKOD[5:9]}", "{name|slug}", "{id|pad4}"."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from byalag import Misconfigured
from byalag.mapping._context import Context
from byalag.mapping._path import path_at
from byalag.mapping._value import MISSING, Missing, Unfit, text_of
from byalag.model import Json

Written = Callable[[Json, Context], str | Missing]
Filter = Callable[[str], str]

LONGEST_PAD: Final = 64
LONGEST_PLAIN: Final = 1000  # a text that needs no closer look
_HOLE = re.compile(r"\{\{|\}\}|\{(?P<inside>(?:\"[^\"]*\"|'[^']*'|[^{}\"'])*)\}")
_INSIDE = re.compile(
    r"(?P<path>(?:\"[^\"]*\"|'[^']*'|[^|])+?)"
    r"(?P<slice>\[(?P<start>-?\d*):(?P<end>-?\d*)\])?(?P<filters>(?:\|[a-z0-9 ]+)*)"
)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_BETWEEN = re.compile("[^a-z0-9]+")
_ALONE = re.compile(r"\{(?P<path>[^{}\"'|:]+)\}")
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ŋ": "n", "ŧ": "t"}
)
_FILTERS: Final[dict[str, Filter]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
}


def slug(text: str) -> str:
    """Return a form of the text that may stand in an address: "Östra torget" → "ostra-torget"."""
    return _slug(text) if len(text) <= LONGEST_PLAIN else _slug.__wrapped__(text)


@lru_cache(maxsize=16_384)
def _slug(text: str) -> str:
    """Return the form, remembered, as every delivery brings the same names."""
    plain = text.lower()
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain.translate(_LETTERS)))
    return _BETWEEN.sub("-", plain).strip("-")


def is_template(text: str) -> bool:
    """Return whether a setting that may be a path or a template is a template."""
    return "{" in text


def compile_template(template: str, where: str) -> Written:
    """Turn a template into a function to the text, or MISSING when one of its values is.

    Raises:
        Misconfigured: If the template, a path in it or a filter in it cannot be read.

    """
    parts = _parts(template, where)
    if len(parts) == 1 and not isinstance(parts[0], str):
        return parts[0]
    return _joined(parts)


def path_in(template: str) -> str | None:
    """Return the path if the template is a path in braces and nothing more."""
    found = _ALONE.fullmatch(template)
    return found["path"].strip() if found else None


def compile_text(text: str, where: str) -> Written:
    """Turn a path or a template into a function to the text there, or MISSING."""
    return compile_template(text, where) if is_template(text) else _hole(text, (), where)


def _joined(parts: list[str | Written]) -> Written:
    def write(record: Json, context: Context) -> str | Missing:
        texts: list[str] = []
        for part in parts:
            text = part if isinstance(part, str) else part(record, context)
            if isinstance(text, Missing):
                return MISSING
            texts.append(text)
        return "".join(texts)

    return write


def _parts(template: str, where: str) -> list[str | Written]:
    parts: list[str | Written] = []
    end = 0
    for found in _HOLE.finditer(template):
        parts.append(_literal(template[end : found.start()], template, where))
        parts.append(_read(found, template, where))
        end = found.end()
    parts.append(_literal(template[end:], template, where))
    return [part for part in parts if part != ""]


def _literal(text: str, template: str, where: str) -> str:
    if "{" in text or "}" in text:
        reason = f"{where}: {template!r} has a brace that is not paired; write {{{{ for a brace"
        raise Misconfigured(reason)
    return text


def _read(found: re.Match[str], template: str, where: str) -> str | Written:
    if found["inside"] is None:
        return found[0][0]
    inside = _INSIDE.fullmatch(found["inside"])
    if inside is None:
        reason = f"{where}: {found[0]} in {template!r} cannot be read; write {{path}}, "
        raise Misconfigured(reason + "{path[5:9]} or {path|slug}")
    filters = [_filter(name.strip(), where) for name in inside["filters"].split("|")[1:]]
    if inside["slice"]:
        start, end = (int(n) if n else None for n in (inside["start"], inside["end"]))
        filters.insert(0, _cut(slice(start, end)))
    return _hole(inside["path"].strip(), tuple(filters), where)


def _cut(part: slice) -> Filter:
    return lambda text: text[part]


def _filter(name: str, where: str) -> Filter:
    if name == "slug":
        return _addressable
    if name in _FILTERS:
        return _FILTERS[name]
    width = name.removeprefix("pad")
    if name.startswith("pad") and width.isdecimal() and 0 < int(width) <= LONGEST_PAD:
        return lambda text: text.zfill(int(width))
    known = ", ".join(["slug", *_FILTERS, "pad4"])
    reason = f"{where}: the filter {name!r} is not known; use one of {known}"
    raise Misconfigured(reason)


def _addressable(text: str) -> str:
    if not (found := slug(text)):
        reason = f"{text!r} has no letter or digit to make an address of"
        raise Unfit(reason)
    return found


def _hole(path: str, filters: tuple[Filter, ...], where: str) -> Written:
    read = path_at(path, where)

    def write(record: Json, context: Context) -> str | Missing:
        value = read(record, context)
        if value.__class__ is not str or len(value) > LONGEST_PLAIN:
            if value is None or value is MISSING:
                return MISSING
            try:
                value = text_of(value)
            except Unfit as error:
                reason = f"{path}: {error}"
                raise Unfit(reason) from error
        for change in filters:
            value = change(value)
        return value

    return write
