"""The bill of materials of the running program: CycloneDX 1.6, from what is installed.

What is listed is what Byalag needs and what that needs in turn, as far as it is installed here:
tools that happen to lie beside are left out.
"""

import platform
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from byalag.model import Json

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")
_DEVELOPING = re.compile(r"extra\s*==\s*['\"]dev['\"]")
_EXTRA = re.compile(r"extra\s*==")
_OURS = "byalag"


class Component(Struct, frozen=True, kw_only=True):
    """One distribution that is installed, and the names of those that it needs."""

    name: str
    version: str
    licence: str
    needs: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its address by the package URL specification."""
        return f"pkg:pypi/{self.name}@{self.version}"


@cache
def components() -> tuple[Component, ...]:
    """Return Byalag and all that it needs, by name. Read once: what is installed stays so."""
    found: dict[str, Component] = {}
    waiting = [_OURS]
    while waiting:
        name = waiting.pop()
        known = None if name in found else _installed(name)
        if known is not None:
            needs = tuple(sorted(set(_needs(known, ours=name == _OURS))))
            found[name] = Component(
                name=name, version=known.version, licence=_licence(known), needs=needs
            )
            waiting += needs
    there = {
        name: Component(
            name=name,
            version=one.version,
            licence=one.licence,
            needs=tuple(need for need in one.needs if need in found),
        )
        for name, one in found.items()
    }
    return tuple(there[name] for name in sorted(there))


def bill_of_materials(made: str) -> Json:
    """Return the bill as CycloneDX JSON; `made` is when, as a time with its zone."""
    listed = components()
    ours = next(one for one in listed if one.name == _OURS)
    serial = uuid5(NAMESPACE_URL, "\n".join(one.purl for one in listed))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": made,
            "component": _component(ours, "application"),
            "properties": [
                {"name": "byalag:python", "value": platform.python_version()},
                {"name": "byalag:sqlite", "value": _sqlite()},
            ],
        },
        "components": [_component(one, "library") for one in listed if one is not ours],
        "dependencies": [
            {
                "ref": one.purl,
                "dependsOn": [other.purl for other in listed if other.name in one.needs],
            }
            for one in listed
        ],
    }


def _component(one: Component, kind: str) -> Json:
    told: dict[str, Json] = {
        "type": kind,
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
    }
    if one.licence:
        told["licenses"] = [{"license": {"name": one.licence}}]
    return told


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _needs(known: Distribution, *, ours: bool) -> Iterator[str]:
    """Yield what a distribution needs; of Byalag's own extras those for use, none for others."""
    for line in known.requires or ():
        requirement, _, marker = line.partition(";")
        if _DEVELOPING.search(marker) or (not ours and _EXTRA.search(marker)):
            continue
        if name := _NAME.match(requirement.strip()):
            yield re.sub(r"[-_.]+", "-", name[0]).lower()


def _licence(known: Distribution) -> str:
    """Return a licence: the SPDX expression, else what the classifiers or the author say."""
    told = known.metadata.json
    expression = told.get("license_expression")
    if expression:
        return str(expression)
    classifiers = [str(one) for one in told.get("classifier") or ()]
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: ")]
    said = str(told.get("license") or "").strip()
    return ", ".join(named) or said.partition("\n")[0][:100]


def _sqlite() -> str:
    import apsw  # noqa: PLC0415 -- only its version is asked for

    return apsw.sqlite_lib_version()
