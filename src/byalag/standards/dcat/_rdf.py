"""A small graph: things with an IRI each, what they are and what is said of them. Pure.

The catalogue has no blank nodes and two thousand lines of the same few kinds, so it is written
straight out, in the three forms that are asked for. A general library takes a second for what is
done here in some milliseconds; the tests read everything back with one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from byalag.model import Json

PREFIXES: Final[Mapping[str, str]] = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b"}
)
_PLAIN = re.compile(r"[A-Za-z0-9/:.?#&=%$'()~_+,;@-]*").fullmatch
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNSAFE = str.maketrans({c: f"%{ord(c):02X}" for c in '<>"{}|\\^` \t\n\r'})


class Iri(Struct, frozen=True):
    """Something with an address."""

    iri: str


class Text(Struct, frozen=True):
    """Words in a language, or in none."""

    text: str
    language: str = ""


class Typed(Struct, frozen=True):
    """A value with its datatype: `xsd:date`."""

    text: str
    datatype: str


Value: TypeAlias = Iri | Text | Typed


class Node(Struct, frozen=True):
    """One thing: its IRI, its types and what is said of it, names with their prefix."""

    iri: str
    types: tuple[str, ...]
    said: Sequence[tuple[str, Value]] = ()


def rdf_xml(nodes: Iterable[Node]) -> bytes:
    """Write a graph as RDF/XML, one description a node, as dataportal.se harvests it."""
    spaces = (f'xmlns:{name}="{iri}"' for name, iri in PREFIXES.items() if name != "xsd")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<rdf:RDF {' '.join(spaces)}>"]
    for node in nodes:
        first, *others = node.types or ("rdf:Description",)
        lines.append(f'  <{first} rdf:about="{_xml(_safe(node.iri))}">')
        lines += [f'    <rdf:type rdf:resource="{_full(other)}"/>' for other in others]
        lines += [f"    <{name}{_element(value, name)}" for name, value in node.said]
        lines.append(f"  </{first}>")
    lines.append("</rdf:RDF>\n")
    return "\n".join(lines).encode()


def _element(value: Value, name: str) -> str:
    match value:
        case Iri(iri):
            return f' rdf:resource="{_xml(_safe(iri))}"/>'
        case Text(text, language):
            tongue = f' xml:lang="{language}"' if language else ""
            return f"{tongue}>{_xml(text)}</{name}>"
        case Typed(text, datatype):
            return f' rdf:datatype="{_full(datatype)}">{_xml(text)}</{name}>'


def _xml(text: str) -> str:
    """Return a text as XML can hold it; what it can never hold is left out."""
    return _UNPRINTABLE.sub("", text).translate(_ENTITIES)


def turtle(nodes: Iterable[Node]) -> bytes:
    """Write a graph as Turtle."""
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
    for node in nodes:
        said = [f"a {', '.join(node.types)}"] if node.types else []
        said += [f"{name} {_turtle(value)}" for name, value in node.said]
        lines.append(f"\n<{_safe(node.iri)}> " + " ;\n    ".join(said) + " .")
    return ("\n".join(lines) + "\n").encode()


def _turtle(value: Value) -> str:
    match value:
        case Iri(iri):
            return f"<{_safe(iri)}>"
        case Text(text, language):
            return f'"{text.translate(_ESCAPES)}"' + (f"@{language}" if language else "")
        case Typed(text, datatype):
            return f'"{text.translate(_ESCAPES)}"^^{datatype}'


def json_ld(nodes: Iterable[Node]) -> bytes:
    """Write a graph as JSON-LD, with the prefixes as its context."""
    graph: list[Json] = []
    for node in nodes:
        told: dict[str, Json] = {"@id": _safe(node.iri)}
        if node.types:
            told["@type"] = list(node.types)
        for name, value in node.said:
            told.setdefault(name, []).append(_json(value))
        graph.append(told)
    return msgspec.json.encode({"@context": dict(PREFIXES), "@graph": graph})


def _json(value: Value) -> Json:
    match value:
        case Iri(iri):
            return {"@id": _safe(iri)}
        case Text(text, language):
            return {"@value": text} | ({"@language": language} if language else {})
        case Typed(text, datatype):
            return {"@value": text, "@type": datatype}


@cache
def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _safe(iri: str) -> str:
    """Return an IRI without the signs that none may hold (RFC 3987)."""
    if _PLAIN(iri):
        return iri
    return "".join(c for c in iri if c.isprintable()).translate(_UNSAFE)
