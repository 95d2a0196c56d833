"""Says a platform's numbers in our units, whatever unit it states them in."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from byalag import Misconfigured
from byalag.mapping import Unfit, check_unit, compile_number, conversion, stated_unit, unit_of
from byalag.model import Json

Convert: TypeAlias = Callable[[float], float]
Said: TypeAlias = tuple[str, Convert | None]  # our unit, and what turns a stated value into it

_number = compile_number()


@lru_cache(maxsize=2048)
def said_in(stated: str, wanted: str | None, usual: str | None, *, common: bool) -> Said:
    """Return our unit and what turns a stated value into it.

    `wanted` is the unit that the settings want; `usual` is used where the stated one measures the
    same thing, or where none is stated. `common`: UN/CEFACT codes are read.

    Raises:
        Unfit: The stated unit is not known, or does not measure what is wanted.

    """
    if not stated:
        return wanted or usual or "1", None
    unit = stated_unit(stated, common=common)
    if unit is None:
        reason = f"the unit {stated!r} is not known; say `from_unit` in the settings"
        raise Unfit(reason)
    target = wanted or (usual if usual and _alike(usual, unit) else unit)
    try:
        return target, conversion(target, unit, "settings")
    except Misconfigured as error:
        reason = f"the platform states the unit {stated!r}, which cannot be said in {target!r}"
        raise Unfit(reason) from error


def check_units(unit: str | None, from_unit: str | None, where: str) -> None:
    """Refuse units in settings that are not known, or do not measure the same thing.

    Raises:
        Misconfigured: They are not.

    """
    if unit is not None:
        check_unit(unit, f"{where}.unit")
    if from_unit is not None:
        unit_of(from_unit, f"{where}.from_unit")
        if unit is not None:
            conversion(unit, from_unit, where)


def number_of(value: Json) -> float:
    """Return a number; yes is 1 and no is 0.

    Raises:
        Unfit: It is neither.

    """
    return float(value) if isinstance(value, bool) else _number(value)


def _alike(one: str, other: str) -> bool:
    return unit_of(one, "unit").dimension == unit_of(other, "unit").dimension
