"""What a thing's own words do not tell of an entity, named where a question finds it at once."""

from collections.abc import Iterable, Mapping, Sequence

from byalag.standards.ngsi_ld._entity import Instance
from byalag.standards.ngsi_ld._json import members

_AS_IT_IS = frozenset({"Property", "Relationship", "VocabProperty", "JsonProperty"})


def odd(
    types: Sequence[str], attributes: Mapping[str, list[Instance]], shorts: Mapping[str, str]
) -> dict[str, str]:
    """Return the further types of an entity, and the attributes that are more than one value.

    `shorts` are the attributes that are told by their short names. Each name is between spaces, so
    that it can be found in the text.
    """
    further = types[1:]
    told = set(shorts.values())
    more = [
        iri for iri, instances in attributes.items() if iri not in told or not _plain(instances)
    ]
    found = {"also": _spaced(further), "more": _spaced(more)}
    return {name: text for name, text in found.items() if text}


def spaced(name: str) -> str:
    """Return a name as it is found in the text."""
    return f" {name} "


def _spaced(names: Iterable[str]) -> str:
    together = " ".join(names)
    return spaced(together) if together else ""


def _plain(instances: Sequence[Instance]) -> bool:
    """Return whether a thing's property says all that a question can ask of an attribute."""
    if len(instances) != 1:
        return False
    only = instances[0]
    return only.dataset is None and only.kind in _AS_IT_IS and "@value" not in members(only.value)
