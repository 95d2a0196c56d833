"""Mends a plan by what its records were set aside for: missing words, wrong times, lost causes."""

import ast
import re
from collections import Counter
from typing import Final

from byalag.draft._plan import Plan
from byalag.draft._texts import note
from byalag.draft._told import Told
from byalag.draft._value import is_object
from byalag.draft._verify import Outcome
from byalag.draft._when import RECEIVED, When
from byalag.model import Json

_VALUE = re.compile(
    r"(?P<shown>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|-?\d+(?:\.\d+)?) (?:is|lies)"
)
_FEW: Final = 5  # different words that can stand for "no value"
_SOME: Final = 0.02  # of the records; fewer are left to be set aside
_TIMES: Final = ("is not a time", "lies before", "no time for it", "does not exist in")


def mend(plan: Plan, outcome: Outcome) -> bool:
    """Change the plan so that fewer records are set aside; return whether anything changed."""
    if not outcome.aside:
        return False
    total = outcome.said + len(outcome.aside)
    groups: dict[str, list[str]] = {}
    for one in outcome.aside:
        groups.setdefault(one.why.partition(":")[0], []).append(one.why)
    changed = False
    for name, reasons in groups.items():
        if len(reasons) < max(_SOME * total, 1):
            continue
        changed |= _series(plan, name, reasons) or _property(plan, name, reasons)
        changed |= _point(plan, name, reasons, total) or _id(plan, name, reasons)
    return changed


def _words(reasons: list[str]) -> list[Json]:
    """Return the few values that the reasons name, or none where they are many."""
    found: Counter[Json] = Counter()
    for reason in reasons:
        match = _VALUE.search(reason)
        if match is None:
            return []
        found[ast.literal_eval(match["shown"])] += 1
    return list(found) if len(found) <= _FEW else []


def _series(plan: Plan, name: str, reasons: list[str]) -> bool:
    several = [one for one in plan.series if name in {one.count.name, one.when.path}]
    changed = False
    for told in several:
        changed |= _one_series(plan, told, reasons)
    return changed


def _one_series(plan: Plan, told: Told, reasons: list[str]) -> bool:
    if any("after the delivery" in reason for reason in reasons):
        return _ahead(told)
    if any(mark in reason for reason in reasons for mark in _TIMES):
        return _timed(told, reasons)
    if words := [word for word in _words(reasons) if word not in told.count.missing]:
        told.count.missing = [*told.count.missing, *words]
        return True
    plan.series.remove(told)
    plan.left.append((told.count.value, False))
    return True


def _timed(told: Told, reasons: list[str]) -> bool:
    """Name the words that are no times; where a value is then without time, take the delivery's."""
    when = told.when
    words = _words(reasons)
    said = when.at if isinstance(when.at, dict) else {"path": when.at}
    without = any("no time for it" in reason for reason in reasons)
    if (
        words
        and not without
        and not set(map(repr, words)) & set(map(repr, said.get("missing", [])))
    ):
        told.when = When(
            at={**said, "missing": [*said.get("missing", []), *words]},
            path=when.path,
            notes=when.notes,
        )
        return True
    if when.at == RECEIVED:
        return False
    told.when = When(at=RECEIVED, notes=[note("time_received")])
    return True


def _ahead(told: Told) -> bool:
    """Take times that lie ahead as they are: it is a forecast."""
    said = told.when.at if isinstance(told.when.at, dict) else {"path": told.when.at}
    if "not_after" in said:
        return False
    told.when = When(at={**said, "not_after": "3650d"}, path=told.when.path, notes=told.when.notes)
    told.kind = "forecast"
    return True


def _property(plan: Plan, name: str, reasons: list[str]) -> bool:
    said = next((one for one in plan.properties if name in {one.name, *one.uses}), None)
    if said is None:
        return False
    if (words := _words(reasons)) and is_object(said.value):
        known: list[Json] = list(said.value.get("missing", []))
        if fresh := [word for word in words if word not in known]:
            said.value = {**said.value, "missing": [*known, *fresh]}
            return True
    plan.properties.remove(said)
    plan.left += [(plan.seen[path], False) for path in said.uses if path in plan.seen]
    return True


def _point(plan: Plan, name: str, reasons: list[str], total: int) -> bool:
    place = plan.place
    if name not in {"point", "shape"} or place is None:
        return False
    if name == "shape" and place.shape:
        place.shape = ""
        return True
    nowhere = any("0, 0 is in the sea" in reason for reason in reasons)
    if nowhere and "lat" in place.point and 0 not in place.point.get("missing", []):
        place.point = {**place.point, "missing": [*place.point.get("missing", []), 0]}
        return True
    if len(reasons) > total / 2:
        plan.place = None
        return True
    return False


def _id(plan: Plan, name: str, reasons: list[str]) -> bool:
    template = plan.identity.template
    odd = any("may hold letters" in reason for reason in reasons)
    if name != "id" or not odd or "|slug" in template or not template.endswith("}"):
        return False
    plan.identity.template = re.sub(r"(\[-?\d*:-?\d*\])?\}$", "|slug}", template)
    return True
