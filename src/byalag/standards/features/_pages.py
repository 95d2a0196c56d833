"""The same answers for people: plain HTML that needs no script, with links to everything."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from byalag.model import Json
from byalag.standards import Reply
from byalag.standards.features._links import Links
from byalag.standards.features._people import People
from byalag.standards.features._words import WORDS

STYLE: Final = "features.css"
_HERE: Final = Path(__file__).parent
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}


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
            html=_html,
            **{"people": People(language), **context},
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


def _html(links: Sequence[Json], rel: str) -> Json:
    """Return the link of a relation that leads to a page, else the first one."""
    found = [link for link in links if link["rel"].rpartition("/")[2] == rel]
    return next((link for link in found if link["type"] == "text/html"), found[0])
