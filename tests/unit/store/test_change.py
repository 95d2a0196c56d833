"""Reading and writing as one, and taking back what was said."""

from pathlib import Path

import pytest

from byalag.asking import numbered, observed
from byalag.model import Dataset, Observation, Retracted, Series, Thing
from byalag.store import Here, Store

SEK = 1_000_000
NOW = 1_763_800_000 * SEK
ID, LIT = "lamp:x:1", "lamp:x:1/glow"
LAMP = Thing(id=ID, type="Lamp", dataset="lamps", name="Lampan", relations={"on": ("pole:x:1",)})
GLOW = Series(
    id=LIT,
    thing=ID,
    property="glow",
    dataset="lamps",
    name="Sken",
    details={"a": 1},
)


def _facts() -> list[Thing | Series | Observation]:
    return [
        LAMP,
        GLOW,
        Observation(LIT, SEK, 1.0),
        Observation(LIT, 2 * SEK, 2.0),
    ]


def test_a_change_sees_what_it_has_said_itself(tmp_path: Path) -> None:
    def work(here: Here) -> tuple[object, ...]:
        here.say(_facts())
        return (
            here.thing(ID),
            here.latest([LIT])[LIT].value,
            here.number(ID),
        )

    with Store(tmp_path / "s.sqlite") as store:
        assert store.change(work).result() == (LAMP, 2.0, 1)
        assert store.series(LIT) == GLOW
        assert store.numbered_series(1) == GLOW
        assert store.observation(numbered(1, SEK)) == Observation(LIT, SEK, 1.0)


def test_what_a_change_raises_undoes_what_it_said(tmp_path: Path) -> None:
    def work(here: Here) -> None:
        here.say(_facts())
        raise LookupError

    with Store(tmp_path / "s.sqlite") as store:
        with pytest.raises(LookupError):
            store.change(work).result()
        assert store.thing(ID) is None


def test_what_is_retracted_is_gone_with_its_history_here_and_in_the_commons(tmp_path: Path) -> None:
    open_ = {"lamps": Dataset(id="lamps", title={}, open=True)}
    with Store(tmp_path / "own.sqlite") as own, Store(tmp_path / "commons.sqlite") as commons:
        own.publish(open_).result()
        commons.publish(open_, origin="2482").result()

        def project() -> None:
            commons.absorb("2482", own.changes(commons.cursor("2482"), 1000)).result()

        own.commit(_facts(), at=0).result()
        project()
        assert commons.thing(ID) == LAMP
        own.commit([Retracted(series=LIT, at=2 * SEK)], at=0).result()
        project()
        for store in (own, commons):
            assert store.latest([LIT])[LIT].value == 1.0
            assert len(store.history(LIT, start=0, end=9 * SEK).times) == 1
        own.commit([Retracted(thing=ID)], at=0).result()
        project()
        for store in (own, commons):
            assert store.thing(ID) is None
            assert store.series(LIT) is None
            assert store.check() == []
        own.commit([Thing(id=ID, type="Lamp", dataset="lamps")], at=0).result()
        project()
        for store in (own, commons):
            assert store.thing(ID) == Thing(id=ID, type="Lamp", dataset="lamps")
            assert store.check() == []


def test_an_observation_has_a_number_made_of_its_series_and_its_time() -> None:
    for at in (
        0,
        1,
        1_000,
        SEK,
        NOW,
        NOW + 123_000,
        NOW + 123_457,
    ):
        for series in (1, 77, 200_000):
            assert observed(numbered(series, at)) == (series, at)
    assert numbered(200_000, NOW) < 1 << 53
    assert numbered(200_000, NOW + 1000) < 1 << 63
    assert observed(-4) is None
    assert observed(3) is None
    with pytest.raises(ValueError, match="no number"):
        numbered(1, -1)


def test_what_is_remembered_is_found_by_how_its_name_begins_until_it_is_forgotten(
    tmp_path: Path,
) -> None:
    def remember(here: Here) -> None:
        for name in ("a/1", "a/2", "b/1"):
            here.remember(name, {"is": name})
        here.forget("a/1")

    with Store(tmp_path / "s.sqlite") as store:
        store.change(remember).result()
        assert store.recalled("a/") == {"a/2": {"is": "a/2"}}
