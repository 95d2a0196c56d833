"""The shared dictionary as SKOS: one concept a word, one scheme a list of codes."""

from collections.abc import Iterable

from byalag.standards.dcat._rdf import Iri, Node, Text, Value
from byalag.terms import Term

_TITLES = {"sv": "Byalags ordlista", "en": "Byalag's dictionary"}


def dictionary(hub: str, words: Iterable[Term]) -> list[Node]:
    """Return the dictionary: its scheme, the lists of codes in it, and every word."""
    known = list(words)
    lists = dict.fromkeys(word.scheme for word in known if word.kind == "code")
    top: list[tuple[str, Value]] = [
        ("skos:prefLabel", Text(text, language)) for language, text in _TITLES.items()
    ]
    nodes = [Node(_scheme(hub, ""), ("skos:ConceptScheme",), top)]
    nodes += [_list(hub, name, known) for name in lists]
    return nodes + [concept(hub, word) for word in known]


def concept(hub: str, word: Term) -> Node:
    """Return one word: what people call it, what it means, and the same word elsewhere."""
    said: list[tuple[str, Value]] = [
        *(("skos:prefLabel", Text(text, t)) for t, text in word.labels.items() if text),
        *(("skos:definition", Text(text, t)) for t, text in word.definitions.items() if text),
        ("skos:inScheme", Iri(_scheme(hub, word.scheme if word.kind == "code" else ""))),
        *(("skos:exactMatch", Iri(address)) for address in word.exact),
    ]
    if word.notation or word.kind != "code":
        said.append(("skos:notation", Text(word.notation or word.id)))
    return Node(word.uri(hub), ("skos:Concept",), said)


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
