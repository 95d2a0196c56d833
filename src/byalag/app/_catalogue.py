"""The catalogues and the dictionary at their addresses."""

from collections.abc import Callable, Iterator

import anyio.to_thread
from starlette.requests import Request

from byalag.app._access import DESCRIPTION, OPEN
from byalag.app._answering import Address, Endpoint
from byalag.app._catalogues import Catalogues
from byalag.standards.dcat import FORMATS, RDF_XML, Node, concepts, dictionary
from byalag.standards.profile import NotAnswered, Reply, choose
from byalag.terms import FALLBACK

_NEAR = 5  # words that are named when there is none such
_HEADERS = {"Cache-Control": "public, max-age=60", "Vary": "Accept"}


def addresses(made: Catalogues) -> Iterator[Address]:
    """Yield the addresses of the catalogues, of each dataset, and of the dictionary."""
    yield Address("/datasets/dcat", _catalogue(made), OPEN)
    yield Address("/{id}/datasets/dcat", _catalogue(made), OPEN)
    yield Address("/datasets/{id}", _graph(lambda request: made.one(_id(request))), OPEN)
    hub = made.address
    yield Address("/terms", _graph(lambda _: dictionary(hub, made.words())), DESCRIPTION)
    yield Address("/terms/{id:path}", _graph(lambda request: _word(made, request)), DESCRIPTION)


def _catalogue(made: Catalogues) -> Endpoint:
    async def show(request: Request) -> Reply:
        code = request.scope["path_params"].get("id")
        media_type = _chosen(request)
        body = await anyio.to_thread.run_sync(made.written, code, media_type)
        return Reply(body=body, media_type=_charset(media_type), headers=_HEADERS)

    return show


def _graph(nodes: Callable[[Request], list[Node]]) -> Endpoint:
    async def show(request: Request) -> Reply:
        media_type = _chosen(request)

        def write() -> bytes:
            return FORMATS[media_type](nodes(request))

        body = await anyio.to_thread.run_sync(write)
        return Reply(body=body, media_type=_charset(media_type), headers=_HEADERS)

    return show


def _chosen(request: Request) -> str:
    """Return the form that is asked for; RDF/XML to whoever does not say, as the harvest."""
    if request.query_params:
        message = "There are no parameters here; say the form in Accept."
        raise NotAnswered(message, trouble="unknown-parameter")
    accept: str = request.scope["said"].get(b"accept", b"").decode("latin-1")
    if "text/html" in accept and not any(form in accept for form in FORMATS):
        return RDF_XML
    return choose(accept, list(FORMATS))


def _charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _id(request: Request) -> str:
    found: str = request.scope["path_params"]["id"]
    return found


def _word(made: Catalogues, request: Request) -> list[Node]:
    word = _id(request)[:200].partition("@")[0]
    entry = made.words().find(word)
    if entry is None:
        near = ", ".join(one.id for one in made.words().search(word, FALLBACK)[:_NEAR])
        hint = f"near words are {near}" if near else "see /terms for all of them"
        message = f"{word!r} is not in the dictionary; {hint}."
        raise NotAnswered(message, trouble="not-found")
    return concepts(made.address, entry)
