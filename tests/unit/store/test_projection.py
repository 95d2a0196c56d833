"""The commons holds what is open, all of it, and nothing else."""

from collections.abc import Sequence
from pathlib import Path

import apsw
import numpy as np
import pytest
from msgspec.structs import replace

from byalag.model import Dataset, Fact, Gone, Link, Observation, Point, Series, Thing, Where
from byalag.store import Change, NotOpen, Store

ORIGIN = "2482"
CANARY = "kanariefågel"
DAY = 86_400_000_000


def datasets(**open_: bool) -> dict[str, Dataset]:
    return {
        id_.replace("_", "-"): Dataset(id=id_.replace("_", "-"), title={"sv": id_}, open=is_open)
        for id_, is_open in open_.items()
    }


USUAL = datasets(baths=True, homes=False)


def thing(dataset: str = "baths", number: int = 1, **properties: object) -> Thing:
    return Thing(
        id=f"bath:x:{number}",
        type="BathingPlace",
        dataset=dataset,
        name="Ön",
        point=Point(64.7, 20.9),
        properties=properties,
    )


def series(dataset: str = "baths", number: int = 1) -> Series:
    id_ = f"bath:x:{number}"
    return Series(id=f"{id_}/level", thing=id_, property="level", dataset=dataset)


def say(store: Store, *facts: Fact) -> None:
    store.commit(facts, at=0).result()


def carry(store: Store, commons: Store, origin: str = ORIGIN) -> None:
    while changes := store.changes(commons.cursor(origin), 3):
        commons.absorb(origin, changes).result()


def ready(store: Store, commons: Store) -> None:
    store.publish(USUAL).result()
    commons.publish(USUAL, origin=ORIGIN).result()


def test_what_is_open_reaches_the_commons(store: Store, commons: Store) -> None:
    ready(store, commons)
    say(store, thing(a=1), series(), Observation(series().id, 5, 1.5, 1, {"depth": 2}))
    carry(store, commons)
    assert commons.thing("bath:x:1") == store.thing("bath:x:1")
    assert commons.series_of(["bath:x:1"]) == {"bath:x:1": [series()]}
    assert commons.latest([series().id]) == store.latest([series().id])
    assert commons.count("BathingPlace", Where(near=Point(64.7, 20.9), radius=10)) == 1
    assert commons.datasets() == USUAL


def test_a_closed_dataset_leaves_no_trace_in_outbox_or_commons(
    store: Store, commons: Store
) -> None:
    ready(store, commons)
    closed = Series(
        id=f"home:{'x'}:{CANARY.replace('å', 'a')}/level",
        thing="home:x:kanariefagel",
        property="level",
        dataset="homes",
    )
    home = Thing(id=closed.thing, type="Home", dataset="homes", name=CANARY)
    also = thing("homes", note=CANARY)
    say(store, home, thing(a=1), also, closed, Observation(closed.id, 1, 1.0, 1, {"a": CANARY}))
    say(store, Link(thing="bath:x:1", property="level", series=closed.id))
    store.load(closed, np.arange(9), np.zeros(9)).result()
    say(store, thing(a=2), Gone(thing=home.id))
    carry(store, commons)
    told = store.changes(0, 100)
    assert {change.dataset for change in told} == {"baths"}
    assert commons.thing("bath:x:1") == thing(a=2)
    for path in (store.path.with_name("outbox"), commons.path):
        if path.name == "outbox":
            connection = apsw.Connection(str(store.path))
            rows = connection.execute("SELECT group_concat(hex(body)) FROM outbox").fetchall()
            connection.close()
            content = b"".join(bytes.fromhex(part) for part in str(rows[0][0]).split(","))
        else:
            content = path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
        assert content
        assert b"kanarief" not in content


def test_the_commons_refuses_what_is_not_open_whoever_says_it(commons: Store) -> None:
    commons.publish(USUAL, origin=ORIGIN).result()
    facts: Sequence[Fact] = (thing("homes"), series("homes"), Observation(series().id, 1, 1.0))
    sneaky = [
        Change(seq=1, dataset="homes", facts=facts),
        Change(seq=2, dataset="baths", facts=facts),
        Change(seq=3, dataset="unheard-of", facts=[thing("unheard-of")]),
        Change(seq=4, dataset="baths", facts=[Gone(thing="bath:x:1")]),
    ]
    assert commons.absorb(ORIGIN, sneaky).result() == 0
    assert commons.thing("bath:x:1") is None
    assert commons.series(series().id) is None
    assert commons.cursor(ORIGIN) == 4
    refused = {(one.where, one.why) for one in commons.set_aside(f"commons:{ORIGIN}")}
    assert ("homes", "the dataset is not declared open here") in refused


def test_what_one_municipality_opens_another_has_not(commons: Store) -> None:
    commons.publish(datasets(baths=True), origin="2482").result()
    commons.publish(datasets(baths=False), origin="2260").result()
    change = [Change(seq=1, dataset="baths", facts=[thing()])]
    assert commons.absorb("2260", change).result() == 0
    assert commons.absorb("2482", change).result() == 1


def test_nobody_describes_what_is_anothers(commons: Store) -> None:
    for origin in ("2482", "2260"):
        commons.publish(datasets(baths=True), origin=origin).result()
    facts: list[Fact] = [thing(a=1), series(), Observation(series().id, 1, 1.0)]
    commons.absorb("2482", [Change(seq=1, dataset="baths", facts=facts)]).result()
    other: list[Fact] = [
        thing(a=2),
        Gone(thing="bath:x:1"),
        series(),
        Observation(series().id, 1, 9.0),
    ]
    assert commons.absorb("2260", [Change(seq=1, dataset="baths", facts=other)]).result() == 0
    assert commons.thing("bath:x:1") == thing(a=1)
    assert commons.latest([series().id])[series().id].value == 1.0
    assert {one.why for one in commons.set_aside("commons:2260")} == {
        "the thing is described by 2482",
        "the series is 2482's",
    }
    assert commons.withdraw("2260", "baths").result() == 0
    assert commons.withdraw("2482", "baths").result() == 2
    assert commons.counts().observations == 0


def test_absorbing_again_changes_nothing(store: Store, commons: Store) -> None:
    ready(store, commons)
    say(store, thing(a=1), series(), Observation(series().id, 5, 1.5))
    say(store, Observation(series().id, 5, 2.5))
    changes = store.changes(0, 100)
    commons.absorb(ORIGIN, changes).result()
    before = commons.changed()
    assert commons.absorb(ORIGIN, changes).result() == 0
    assert commons.changed() == before
    assert commons.latest([series().id])[series().id].value == 2.5


def test_an_unchanged_redelivery_tells_nothing(store: Store) -> None:
    store.publish(USUAL).result()
    facts: list[Fact] = [thing(a=1, b=None), series(), Observation(series().id, 5, 1.5)]
    say(store, *facts)
    before, told = store.changed(), store.counts().outbox
    say(store, *facts)
    say(store, thing(), Observation(series().id, 5, 1.5))
    assert (store.changed(), store.counts().outbox) == (before, told)


def test_one_commit_group_tells_each_dataset_once(store: Store) -> None:
    store.publish(USUAL).result()
    before = store.counts().outbox
    say(store, thing(), series(), *[Observation(series().id, n, 1.0) for n in range(50)])
    assert store.counts().outbox == before + 1


def test_what_is_taken_away_is_taken_away_in_the_commons(store: Store, commons: Store) -> None:
    ready(store, commons)
    say(store, thing(a=1, b=2))
    say(store, thing(a=None))
    carry(store, commons)
    assert commons.thing("bath:x:1") == thing(b=2)
    say(store, Gone(thing="bath:x:1"))
    carry(store, commons)
    assert commons.thing("bath:x:1") is None
    assert commons.find("BathingPlace") == []
    say(store, thing())
    carry(store, commons)
    assert commons.thing("bath:x:1") == thing(b=2)


def test_closing_a_dataset_withdraws_it(store: Store, commons: Store) -> None:
    ready(store, commons)
    say(store, thing(), series(), Observation(series().id, 5, 1.5))
    carry(store, commons)
    say(store, Observation(series().id, 6, 1.5))
    store.publish(datasets(baths=False)).result()
    told = store.changes(0, 100)
    assert [(change.closed, list(change.facts)) for change in told] == [(True, [])]
    carry(store, commons)
    assert commons.thing("bath:x:1") is None
    assert commons.counts().observations == 0
    assert store.thing("bath:x:1") is not None


def test_closing_and_opening_at_once_leaves_it_open(store: Store, commons: Store) -> None:
    ready(store, commons)
    say(store, thing(a=1), series(), Observation(series().id, 5, 1.5))
    carry(store, commons)
    for declared in (datasets(baths=False), USUAL):
        store.publish(declared)
    carry(store, commons)
    store.remember("done", value=True).result()
    carry(store, commons)
    assert commons.thing("bath:x:1") == thing(a=1)
    assert commons.counts().observations == 1


def test_the_commons_withdraws_by_itself_what_is_declared_closed(
    store: Store, commons: Store
) -> None:
    ready(store, commons)
    say(store, thing(), series(), Observation(series().id, 5, 1.5))
    carry(store, commons)
    commons.publish({}, origin=ORIGIN).result()
    counts = commons.counts()
    assert (counts.things, counts.series, counts.observations) == (0, 0, 0)
    assert commons.check() == []


def test_opening_a_dataset_later_tells_all_of_it(store: Store, commons: Store) -> None:
    commons.publish(USUAL, origin=ORIGIN).result()
    say(store, thing(a=1), series(), Observation(series().id, 40 * DAY, 1.5, 1, {"a": 1}))
    say(store, Link(thing="bath:x:1", property="other", series=series().id))
    store.load(series(), np.arange(9) * DAY, np.arange(9.0)).result()
    assert store.counts().outbox == 0
    store.publish(USUAL).result()
    carry(store, commons)
    everything = {"start": 0, "end": 2**62}
    ours, theirs = (s.history(series().id, **everything) for s in (store, commons))
    assert ours.times.tolist() == theirs.times.tolist()
    assert ours.values.tolist() == theirs.values.tolist()
    assert commons.extras(series().id, 0, 2**62) == store.extras(series().id, 0, 2**62)
    assert commons.thing("bath:x:1") == thing(a=1)
    assert len(commons.links_to(["bath:x:1"])) == 1


def test_a_replay_rebuilds_the_commons_from_nothing(store: Store, commons: Store) -> None:
    ready(store, commons)
    say(store, thing(a=1), series(), Observation(series().id, 40 * DAY, 1.5, 1, {"a": 1}))
    store.load(series(), np.arange(9) * DAY, np.arange(9.0)).result()
    store.trim(store.changes(0, 100)[-1].seq).result()
    assert store.counts().outbox == 0
    for change in store.replay("baths"):
        commons.absorb(ORIGIN, [change]).result()
    assert commons.cursor(ORIGIN) == 0
    assert commons.counts().observations == 10
    assert commons.thing("bath:x:1") == thing(a=1)
    with pytest.raises(NotOpen, match="'homes' is not declared open"):
        list(store.replay("homes"))


def test_loaded_months_are_told_as_whole_chunks(store: Store, commons: Store) -> None:
    ready(store, commons)
    times = np.arange(20_000) * 300_000_000
    store.load(series(), times, np.round(np.sin(times / 1e12), 1).astype(np.float64)).result()
    told = store.changes(0, 100)
    assert [len(change.blocks) for change in told] == [0, 3]
    assert sum(len(change.facts) for change in told) == 1
    carry(store, commons)
    assert commons.counts().chunks == 3
    assert np.array_equal(commons.history(series().id, start=0, end=2**62).times, times)


def test_a_series_that_moves_to_a_closed_dataset_leaves_the_commons(
    store: Store, commons: Store
) -> None:
    ready(store, commons)
    say(store, thing(), series(), Observation(series().id, 5, 1.5))
    carry(store, commons)
    say(store, series("homes"))
    carry(store, commons)
    assert commons.series(series().id) is None
    assert commons.counts().observations == 0
    say(store, series("baths"))
    carry(store, commons)
    assert commons.counts().observations == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_link_is_told_when_both_ends_are_open_whichever_comes_last(
    store: Store, commons: Store, order: tuple[int, ...]
) -> None:
    ready(store, commons)
    link = Link(thing="bath:x:1", property="level", series=series(number=2).id)
    facts: tuple[Fact, ...] = (thing(), series(number=2), link)
    for index in order:
        say(store, facts[index])
        carry(store, commons)
    assert commons.links_to(["bath:x:1"]) == [link]
    assert commons.series_of(["bath:x:1"]) == {"bath:x:1": [series(number=2)]}


def test_a_link_that_is_undone_is_undone_in_the_commons_too(store: Store, commons: Store) -> None:
    ready(store, commons)
    link = Link(thing="bath:x:1", property="level", series=series(number=2).id)
    say(store, thing(), series(number=2), link)
    carry(store, commons)
    say(store, replace(link, holds=False))
    carry(store, commons)
    for each in (store, commons):
        assert each.links_to(["bath:x:1"]) == []
        assert each.series_of(["bath:x:1"]).get("bath:x:1", []) == []


def test_two_datasets_words_of_one_thing_are_kept_apart(store: Store, commons: Store) -> None:
    ready(store, commons)
    say(store, thing(a=1, b=1), thing("homes", b=2, c=3))
    assert store.thing("bath:x:1") == thing(a=1, b=2, c=3)
    carry(store, commons)
    assert commons.thing("bath:x:1") == thing(a=1, b=1)
    before = store.changed()
    say(store, thing(a=1, b=1), thing("homes", b=2, c=3))
    say(store, thing("homes", b=2, c=3), thing(a=1, b=1))
    assert store.changed() == before
    store.publish(datasets(baths=False, homes=True)).result()
    commons.publish(datasets(baths=False, homes=True), origin=ORIGIN).result()
    carry(store, commons)
    assert commons.thing("bath:x:1") == thing("homes", b=2, c=3)


def test_a_store_is_not_absorbed_without_a_name(commons: Store, tmp_path: Path) -> None:
    assert tmp_path.exists()
    with pytest.raises(ValueError, match="whose changes these are"):
        commons.absorb("", []).result()
    with pytest.raises(ValueError, match="name the origin"):
        commons.withdraw("", "baths")
