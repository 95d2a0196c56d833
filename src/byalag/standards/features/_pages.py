"""The same answers for people: plain HTML that needs no script, with links to everything."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from byalag.model import Json
from byalag.standards import Reply
from byalag.standards.features._describe import described
from byalag.standards.features._links import Links
from byalag.standards.features._words import WORDS

STYLE: Final = "features.css"
_HERE: Final = Path(__file__).parent
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_LONG: Final = 200
_COLUMNS: Final = 6


class Page(Struct, frozen=True):
    """What every page is told: its links, its path and its query."""

    links: Links
    names: tuple[str, ...]
    query: Mapping[str, str]
    hub: str

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The pages above this one: what each is called, and where it is."""
        found = [("", self.links.at(f="html"))]
        for depth in range(1, len(self.names)):
            if depth > 1 and self.names[depth - 1] == "items":
                continue
            found.append((self.names[depth - 1], self.links.at(*self.names[:depth], f="html")))
        return found

    def turned(self, **values: str) -> str:
        """Return the address of this page with some of its query in place of what is there."""
        return self.links.at(*self.names, **{**self.query, **values})


def reply(
    page: Page, template: str, said: Json, headers: Mapping[str, str], context: Mapping[str, Any]
) -> Reply:
    """Return an answer as a page."""
    language = page.links.language
    body = (
        _templates()
        .get_template(f"{template}.html")
        .render(
            page=page,
            said=said,
            language=language,
            t=WORDS[language],
            label=partial(_label, language),
            shown=_shown,
            columns=_columns,
            html=_html,
            **context,
        )
    )
    return Reply(
        body=body.encode(),
        media_type="text/html; charset=utf-8",
        headers={**headers, **_HEADERS},
    )


@cache
def style() -> Reply:
    """Return what the pages look like."""
    body = (_HERE / STYLE).read_bytes()
    tag = hashlib.sha256(body).hexdigest()[:20]
    headers = {"Cache-Control": "public, max-age=3600", "ETag": f'"{tag}"'}
    return Reply(body=body, media_type="text/css; charset=utf-8", headers=headers)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _label(language: str, name: str) -> str:
    return described(name, language)[0]


def _html(links: Sequence[Json], rel: str) -> Json:
    """Return the link of a relation that leads to a page, else the first one."""
    found = [link for link in links if link["rel"].rpartition("/")[2] == rel]
    return next((link for link in found if link["type"] == "text/html"), found[0])


def _shown(value: Json) -> Markup | str:
    """Return a value as it is read: an address is a link, and what is long is cut."""
    if isinstance(value, str) and value.startswith(("http://", "https://")) and len(value) < _LONG:
        return Markup('<a href="{0}">{0}</a>').format(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else text[:_LONG] + "\N{HORIZONTAL ELLIPSIS}"


def _columns(features: Sequence[Json]) -> list[str]:
    """Return the properties that most of the features on a page have, in the order they come."""
    counts: dict[str, int] = {}
    for each in features:
        for name, value in each["properties"].items():
            if name not in {"name", "description"} and not isinstance(value, dict | list):
                counts[name] = counts.get(name, 0) + 1
    common = sorted(counts, key=lambda name: -counts[name])[:_COLUMNS]
    return [name for name in counts if name in common]
