"""Reads a DCAT catalogue: DCAT 2 and 3 as DCAT-AP and DCAT-AP-SE use them.

What is read may name other documents (JSON-LD contexts, XML entities); none of them is fetched.
"""

import logging
from collections.abc import Iterator
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import msgspec
from msgspec import Struct

from byalag.model import Json, Words
from byalag.sources import Garbled
from byalag.sources._catalogue import Entry, File
from byalag.sources._encoding import utf8
from byalag.sources._json import BROKEN

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
FOAF, HYDRA = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/hydra/core#"
NAMES = (f"{FOAF}name", "http://www.w3.org/2006/vcard/ns#fn", f"{DCT}title")
_CONTEXT = "@context"
_BASE = "https://base.invalid/"  # RFC 2606; what is relative stays so, and names no folder of ours


class Catalogue(Struct, frozen=True):
    """The datasets of one page, and how many data services stand beside them."""

    entries: list[tuple[str, Entry]]
    services: int


def read(body: bytes) -> Catalogue:
    """Return the datasets of a catalogue, by their addresses in order.

    Raises:
        Garbled: It is not RDF, names other documents, or holds no dataset and no catalogue.
    """
    graph = _graph(body)
    kinds = [f"{DCAT}Dataset", f"{DCAT}DatasetSeries"]
    nodes = {node for kind in kinds for node in _subjects(graph, kind)}
    if not nodes and not any(_subjects(graph, f"{DCAT}Catalog")):
        message = "there is no dcat:Dataset and no dcat:Catalog in the answer"
        raise Garbled(message)
    entries = [(_where(graph, node), _entry(graph, node)) for node in nodes]
    entries.sort(key=itemgetter(0))
    return Catalogue(entries, sum(1 for _ in _subjects(graph, f"{DCAT}DataService")))


def next_page(body: bytes) -> str | None:
    """Return the address of the next page that a page names; None if it is the last."""
    if HYDRA.encode() not in body:
        return None
    graph = _graph(body)
    for end in ("next", "nextPage"):  # as Hydra calls it now, and did in older drafts
        for found in graph.objects(None, _iri(HYDRA + end)):
            return str(found)
    return None


def _graph(body: bytes) -> "Graph":
    from rdflib import Graph  # noqa: PLC0415 -- slow to load, and few hubs harvest catalogues

    text = utf8(body)
    form = _form(text)
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # its warnings quote what was sent
    graph = Graph()
    try:
        graph.parse(data=text, format=form, publicID=_BASE)
    except Exception as error:  # rdflib's parsers raise errors of many unrelated types
        said = " ".join(str(error).split())[:300] or type(error).__name__
        message = f"the answer is not {_TOLD[form]}: {said}"
        raise Garbled(message) from error
    _without_base(graph)
    return graph


def _without_base(graph: "Graph") -> None:
    for told in [triple for triple in graph if any(map(_is_based, triple))]:
        graph.remove(told)
        subject, predicate, object_ = map(_unbased, told)
        graph.add((subject, predicate, object_))


def _is_based(node: object) -> bool:
    return _is_named(node) and str(node).startswith(_BASE)


def _unbased(node: object) -> Any:  # noqa: ANN401 -- rdflib is loaded only where it is used
    return _iri(str(node).removeprefix(_BASE)) if _is_based(node) else node


_TOLD = {"xml": "RDF/XML", "json-ld": "JSON-LD", "turtle": "Turtle"}


def _form(text: bytes) -> str:
    """Tell the form of RDF by its beginning, and refuse what would fetch other documents."""
    start = text.lstrip()[:1]
    if not start:
        message = "the answer is empty"
        raise Garbled(message)
    if start in b"{[":
        _refuse_remote(text)
        return "json-ld"
    if start == b"<" and text.lstrip()[:5].lower() in {b"<?xml", b"<rdf:", b"<rdf "}:
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            message = "the answer declares a DOCTYPE, which is never read"
            raise Garbled(message)
        return "xml"
    return "turtle"


def _refuse_remote(text: bytes) -> None:
    try:
        tree = msgspec.json.decode(text)
    except BROKEN as error:
        message = f"the answer is not JSON-LD: {error}"
        raise Garbled(message) from error
    remote = next(_remote(tree), None)
    if remote is not None:
        message = f"the answer needs another document, {remote[:200]}, which is never fetched"
        raise Garbled(message)


def _remote(node: Json) -> Iterator[str]:
    """Yield the addresses of contexts that are not written out."""
    waiting: list[Json] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            tree = cast("dict[str, Json]", one)
            yield from _named(tree.get(_CONTEXT))
            waiting += tree.values()
        elif isinstance(one, list):
            waiting += one


def _named(context: Json) -> Iterator[str]:
    waiting: list[Json] = [context]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):  # a list in a list is no JSON-LD, but the parser fetches it
            waiting += one
        elif isinstance(one, dict) and "@import" in one:
            yield str(cast("dict[str, Json]", one)["@import"])


def _where(graph: "Graph", node: "Node") -> str:
    """Return how a dataset is pointed out: by its address, or by its title if it has none."""
    if _is_named(node):
        return str(node)
    return next(iter(_texts(graph, node, f"{DCT}title")), "a dataset without address and title")


def _entry(graph: "Graph", node: "Node") -> Entry:
    return Entry(
        id=str(node) if _is_named(node) else _text(graph, node, f"{DCT}identifier"),
        title=_words(graph, node, f"{DCT}title"),
        description=_words(graph, node, f"{DCT}description"),
        publisher=_publisher(graph, node),
        licence=_text(graph, node, f"{DCT}license"),
        page=_text(graph, node, f"{DCAT}landingPage"),
        keywords=_texts(graph, node, f"{DCAT}keyword"),
        themes=_texts(graph, node, f"{DCAT}theme"),
        issued=_text(graph, node, f"{DCT}issued"),
        modified=_text(graph, node, f"{DCT}modified"),
        files=tuple(_files(graph, node)),
    )


def _files(graph: "Graph", node: "Node") -> Iterator[File]:
    for one in sorted(graph.objects(node, _iri(f"{DCAT}distribution")), key=str):
        url = _text(graph, one, f"{DCAT}downloadURL") or _text(graph, one, f"{DCAT}accessURL")
        yield File(
            url=url,
            title=_words(graph, one, f"{DCT}title"),
            format=_last(_text(graph, one, f"{DCT}format")),
            media_type=_media(_text(graph, one, f"{DCAT}mediaType")),
            licence=_text(graph, one, f"{DCT}license"),
        )


def _publisher(graph: "Graph", node: "Node") -> str:
    for agent in graph.objects(node, _iri(f"{DCT}publisher")):
        for name in NAMES:
            if told := _words(graph, agent, name):
                return told.get("sv") or next(iter(told.values()))
        if _is_literal(agent) or _is_named(agent):
            return str(agent)
    return ""


def _words(graph: "Graph", node: "Node", predicate: str) -> Words:
    """Return texts by language; one without a language is taken to be in Swedish."""
    found = sorted(graph.objects(node, _iri(predicate)), key=str)
    texts = [(getattr(one, "language", None) or "sv", str(one).strip()) for one in found]
    return {code.partition("-")[0]: text for code, text in reversed(texts) if text}


def _texts(graph: "Graph", node: "Node", predicate: str) -> tuple[str, ...]:
    return tuple(sorted({str(one).strip() for one in graph.objects(node, _iri(predicate))} - {""}))


def _text(graph: "Graph", node: "Node", predicate: str) -> str:
    return next(iter(_texts(graph, node, predicate)), "")


def _subjects(graph: "Graph", kind: str) -> "Iterator[Node]":
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    return graph.subjects(_iri(rdf_type), _iri(kind))


def _last(address: str) -> str:
    return address.rpartition("/")[2] if "://" in address else address


def _media(address: str) -> str:
    """Return a media type; DCAT-AP writes it as an address at IANA."""
    return address.partition("/media-types/")[2] or address


def _is_named(node: object) -> bool:
    return type(node).__name__ == "URIRef"


def _is_literal(node: object) -> bool:
    return type(node).__name__ == "Literal"


def _iri(address: str) -> Any:  # noqa: ANN401 -- rdflib is loaded only where it is used
    from rdflib import URIRef  # noqa: PLC0415 -- loaded with the graph

    return URIRef(address)
