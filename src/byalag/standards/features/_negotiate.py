"""Which format and which language somebody wants: by `f` and `lang`, else by what they accept."""

from collections.abc import Mapping
from typing import Final

from byalag.standards import Spoken
from byalag.standards.features._problem import NotAnswered, shown

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
HTML: Final = "text/html"
LANGUAGES: Final = ("sv", "en")


def media(spoken: Spoken, asked: Mapping[str, str], offered: str) -> str:
    """Return HTML or what else is offered, whichever is wanted; HTML only to who wants it more.

    Raises:
        NotAnswered: Neither is wanted.
    """
    wanted = asked.get("f")
    if wanted is not None:
        known = {"html": HTML, "json": offered, "geojson": offered}
        if offered != GEOJSON:
            del known["geojson"]
        if wanted not in known:
            message = f"f: {shown(wanted)!r} is not offered; there is {', '.join(known)}"
            raise NotAnswered(message)
        return known[wanted]
    accept = spoken.headers.get("accept", "")
    if not accept.strip():
        return offered
    ranges = dict(_range(part) for part in accept.split(",")[:50] if part.strip())
    plain = max(_quality(name, ranges) for name in (offered.partition(";")[0], JSON))
    page = _quality(HTML, ranges)
    if max(plain, page) <= 0:
        message = f"Accept: {shown(accept)} cannot be met; there is {offered}, {HTML}"
        raise NotAnswered(message, "not-acceptable")
    return HTML if page > plain else offered


def language(spoken: Spoken, asked: Mapping[str, str]) -> str:
    """Return the language of titles and pages: Swedish unless another is asked for.

    Raises:
        NotAnswered: `lang` names one that there is not.
    """
    wanted = asked.get("lang")
    if wanted is not None:
        if wanted not in LANGUAGES:
            message = f"lang: {shown(wanted)!r} is not offered; there is {', '.join(LANGUAGES)}"
            raise NotAnswered(message)
        return wanted
    accept = spoken.headers.get("accept-language", "")
    ranges = [_range(part) for part in accept.split(",")[:50] if part.strip()]
    known = [(q, name.partition("-")[0]) for name, q in ranges if q > 0]
    found = [pair for pair in known if pair[1] in LANGUAGES]
    return max(found, key=lambda pair: pair[0])[1] if found else LANGUAGES[0]


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, min(1.0, max(0.0, float(value)))
            except ValueError:
                return name, 0.0
    return name, 1.0


def _quality(media_type: str, ranges: Mapping[str, float]) -> float:
    for pattern in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if pattern in ranges:
            return ranges[pattern]
    return 0.0
