"""What names mean in a JSON-LD @context, and what they are called in it. Pure.

Of JSON-LD 1.1 this knows what NGSI-LD needs: terms, prefixes, @vocab, lists of contexts and
@import. The core context comes last and its terms cannot be given another meaning (GS CIM 009,
5.5.7); what nobody has defined is in the default vocabulary.
"""

from collections.abc import Iterator, Mapping

from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.standards.ngsi_ld._core import CORE, DEFAULT_VOCABULARY, document, documents
from byalag.standards.ngsi_ld._problem import Refused

DEEPEST = 20  # contexts within contexts
MOST_TERMS = 20_000
LONGEST_NAME = 2_000
_REMEMBERED, _SHORT = 5_000, 200  # names that are expanded once, and their length
_GEN_DELIMS = ":/?#[]@"
_KEYWORDS = frozenset({"@id", "@type", "@value", "@graph", "@list", "@set", "@context", "@json"})


class Context:
    """The names of one context.

    `given` is the context as it was given, without the core context: an address, an object, a list
    of these, or None where only the core context was meant.
    """

    def __init__(
        self,
        given: Json,
        terms: Mapping[str, str],
        prefixes: frozenset[str],
        *,
        whole: bool = False,
    ) -> None:
        """Keep the terms, core terms among them, and which of them begin compact IRIs.

        `whole` says that what was given leads to the core context by itself.
        """
        self.given = given
        self._whole = whole
        self._terms = terms
        self._prefixes = sorted(
            ((terms[prefix], prefix) for prefix in prefixes), key=lambda pair: -len(pair[0])
        )
        self._names: dict[str, str] = {}
        core = _core().terms
        for term in sorted(terms, key=lambda term: (term not in core, len(term), term)):
            self._names.setdefault(terms[term], term)
        self._expanded: dict[str, str] = {}
        self._compacted: dict[str, str] = {}

    def __len__(self) -> int:
        """Return how many terms there are."""
        return len(self._terms)

    def expand_name(self, name: str) -> str:
        """Return the IRI of a type, an attribute or another name.

        Raises:
            Refused: It is no name.
        """
        found = self._expanded.get(name)
        if found is None:
            if not name or len(name) > LONGEST_NAME:
                message = f"a name has 1 to {LONGEST_NAME} characters"
                raise Refused(message, "BadRequestData")
            found = _expand(name, self._terms, DEFAULT_VOCABULARY)
            if len(self._expanded) < _REMEMBERED and len(name) < _SHORT:
                self._expanded[name] = found
        return found

    def compact_name(self, iri: str) -> str:
        """Return what an IRI is called here: a term, a short name or a compact IRI, else itself."""
        if iri in self._names:
            return self._names[iri]
        found = self._compacted.get(iri)
        if found is None:
            found = self._compact(iri)
            if len(self._compacted) < _REMEMBERED and len(iri) < _SHORT:
                self._compacted[iri] = found
        return found

    def _compact(self, iri: str) -> str:
        if iri.startswith(DEFAULT_VOCABULARY):
            name = iri[len(DEFAULT_VOCABULARY) :]
            if self._means(name, iri):
                return name
        for beginning, prefix in self._prefixes:
            name = f"{prefix}:{iri[len(beginning) :]}"
            if iri.startswith(beginning) and self._means(name, iri):
                return name
        return iri

    def expand_value(self, value: Json) -> Json:
        """Return a value of a VocabProperty with its words as IRIs."""
        if isinstance(value, str):
            return self.expand_name(value)
        return [self.expand_value(one) for one in value] if is_list(value) else value

    def compact_value(self, value: Json) -> Json:
        """Return a value of a VocabProperty with its IRIs as words."""
        if isinstance(value, str):
            return self.compact_name(value)
        return [self.compact_value(one) for one in value] if is_list(value) else value

    @property
    def whole(self) -> Json:
        """The @context of an answer: what was given, and the core context last."""
        if self.given is None:
            return CORE
        if self._whole:
            return self.given
        return [*(self.given if is_list(self.given) else [self.given]), CORE]

    @property
    def address(self) -> str:
        """The address of the context for a Link header: the first one given, else the core's."""
        listed = self.given if is_list(self.given) else [self.given]
        return next((one for one in listed if isinstance(one, str)), CORE)

    @property
    def link(self) -> str:
        """The Link header of an answer that does not carry its context."""
        relation = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        return f"<{self.address}>; {relation}"

    def _means(self, name: str, iri: str) -> bool:
        return bool(name) and _expand(name, self._terms, DEFAULT_VOCABULARY) == iri


class _Terms:
    def __init__(self) -> None:
        self.terms: dict[str, str] = {}
        self.prefixes: set[str] = set()
        self.vocabulary = DEFAULT_VOCABULARY


def addresses(given: Json) -> Iterator[str]:
    """Yield the addresses of the contexts that a context names itself.

    Raises:
        Refused: It is no context.
    """
    for one in given if is_list(given) else [given]:
        if isinstance(one, str):
            yield one
        elif is_object(one):
            if isinstance(one.get("@import"), str):
                yield one["@import"]
        elif one is not None:
            message = "@context is an address, an object, or a list of these"
            raise Refused(message, "BadRequestData")


def compiled(given: Json, known: Mapping[str, Json]) -> Context:
    """Return a context, where `known` holds every document that it names, by address.

    Raises:
        Refused: It is no context.
    """
    found = _Terms()
    _take(found, given, known, 0)
    core = _core()
    terms = found.terms | core.terms
    prefixes = frozenset((found.prefixes - core.terms.keys()) | core.prefixes)
    left = _without_core(given)
    cores = known.keys() & documents().keys() - (set() if left == given else {CORE})
    return Context(left, terms, prefixes, whole=bool(cores))


def _without_core(given: Json) -> Json:
    listed = given if is_list(given) else [given]
    left = [one for one in listed if one is not None and one != CORE]
    return (left[0] if len(left) == 1 else left) if left else None


def _core_terms() -> _Terms:
    found = _Terms()
    _define_all(found, document(CORE.rpartition("-v")[2].removesuffix(".jsonld"))["@context"])
    return found


_CORE_TERMS: list[_Terms] = []


def _core() -> _Terms:
    if not _CORE_TERMS:
        _CORE_TERMS.append(_core_terms())
    return _CORE_TERMS[0]


def _take(found: _Terms, given: Json, known: Mapping[str, Json], depth: int) -> None:
    if depth > DEEPEST:
        message = f"contexts name one another more than {DEEPEST} deep"
        raise Refused(message, "BadRequestData")
    for one in given if is_list(given) else [given]:
        if isinstance(one, str):
            _take(found, inner(known[one]), known, depth + 1)
        elif is_object(one):
            if isinstance(one.get("@import"), str):
                _take(found, inner(known[one["@import"]]), known, depth + 1)
            _define_all(found, one)


def inner(document: Json) -> Json:
    """Return the context that a context document holds.

    Raises:
        Refused: It is no context document.
    """
    if not is_object(document) or "@context" not in document:
        message = "a JSON-LD context document is an object with @context"
        raise Refused(message, "BadRequestData")
    return document["@context"]


def _define_all(found: _Terms, local: Mapping[str, Json]) -> None:
    if len(local) + len(found.terms) > MOST_TERMS:
        message = f"a context has at most {MOST_TERMS} terms"
        raise Refused(message, "BadRequestData")
    vocabulary = local.get("@vocab")
    if isinstance(vocabulary, str):
        found.vocabulary = vocabulary
    for term in local:
        if term and not term.startswith("@"):
            _define(found, term, local, ())


def _define(found: _Terms, term: str, local: Mapping[str, Json], behind: tuple[str, ...]) -> None:
    said: Json = local[term]
    if term in behind or len(behind) > DEEPEST:
        message = f"the term {term!r} is defined by itself"
        raise Refused(message, "BadRequestData")
    if said is not None and not isinstance(said, str) and not is_object(said):
        message = f"the term {term!r} is defined by a text or an object"
        raise Refused(message, "BadRequestData")
    iri: Json = said.get("@id", term) if is_object(said) else said
    if iri is None:
        found.terms.pop(term, None)
        return
    if not isinstance(iri, str) or not iri:
        message = f"the @id of the term {term!r} is an IRI"
        raise Refused(message, "BadRequestData")
    first = iri.partition(":")[0] if ":" in iri else iri
    if first != term and first in local and not (":" in iri and _absolute(iri)):
        _define(found, first, local, (*behind, term))
    found.terms.pop(term, None)
    meaning = _expand(iri, found.terms, found.vocabulary)
    found.terms[term] = meaning
    usable = isinstance(said, str) and meaning[-1:] in _GEN_DELIMS
    if usable or (is_object(said) and said.get("@prefix") is True):
        found.prefixes.add(term)
    else:
        found.prefixes.discard(term)


def _absolute(iri: str) -> bool:
    return iri.partition(":")[2].startswith("//")


def _expand(name: str, terms: Mapping[str, str], vocabulary: str) -> str:
    if name in terms:
        return terms[name]
    if name in _KEYWORDS:
        return name
    prefix, colon, suffix = name.partition(":")
    if colon:
        known = not suffix.startswith("//") and prefix in terms
        return terms[prefix] + suffix if known else name
    return vocabulary + name
