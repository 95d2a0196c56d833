"""What a rule would say of the values that are kept: worked out beside a hub, nothing written."""

from datetime import datetime

from msgspec import Struct, structs

from byalag import ByalagError, Misconfigured
from byalag.analysis import Flags, QualityRule, flags, rule_of
from byalag.app._hub import Hub, Tenant
from byalag.app._mending import NothingStored
from byalag.app._sealing import sealing
from byalag.app._stores import store_file
from byalag.mapping import QualitySpec, rule_of_spec
from byalag.model import History, Micros, Series
from byalag.store import Reading

_MICRO = 1_000_000


class NoSuchSeries(ByalagError):
    """The municipality has no such series, or it is about people."""

    exit_code = 4


class TriedRule(Struct, frozen=True, kw_only=True, eq=False):
    """A series in a time, and what a rule says of its values. `own` is the rule that it has."""

    series: Series
    own: QualityRule | None
    rule: QualityRule
    run: History
    found: Flags


def try_rule(  # noqa: PLR0913, PLR0917 -- whose, what, by which limits and when
    hub: Hub, code: str | None, name: str, spec: QualitySpec, since: datetime, until: datetime
) -> TriedRule:
    """Judge a series' values by a rule: its own, but for what `spec` says otherwise.

    Raises:
        NothingStored: The municipality has no store yet.
        NoSuchSeries: It has no such series, or it is about people.
        Misconfigured: The limits contradict each other, or there is no test to make.
    """
    tenant = hub.one_tenant(code)
    series, run = _values(hub, tenant, name, _micros(since), _micros(until))
    own = rule_of(series)
    rule = _ruled(own or QualityRule(), spec, series)
    return TriedRule(
        series=series, own=own, rule=rule, run=run, found=flags(run.times, run.values, rule)
    )


def _values(
    hub: Hub, tenant: Tenant, name: str, since: Micros, until: Micros
) -> tuple[Series, History]:
    file = store_file(hub, tenant.municipality.code)
    if not file.is_file():
        raise NothingStored
    reading = Reading(file, sealing(hub, tenant))
    try:
        series = reading.series(name)
        dataset = tenant.datasets.get(series.dataset) if series is not None else None
        if series is None or dataset is None or dataset.personal_data:
            message = f"No series {name!r} in {tenant.municipality.name} whose values are shown."
            raise NoSuchSeries(message)
        return series, reading.values(name, since, until)
    finally:
        reading.close()


def _ruled(own: QualityRule, spec: QualitySpec, series: Series) -> QualityRule:
    """Return a rule with the limits that are asked for in the place of its own."""
    asked = [each for each in structs.fields(spec) if getattr(spec, each.name) is not None]
    if not asked:
        if own.some:
            return own
        message = f"{series.id} has no rule: say a limit to try, such as --range -2,40."
        raise Misconfigured(message)
    cadence = f"{series.cadence // _MICRO}s" if series.cadence else None
    told = rule_of_spec(spec, "quality", cadence=cadence)
    return structs.replace(own, **{one.name: getattr(told, one.name) for one in asked})


def _micros(at: datetime) -> Micros:
    return round(at.timestamp() * _MICRO)
