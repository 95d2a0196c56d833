"""A query in the words that a store is asked in: what surely fits it, and what may. Pure.

An attribute is in a thing's details where it has been written through NGSI-LD, in its properties
as its plain value, and in the newest value of its series; `_facts` says which of these is shown.
"""

from collections.abc import Callable, Sequence
from typing import Final

from byalag.asking import Call, Expression, Field, Moment, Value
from byalag.standards.ngsi_ld._bounds import (
    Bounds,
    absent,
    all_of,
    any_of,
    both,
    either,
    there,
)
from byalag.standards.ngsi_ld._facts import STA
from byalag.standards.ngsi_ld._name import (
    ATTRIBUTE,
    DESCRIPTION,
    LOCATION,
    NAME,
    from_source,
    iri,
    property_of,
    short,
    written_id,
)
from byalag.standards.ngsi_ld._q import (
    All,
    Compared,
    Literally,
    Path,
    Pattern,
    Q,
    Range,
    Term,
    Values,
)
from byalag.standards.ngsi_ld._q_compare import moment
from byalag.standards.ngsi_ld._q_judge import NGSI

_COMPARISONS: Final = {"==": "eq", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_WORDS: Final = ("name", "description")  # those that facts have words of their own for
_OWN: Final = {NAME: "name", DESCRIPTION: "description", LOCATION: "geometry"}
Condition = Callable[[Expression], Expression]


def asked(q: Q) -> Bounds:
    """Return what a query, its names as IRIs, asks of a store."""
    if isinstance(q, Term):
        return _term(q)
    parts = [asked(part) for part in q.parts]
    return all_of(parts) if isinstance(q, All) else any_of(parts)


def has(attribute: str) -> Bounds:
    """Return what asks for the things that have an attribute."""
    return Bounds(_may_have(attribute), _surely_has(attribute))


def _term(term: Term) -> Bounds:
    path = term.path
    first = path.linked[0].relation if path.linked else path.names[0]
    if first in (NGSI + "createdAt", NGSI + "modifiedAt") and len(path.names) == 1:
        return _time(first, term)
    if path == Path((first,)) and term.comparison is None:
        return has(first)
    seen_whole = path.linked or len(path.names) > 1 or path.members[:1] == ("*",)
    if not seen_whole and term.value is not None and term.comparison is not None:
        holds = _condition(term.comparison, term.value)
        if holds is not None:
            return _compared(first, term, holds)
    return Bounds(_may_have(first), None)


def _time(name: str, term: Term) -> Bounds:
    """Ask for a time that is kept of the whole entity."""
    field = Field(("details", "ngsi-ld", "created" if name.endswith("createdAt") else "modified"))
    value = term.value
    at = moment(str(value.value)) if isinstance(value, Literally) else None
    if at is None or term.comparison not in _COMPARISONS:
        return Bounds(there(*field.path), None)
    holds = Call(_COMPARISONS[term.comparison], (field, Value(at)))
    return Bounds(holds, holds)


def _condition(comparison: str, value: Compared) -> Condition | None:
    """Return what says that a field compares so; None where only the entity itself can tell."""
    if comparison not in _COMPARISONS or isinstance(value, Pattern):
        return None
    literals = _literals(value)
    said = [each for literal in literals if (each := _said(literal)) is not None]
    texts = any(literal.kind == "text" for literal in literals)
    if len(said) < len(literals) or (texts and (comparison != "==" or isinstance(value, Range))):
        return None
    if isinstance(value, Range):
        return lambda field: both(Call("ge", (field, said[0])), Call("le", (field, said[1])))
    if isinstance(value, Values):
        return lambda field: Call("in", (field, *said))
    return lambda field: Call(_COMPARISONS[comparison], (field, said[0]))


def _literals(value: Literally | Range | Values) -> tuple[Literally, ...]:
    if isinstance(value, Range):
        return value.low, value.high
    return value.items if isinstance(value, Values) else (value,)


def _said(literal: Literally) -> Expression | None:
    if literal.kind == "moment":
        at = moment(str(literal.value))
        return None if at is None else Moment(at)
    return None if literal.kind in ("date", "time") else Value(literal.value)


def _compared(attribute: str, term: Term, holds: Condition) -> Bounds:
    """Ask how the values of an attribute compare."""
    key = ATTRIBUTE + attribute
    name = short(attribute)
    within = term.path.members
    kept = holds(Field(("details", key, "*", "value", *within, "*")))
    own = _own(name, within, holds)
    newest = ("latest", property_of(attribute))
    observed = holds(Field(newest))
    unlike = [kept, own, *_odd(attribute, term, holds)]
    sure = [
        both(there("details", key), own, kept, either(absent(*newest), observed)),
        *([] if iri(name) != attribute else [both(absent("details", key), own, absent(*newest))]),
    ]
    if not within and iri(property_of(attribute)) == attribute:
        sure.append(both(absent("details", key), observed))
    return Bounds(either(*unlike, *_series(attribute, within, observed)), either(*sure))


def _own(name: str, within: Sequence[str], holds: Condition) -> Expression:
    """Ask of what a thing says of itself, in its properties or in a word of its own."""
    inside = holds(Field(("properties", name, *within, "*")))
    if name in _WORDS and not within:
        return either(holds(Field((name,))), inside)
    return inside


def _series(
    attribute: str, within: Sequence[str], observed: Expression | None = None
) -> list[Expression]:
    """Ask for the things that have series of an attribute whose values may be other than thought.

    Which of several sensors' values is meant, and one that is no number, is seen only in the
    entity.
    """
    is_it = Call("eq", (Field(("series", "property")), Value(property_of(attribute))))
    if observed is None or within:
        return [is_it]
    named = Call("ne", (Field(("series", "sensor")), Value("")))
    untold = Call("is_null", (Field(("series", "latest")),))
    return [observed, both(is_it, either(named, untold))]


def _odd(attribute: str, term: Term, holds: Condition) -> list[Expression]:
    """Ask for values that are written in other ways than as themselves."""
    key = ATTRIBUTE + attribute
    texts = {"LanguageProperty", "ListRelationship"}
    found: list[Expression] = [
        Call("in", (Field(("details", key, "*", "kind")), *(Value(each) for each in texts)))
    ]
    value = term.value
    if isinstance(value, Literally) and value.kind in ("text", "moment"):
        found.append(holds(Field(("details", key, "*", "value", "@value"))))
        found.append(holds(Field(("properties", short(attribute), "@value"))))
    return [*found, *_related(attribute, value)]


def _related(attribute: str, value: Compared | None) -> list[Expression]:
    """Ask for the things that point to a URI by a relation that a source has named."""
    name = short(attribute)
    items = value.items if isinstance(value, Values) else (value,)
    uris = [
        str(item.value)
        for item in items
        if isinstance(item, Literally) and item.kind in ("text", "name")
    ]
    ids = [each for uri in uris for each in (written_id(uri), from_source(uri)) if each]
    if name in STA or not ids or iri(name) != attribute:
        return []
    return [
        Call("in", (Field(("relation", name, "id")), *map(Value, ids)))
        for uri in uris[:1]
        if ":" in uri
    ]


def _may_have(attribute: str) -> Expression:
    name = short(attribute)
    found = [there("details", ATTRIBUTE + attribute), *_series(attribute, ())]
    if iri(name) == attribute or attribute in _OWN:
        found.append(there("properties", name))
    if iri(name) == attribute and name not in STA:
        found.append(Call("exists", (Field(("relation", name, "no")),)))
    if attribute in _OWN:
        found.append(there(_OWN[attribute]))
    return either(*found)


def _surely_has(attribute: str) -> Expression:
    """Ask for the things that have an attribute in a way that leaves no doubt."""
    key = ATTRIBUTE + attribute
    name = short(attribute)
    says = there("properties", name)
    if name in _WORDS or attribute == LOCATION:
        says = either(there("geometry" if attribute == LOCATION else name), says)
    found = [both(there("details", key), says)]
    if iri(name) == attribute or attribute in _OWN:
        found.append(says)
    if iri(property_of(attribute)) == attribute:
        found.append(there("latest", property_of(attribute)))
    return either(*found)
