"""A query with its names as IRIs: what they mean in the asker's @context (GS CIM 009, 5.5.7)."""

from collections.abc import Callable, Container

from byalag.standards.ngsi_ld._q import (
    All,
    Compared,
    Linked,
    Literally,
    Path,
    Q,
    Some,
    Term,
    Values,
)


def expanded(q: Q, expand: Callable[[str], str], worded: Container[str] = ()) -> Q:
    """Return a query with every name as an IRI.

    `worded` are the attributes, as they are written, whose values are words of the @context too
    (expandValues).
    """
    if isinstance(q, Term):
        value = q.value
        if value is not None and q.path.names[0] in worded:
            value = _worded(value, expand)
        return Term(named(q.path, expand), q.comparison, value)
    parts = tuple(expanded(part, expand, worded) for part in q.parts)
    return All(parts) if isinstance(q, All) else Some(parts)


def named(path: Path, expand: Callable[[str], str]) -> Path:
    """Return a path with its names as IRIs."""
    linked = tuple(
        Linked(expand(step.relation), tuple(expand(each) for each in step.types))
        for step in path.linked
    )
    return Path(tuple(expand(name) for name in path.names), path.members, linked)


def _worded(value: Compared, expand: Callable[[str], str]) -> Compared:
    if isinstance(value, Values):
        return Values(tuple(_word(item, expand) for item in value.items))
    return _word(value, expand) if isinstance(value, Literally) else value


def _word(literal: Literally, expand: Callable[[str], str]) -> Literally:
    if literal.kind in ("name", "text"):
        return Literally("name", expand(str(literal.value)))
    return literal
