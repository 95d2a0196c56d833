"""A query in the words that a store is asked in: what surely fits it, and what may. Pure.

An attribute is in a thing's details where it has been written through NGSI-LD, in its properties
as its plain value, and in the newest value of its series; `_facts` says which of these is shown.
"""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

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
    DETAILS,
    LOCATION,
    NAME,
    from_source,
    iri,
    property_of,
    short,
    written_id,
)
from byalag.standards.ngsi_ld._odd import spaced
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
_FOREIGN: Final = absent("details", DETAILS, "id")  # nothing of it is written through NGSI-LD


class Seen(Struct, frozen=True):
    """The series of one property: whether there are any, and the things with unusual ones.

    Unusual are those of a named sensor, forecasts, and those whose newest value is no number: what
    they show is seen only in the entity. None: too many things to name.
    """

    some: bool
    odd: tuple[str, ...] | None = ()


Look = Callable[[str], Seen]


def asked(q: Q, look: Look) -> Bounds:
    """Return what a query, its names as IRIs, asks of a store. `look` tells of a property."""
    if isinstance(q, Term):
        return _term(q, look)
    parts = [asked(part, look) for part in q.parts]
    return all_of(parts) if isinstance(q, All) else any_of(parts)


def has(attribute: str, look: Look) -> Bounds:
    """Return what asks for the things that have an attribute."""
    return Bounds(_may_have(attribute, look), _surely_has(attribute, look))


def _term(term: Term, look: Look) -> Bounds:
    path = term.path
    first = path.linked[0].relation if path.linked else path.names[0]
    if first in (NGSI + "createdAt", NGSI + "modifiedAt") and len(path.names) == 1:
        return _time(first, term)
    if path == Path((first,)) and term.comparison is None:
        return has(first, look)
    seen_whole = path.linked or len(path.names) > 1 or path.members[:1] == ("*",)
    if not seen_whole and term.value is not None and term.comparison is not None:
        holds = _condition(term.comparison, term.value)
        if holds is not None:
            return _compared(first, term, holds, look)
        if term.comparison == "!=" and isinstance(term.value, Literally) and not path.members:
            return _unequal(first, term.value, look)
    return Bounds(_may_have(first, look), None)


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
    texts = any(literal.kind in {"text", "name"} for literal in literals)
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


def _compared(attribute: str, term: Term, holds: Condition, look: Look) -> Bounds:
    """Ask how the values of an attribute compare."""
    name = short(attribute)
    within = term.path.members
    series = look(property_of(attribute))
    own = _own(name, within, holds)
    newest = ("latest", property_of(attribute))
    may = [own, _more(attribute), *_related(attribute, term.value)]
    kept = there("details", ATTRIBUTE + attribute)
    told = either(kept, _FOREIGN) if iri(name) == attribute else kept
    sure = [both(own, told, _is_plain(attribute))]
    if series.some:
        may += [holds(Field(newest)), *_odd(series, attribute)]
        sure = [both(*sure, either(absent(*newest), holds(Field(newest))))]
    if series.some and not within and iri(property_of(attribute)) == attribute:
        sure.append(both(absent("details", ATTRIBUTE + attribute), holds(Field(newest))))
    return Bounds(either(*may), either(*sure))


def _unequal(attribute: str, value: Literally, look: Look) -> Bounds:
    """Ask for the things that have an attribute whose value is another.

    Only of a plain value of the same type is the store sure.
    """
    name = short(attribute)
    said = _said(value)
    may = _may_have(attribute, look)
    if said is None or name in _WORDS or look(property_of(attribute)).some:
        return Bounds(may, None)
    another = Call("ne", (Field(("properties", name)), said))
    kept = there("details", ATTRIBUTE + attribute)
    told = either(kept, _FOREIGN) if iri(name) == attribute else kept
    return Bounds(may, both(another, told, _is_plain(attribute)))


def _own(name: str, within: Sequence[str], holds: Condition) -> Expression:
    """Ask of what a thing says of itself, in its properties or in a word of its own."""
    inside = holds(Field(("properties", name, *within, "*")))
    if name in _WORDS and not within:
        return either(holds(Field((name,))), inside)
    return inside


def _more(attribute: str) -> Expression:
    """Ask for the things that an attribute is more than a plain value of."""
    field = Field(("details", DETAILS, "more"))
    return Call("contains", (field, Value(spaced(attribute))))


def _is_plain(attribute: str) -> Expression:
    """Ask for the things that an attribute is no more than a plain value of."""
    return either(absent("details", DETAILS, "more"), Call("not", (_more(attribute),)))


def _odd(series: Seen, attribute: str) -> list[Expression]:
    """Ask for the things whose series of an attribute may show other values than the newest."""
    if series.odd is None:
        return [Call("eq", (Field(("series", "property")), Value(property_of(attribute))))]
    return [Call("in", (Field(("id",)), *map(Value, series.odd)))] if series.odd else []


def _related(attribute: str, value: Compared | None) -> list[Expression]:
    """Ask for the things that point to a URI by a relation that a source has named."""
    name = short(attribute)
    items = value.items if isinstance(value, Values) else (value,)
    uris = [
        str(item.value)
        for item in items
        if isinstance(item, Literally) and item.kind in ("text", "name") and ":" in str(item.value)
    ]
    ids = [each for uri in uris for each in (written_id(uri), from_source(uri)) if each]
    if name in STA or not ids or iri(name) != attribute:
        return []
    return [Call("in", (Field(("relation", name, "id")), *map(Value, ids)))]


def _may_have(attribute: str, look: Look) -> Expression:
    name = short(attribute)
    series = look(property_of(attribute))
    found = [there("details", ATTRIBUTE + attribute)]
    if iri(name) == attribute or attribute in _OWN:
        found.append(there("properties", name))
    if iri(name) == attribute and name not in STA:
        found.append(Call("exists", (Field(("relation", name, "no")),)))
    if attribute in _OWN:
        found.append(there(_OWN[attribute]))
    if series.some:
        found += [there("latest", property_of(attribute)), *_odd(series, attribute)]
    return either(*found)


def _surely_has(attribute: str, look: Look) -> Expression:
    """Ask for the things that have an attribute in a way that leaves no doubt."""
    name = short(attribute)
    says = there("properties", name)
    if name in _WORDS or attribute == LOCATION:
        says = either(there("geometry" if attribute == LOCATION else name), says)
    kept = there("details", ATTRIBUTE + attribute)
    told = iri(name) == attribute or attribute in _OWN
    found = [both(says, either(kept, _FOREIGN) if told else kept)]
    if look(property_of(attribute)).some and iri(property_of(attribute)) == attribute:
        found.append(there("latest", property_of(attribute)))
    return either(*found)
