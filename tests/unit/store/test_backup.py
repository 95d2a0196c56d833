from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from byalag.model import Observation, Series, Thing
from byalag.store import Store

LEVEL = Series(id="sensor:a:1/level", thing="sensor:a:1", property="level", dataset="sensors")


@pytest.mark.proves(25)
def test_a_copy_is_whole_while_others_write(store: Store, tmp_path: Path) -> None:
    store.commit([Thing(id="sensor:a:1", type="Device", dataset="sensors"), LEVEL], at=0).result()

    def write(number: int) -> None:
        store.commit([Observation(LEVEL.id, number, 1.0)], at=0).result()

    with ThreadPoolExecutor(4) as pool:
        writing = pool.map(write, range(300))
        copy = store.backup(tmp_path / "copies" / "copy.sqlite")
        assert list(writing) == [None] * 300
    store.backup(copy)
    assert [path.name for path in copy.parent.iterdir()] == ["copy.sqlite"]
    with Store(copy) as restored:
        assert restored.check() == []
        assert restored.counts().observations == 300
        assert restored.thing("sensor:a:1") == store.thing("sensor:a:1")
