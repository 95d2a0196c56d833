"""The dictionary as SKOS: one concept a word, one scheme a list of codes.

What a municipality means by a word, where it is another than what all share, is a concept of its
own beside the shared one: `terms/employee@2482`.
"""

from collections.abc import Iterable, Iterator

from byalag.standards.dcat._rdf import Iri, Node, Text, Value
from byalag.terms import Definition, Entry, Term

_TITLES = {"sv": "Byalags ordlista", "en": "Byalag's dictionary"}
_STATUS = "http://purl.org/adms/status"
_STATES = {
    "draft": f"{_STATUS}/UnderDevelopment",
    "proposed": f"{_STATUS}/UnderDevelopment",
    "adopted": f"{_STATUS}/Completed",
    "replaced": f"{_STATUS}/Deprecated",
}


def dictionary(hub: str, words: Iterable[Entry]) -> list[Node]:
    """Return the dictionary: its scheme, the lists of codes in it, and every word."""
    entries = list(words)
    known = [entry.term for entry in entries if entry.term is not None]
    lists = dict.fromkeys(word.scheme for word in known if word.kind == "code")
    top: list[tuple[str, Value]] = [
        ("skos:prefLabel", Text(text, language)) for language, text in _TITLES.items()
    ]
    nodes = [Node(_scheme(hub, ""), ("skos:ConceptScheme",), top)]
    nodes += [_list(hub, name, known) for name in lists]
    return nodes + [node for entry in entries for node in concepts(hub, entry)]


def concepts(hub: str, entry: Entry) -> list[Node]:
    """Return one word: what all mean by it, and what each municipality means."""
    shared = entry.shared
    own = [one for one in entry.definitions if one.municipality]
    others = [_uri(hub, entry.id, one.municipality) for one in own]
    nodes: list[Node] = []
    if shared is not None:
        nodes.append(_defined(hub, shared, entry, [*others]))
    elif entry.term is not None:
        nodes.append(_platform(hub, entry.term, others))
    top = [_uri(hub, entry.id, "")] if nodes else []
    for one in own:
        mine = _uri(hub, entry.id, one.municipality)
        nodes.append(_defined(hub, one, entry, [*top, *(each for each in others if each != mine)]))
    drafts = [one for one in entry.definitions if not one.municipality and one is not shared]
    if not nodes and drafts:
        nodes.append(_defined(hub, drafts[0], entry, []))
    return nodes


def _platform(hub: str, word: Term, close: Iterable[str]) -> Node:
    """Return a word of the platform's own: its names, its meaning, and the same word elsewhere."""
    said: list[tuple[str, Value]] = [
        *(("skos:prefLabel", Text(text, t)) for t, text in word.labels.items() if text),
        *(("skos:definition", Text(text, t)) for t, text in word.definitions.items() if text),
        ("skos:inScheme", Iri(_scheme(hub, word.scheme if word.kind == "code" else ""))),
        *(("skos:exactMatch", Iri(address)) for address in word.exact),
        *(("skos:closeMatch", Iri(address)) for address in close),
    ]
    if word.notation or word.kind != "code":
        said.append(("skos:notation", Text(word.notation or word.id)))
    return Node(word.uri(hub), ("skos:Concept",), said)


def _defined(hub: str, word: Definition, entry: Entry, close: Iterable[str]) -> Node:
    """Return what somebody means by a word, and whose word it is."""
    said: list[tuple[str, Value]] = [
        *(("skos:prefLabel", Text(text, t)) for t, text in word.label.items() if text),
        *(("skos:definition", Text(text, t)) for t, text in word.definition.items() if text),
        ("skos:inScheme", Iri(_scheme(hub, ""))),
        ("skos:notation", Text(word.id)),
        ("adms:status", Iri(_STATES[word.status])),
        *(("skos:broader", Iri(_uri(hub, name, ""))) for name in word.broader),
        *(("skos:narrower", Iri(_uri(hub, name, ""))) for name in word.narrower),
        *(("skos:exactMatch", Iri(address)) for address in _exact(word, entry)),
        *(("skos:closeMatch", Iri(address)) for address in close),
    ]
    if word.owner:
        said.append(("dct:creator", Text(word.owner)))
    if word.municipality:
        said.append(("dct:publisher", Iri(f"{hub}/{word.municipality}/datasets/dcat")))
    if word.replaced_by:
        said.append(("dct:isReplacedBy", Iri(_uri(hub, word.replaced_by, ""))))
    return Node(_uri(hub, word.id, word.municipality), ("skos:Concept",), said)


def _exact(word: Definition, entry: Entry) -> Iterator[str]:
    """Yield the same word elsewhere; what all share is also what the platform has always said."""
    yield from word.exact
    if not word.municipality and entry.term is not None:
        yield from (address for address in entry.term.exact if address not in word.exact)


def _uri(hub: str, word: str, municipality: str) -> str:
    return f"{hub.rstrip('/')}/terms/{word}" + (f"@{municipality}" if municipality else "")


def _list(hub: str, name: str, known: Iterable[Term]) -> Node:
    described = next(
        (word for word in known if word.kind == "property" and word.scheme == name), None
    )
    labels = described.labels if described else {"en": name}
    said: list[tuple[str, Value]] = [
        ("skos:prefLabel", Text(text, language)) for language, text in labels.items()
    ]
    return Node(_scheme(hub, name), ("skos:ConceptScheme",), said)


def _scheme(hub: str, name: str) -> str:
    return f"{hub}/terms" + (f"#{name}" if name else "")
