"""Answers a request: finds what its path names, reads what is asked, and writes it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from byalag.model import Json
from byalag.standards import Reply, Spoken, Window
from byalag.standards.features import _describe, _functions, _items, _pages, _question
from byalag.standards.features._known import Collection, Known, Stores
from byalag.standards.features._links import Links
from byalag.standards.features._negotiate import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    language,
    media,
)
from byalag.standards.features._openapi import document
from byalag.standards.features._people import People
from byalag.standards.features._problem import NotAnswered, not_answered, shown

_STORES: Final = Stores()
_NAMED: Final = (1, 3)  # the parts of a path that name a collection and a feature


class Asked(Struct, frozen=True):
    """A request as it has been read: what it names, in which format and language."""

    spoken: Spoken
    window: Window
    known: Known
    names: tuple[str, ...]
    query: Mapping[str, str]
    media: str
    links: Links

    @property
    def html(self) -> bool:
        """Whether a page is wanted."""
        return self.media == HTML

    def own(self, plain: str) -> list[Json]:
        """Return the links to this very resource."""
        return self.links.pair(self.media, plain, self.query, *self.names)


async def answer(spoken: Spoken, window: Window) -> Reply:
    """Answer one request. Anything that is asked of the store is asked beside others' requests."""
    if spoken.method != "GET":
        message = f"{shown(spoken.method)} cannot be used here; use GET"
        allow = {"Allow": "GET, HEAD, OPTIONS"}
        return not_answered(spoken, NotAnswered(message, "method-not-allowed", allow))
    names = tuple(spoken.path.rstrip("/").split("/")[1:])
    if names == (_pages.STYLE,):
        return _pages.style()
    try:
        return await window.beside(partial(_found, spoken, window, names))
    except NotAnswered as error:
        return not_answered(spoken, error)


def _found(spoken: Spoken, window: Window, names: tuple[str, ...]) -> Reply:
    known = _RULES.get(tuple("*" if at in _NAMED else name for at, name in enumerate(names)))
    if known is None:
        message = "there is nothing at this address; begin at the landing page"
        raise NotAnswered(message, "not-found")
    rule, plain, parameters = known
    query = _question.pairs(spoken.query)
    if parameters is not None:
        _question.check(query, parameters)
    asked = Asked(
        spoken,
        window,
        _STORES.of(window.reading),
        names,
        query,
        media(spoken, query, plain),
        Links(spoken.root, language(spoken, query)),
    )
    return msgspec.structs.replace(rule(asked), rests_on="facts")


def _landing(asked: Asked) -> Reply:
    said = _describe.landing(asked.links, asked.own(JSON))
    return _write(asked, said, "landing", JSON)


def _conformance(asked: Asked) -> Reply:
    return _write(asked, _describe.conformance(asked.own(JSON)), "conformance", JSON)


def _api(asked: Asked) -> Reply:
    towns = asked.window.municipalities
    said = document(asked.spoken.hub, towns[0].contact if towns else None)
    return _write(asked, said, "api", OPENAPI)


def _list_functions(asked: Asked) -> Reply:
    said = _functions.described(asked.links.language) | {"links": asked.own(JSON)}
    return _write(asked, said, "functions", JSON)


def _collections(asked: Asked) -> Reply:
    found = asked.known.collections(asked.window.reading).values()
    said = _describe.collections(asked.own(JSON), [_described(asked, one) for one in found])
    return _write(asked, said, "collections", JSON)


def _described(asked: Asked, one: Collection, own: list[Json] | None = None) -> Json:
    if own is None:
        own = asked.links.pair(JSON, JSON, {}, "collections", one.dataset.id)
    times = asked.known.times(asked.window.reading, one.dataset.id)
    return _describe.collection(one, times, asked.links, own)


def _collection(asked: Asked) -> Reply:
    found = one_collection(asked)
    return _write(asked, _described(asked, found, asked.own(JSON)), "collection", JSON)


def _queryables(asked: Asked) -> Reply:
    found = one_collection(asked)
    known = asked.known.queryables(asked.window.reading, found.dataset.id)
    return _write(asked, _describe.queryables(found, known, asked.links), "queryables", SCHEMA)


def _schema(asked: Asked) -> Reply:
    found = one_collection(asked)
    known = asked.known.queryables(asked.window.reading, found.dataset.id)
    return _write(asked, _describe.schema(found, known, asked.links), "queryables", SCHEMA)


def _list_items(asked: Asked) -> Reply:
    found = one_collection(asked)
    reading, name = asked.window.reading, found.dataset.id
    own = {each for each in asked.query if each not in _question.ITEMS}
    if "filter" in asked.query:
        own.add("\0")  # a filter may name anything, so all that is known now
    known = asked.known.names(reading, name, own)
    items = _question.items(asked.query, known)
    page = _items.page(reading, asked.known, name, items)
    links = asked.own(GEOJSON)
    if page.more:
        query = {**asked.query, "after": _question.mark(page.last)}
        links.append(asked.links.link("next", asked.links.at(*asked.names, **query), asked.media))
    links.append(_to_collection(asked, name))
    headers = _located(items.crs)
    if asked.html:
        rows = [msgspec.json.decode(each) for each in page.features]
        said = {"links": links, "features": rows, "numberMatched": page.matched}
        context = {"collection": _described(asked, found), "people": _people(asked, name)}
        return _write(asked, said, "items", GEOJSON, headers, context)
    body = _items.encode(page, links, asked.window.now)
    tag = _tag(reading.changed(), asked)
    return Reply(body=body, media_type=GEOJSON, headers={**headers, **_said(asked), "ETag": tag})


def _item(asked: Asked) -> Reply:
    found = one_collection(asked)
    crs = _question.crs(asked.query)
    reading, name = asked.window.reading, found.dataset.id
    body = _items.one(reading, asked.known, name, asked.names[3], crs)
    if body is None:
        message = f"there is no feature {shown(asked.names[3])} in {name}"
        raise NotAnswered(message, "not-found")
    links = [*asked.own(GEOJSON), _to_collection(asked, name)]
    if asked.html:
        said = {**msgspec.json.decode(body), "links": links}
        context = {"collection": _described(asked, found), "people": _people(asked, name)}
        return _write(asked, said, "item", GEOJSON, _located(crs), context)
    whole = body[:-1] + b',"links":' + msgspec.json.encode(links) + b"}"
    return Reply(body=whole, media_type=GEOJSON, headers={**_located(crs), **_said(asked)})


def _people(asked: Asked, name: str) -> People:
    known = asked.known.queryables(asked.window.reading, name)
    units = {word: one.unit for word, one in known.items() if one.unit}
    return People(asked.links.language, units)


def one_collection(asked: Asked) -> Collection:
    """Return the collection that a path names.

    Raises:
        NotAnswered: There is no such collection.
    """
    found = asked.known.collection(asked.window.reading, asked.names[1])
    if found is None:
        message = f"there is no collection {shown(asked.names[1])}; /collections lists them"
        raise NotAnswered(message, "not-found")
    return found


def _to_collection(asked: Asked, name: str) -> Json:
    return asked.links.link("collection", asked.links.at("collections", name), JSON)


def _located(crs: str) -> dict[str, str]:
    return {"Content-Crs": f"<{crs}>"}


def _said(asked: Asked) -> dict[str, str]:
    return {"Content-Language": asked.links.language}


def _write(  # noqa: PLR0913, PLR0917 -- an answer, as a page or not
    asked: Asked,
    said: Json,
    template: str,
    plain: str,
    headers: Mapping[str, str] | None = None,
    context: Mapping[str, object] | None = None,
) -> Reply:
    headers = {**(headers or {}), **_said(asked)}
    if asked.html:
        page = _pages.Page(asked.links, asked.names, asked.query, asked.spoken.hub)
        return _pages.reply(page, template, said, headers, context or {})
    return Reply(body=msgspec.json.encode(said), media_type=plain, headers=headers)


def _tag(changed: int, asked: Asked) -> str:
    """Return a weak tag: the time of the answer moves on while it stays the same answer."""
    parts = (str(changed), asked.spoken.path, asked.spoken.query, asked.links.language)
    return f'W/"{blake2b(chr(0).join(parts).encode(), digest_size=12).hexdigest()}"'


_Rule: TypeAlias = Callable[[Asked], Reply]
# What answers at a path, in which format beside HTML, and with which parameters.
_RULES: Final[Mapping[tuple[str, ...], tuple[_Rule, str, Sequence[str] | None]]] = {
    (): (_landing, JSON, _question.COMMON),
    ("conformance",): (_conformance, JSON, _question.COMMON),
    ("api",): (_api, OPENAPI, _question.COMMON),
    ("functions",): (_list_functions, JSON, _question.COMMON),
    ("collections",): (_collections, JSON, _question.COMMON),
    ("collections", "*"): (_collection, JSON, _question.COMMON),
    ("collections", "*", "queryables"): (_queryables, SCHEMA, _question.COMMON),
    ("collections", "*", "schema"): (_schema, SCHEMA, _question.COMMON),
    ("collections", "*", "items"): (_list_items, GEOJSON, None),
    ("collections", "*", "items", "*"): (_item, GEOJSON, (*_question.COMMON, "crs")),
}
