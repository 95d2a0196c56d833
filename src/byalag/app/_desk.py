"""What operators are shown of a running hub."""

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Final

from byalag.analysis import TOLD
from byalag.app._connected import connected
from byalag.app._flow import STAGES, Node, Stage, Way, ways
from byalag.app._flow_around import surroundings
from byalag.app._hub import Hub, Tenant
from byalag.app._stores import Stores
from byalag.engine import Clock, Engine, SourceStatus, by_municipality
from byalag.model import History, Micros, Series
from byalag.pages.operations import Desk, Flow, Step
from byalag.store import Summary

_RULED: Final = 500  # series with a rule in one list


def desk(hub: Hub, stores: Stores, engine: Engine, clock: Clock) -> Desk:
    """Return what operators see of a hub that runs."""
    around = surroundings(hub, stores.own, clock.now)

    def deliveries(code: str, source: str, limit: int) -> Sequence[Summary]:
        return stores.own[code].deliveries(source, limit)

    def flows(code: str) -> Sequence[Flow]:
        states = {one.source: one for one in engine.status() if one.municipality == code}
        return [flow_as_drawn(each, states) for each in ways(around, hub.tenant(code))]

    def ruled(code: str) -> Sequence[Series]:
        shown = (one.id for one in hub.tenant(code).datasets.values() if not one.personal_data)
        each = chain.from_iterable(map(stores.own[code].series_in, shown))
        return list(islice((one for one in each if TOLD in one.details), _RULED))

    def values(code: str, name: str, start: Micros, end: Micros) -> tuple[Series, History] | None:
        found = stores.own[code].series(name)
        dataset = hub.tenant(code).datasets.get("" if found is None else found.dataset)
        if found is None or dataset is None or dataset.personal_data:
            return None
        return found, stores.own[code].values(name, start, end)

    return Desk(
        ruled=ruled,
        values=values,
        about_people=lambda code, source: about_people(hub.tenant(code), source),
        sources=engine.status,
        deliveries=deliveries,
        flows=flows,
        stopped=lambda: engine.stopped,
        outlets=engine.outlets,
        mending=by_municipality(stores.own, connected(hub), clock),
    )


def about_people(tenant: Tenant, source: str) -> bool:
    """Tell whether a source delivers data about people; so does one that nobody knows any more."""
    declared = next((one for one in tenant.sources if one.name == source), None)
    if declared is None:
        return any(dataset.personal_data for dataset in tenant.datasets.values())
    dataset = tenant.datasets.get(declared.settings.dataset)
    return dataset is None or dataset.personal_data


def flow_as_drawn(way: Way, states: Mapping[str, SourceStatus]) -> Flow:
    """Return a dataset's way as the pages draw it: one column a stage that has anything."""
    shown: list[Stage] = [one for one in STAGES if way.at(one)]
    return Flow(
        municipality=way.municipality,
        dataset=way.dataset,
        columns=tuple(tuple(_step(node, states) for node in way.at(stage)) for stage in shown),
        ways=way.joins,
        stages=tuple(shown),
    )


def _step(node: Node, states: Mapping[str, SourceStatus]) -> Step:
    name = node.key.partition("/")[2] if node.kind == "source" else ""
    return Step(
        key=node.key,
        source=name,
        title=node.title,
        told=node.told,
        address=node.address,
        state=states[name].state if name in states else "",
    )
