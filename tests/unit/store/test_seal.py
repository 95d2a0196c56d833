"""What may tell of people is not in the file in clear, and is read as if it were."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.model import Delivery, Fact, Observation, Rejected, Series, Thing
from byalag.store import Keys, Reading, Sealed, Sealing, Store, master

CANARY = "kanariefågeln-Anna-19121212"
MASTER = master("a" * 40)
DAY = 86_400_000_000
HOME = Thing(id="home:x:1", type="Home", dataset="homes", name=CANARY, details={"phone": CANARY})


def sealing(folder: Path, *masters: tuple[bytes, bytes]) -> Sealing:
    keys = Keys(folder / "keys" / "2482.sqlite", masters or (MASTER,))
    return Sealing(keys, sources={"alarms"}, datasets={"homes"})


def delivery(body: str = CANARY * 40, *, source: str = "alarms", at: int = 5 * DAY) -> Delivery:
    return Delivery(source=source, received=at, bodies=(body.encode(),))


def raw(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_a_sealed_delivery_is_read_as_it_came_and_is_not_in_any_file(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        for body in (CANARY, CANARY * 100):
            seq = store.keep(delivery(body)).result().seq
            found = store.delivery(seq)
            assert found is not None
            assert found.bodies == (body.encode(),)
        rejected = Rejected(where="[0]", why=f"no {CANARY!r}", record=CANARY.encode())
        store.commit([HOME], at=5 * DAY, delivery=seq, set_aside=[rejected]).result()
        assert store.set_aside()[0].record == CANARY.encode()
        assert store.set_aside_groups()[0].example.record == CANARY.encode()
        assert CANARY.encode() not in raw(tmp_path)
    assert CANARY.encode() not in raw(tmp_path)


def test_what_is_not_about_people_is_kept_as_before(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        store.keep(delivery("öppet", source="baths")).result()
        assert "öppet".encode() in raw(tmp_path)


def test_a_person_is_found_by_what_is_not_secret_and_read_with_the_key(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        store.commit([HOME], at=0).result()
        plain = store.thing("home:x:1")
        assert plain is not None
        assert plain.name is None
        assert CANARY not in str(plain)
        assert store.person("home:x:1") == HOME
        changed = store.changed()
        store.commit([HOME], at=1).result()
        assert store.changed() == changed


def test_who_destroys_a_persons_key_makes_every_copy_of_the_store_unreadable(
    tmp_path: Path,
) -> None:
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        store.commit([HOME], at=0).result()
        assert store.sealing is not None
        keys = store.sealing.keys
        assert keys.destroy_of("person", store.sealing.person("home:x:1"), 1) == 1
        with pytest.raises(Sealed):
            store.person("home:x:1")


def test_without_the_keys_nothing_sealed_is_given_out(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        seq = store.keep(delivery()).result().seq
    reading = Reading(tmp_path / "a.sqlite")
    with pytest.raises(Sealed):
        reading.delivery(seq)
    reading.close()


def test_a_rotated_key_opens_what_the_one_before_it_sealed(tmp_path: Path) -> None:
    new = master("b" * 40)
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        seq = store.keep(delivery()).result().seq
    rotating = sealing(tmp_path, new, MASTER)
    assert rotating.keys.rotate(9 * DAY) > 1
    rotating.close()
    with pytest.raises(Sealed):
        sealing(tmp_path, MASTER)
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path, new)) as store:
        found = store.delivery(seq)
        assert found is not None
        assert found.bodies == delivery().bodies


def test_a_hub_that_runs_while_another_process_rotates_goes_on(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        first = store.keep(delivery()).result().seq
        other = sealing(tmp_path)
        other.keys.rotate(6 * DAY)
        other.close()
        second = store.keep(delivery(at=7 * DAY)).result().seq
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        for seq in (first, second):
            assert store.delivery(seq) is not None


def test_a_sealed_delivery_with_a_known_key_is_known(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        assert store.keep(delivery(), key="k").result().fresh
        again = store.keep(delivery(), key="k").result()
        assert (again.fresh, again.same) == (False, True)
        assert not store.keep(delivery("annat"), key="k").result().same


def test_what_was_pushed_and_recorded_at_once_is_sealed_too(tmp_path: Path) -> None:
    series = Series(id="home:x:1/alarm", thing="home:x:1", property="alarm", dataset="homes")
    with Store(tmp_path / "a.sqlite", sealing=sealing(tmp_path)) as store:
        facts: list[Fact] = [series, Observation(series.id, 1, 1.0, 1)]
        done = store.record(delivery(), facts).result()
        found = store.delivery(done.seq)
        assert found is not None
        assert found.bodies == delivery().bodies
        assert CANARY.encode() not in raw(tmp_path)


def test_a_master_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(Misconfigured, match="byalag secret new"):
        master("short")


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=2000), st.text(min_size=1, max_size=20))
def test_whatever_is_sealed_comes_back(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, source: str
) -> None:
    folder = tmp_path_factory.mktemp("keys")
    keys = Keys(folder / "k.sqlite", (MASTER,))
    one = Sealing(keys, sources=None, datasets=())
    sealed = one.body((1, body), source, 3)
    assert one.opened(*sealed) == (1, body)
    assert one.body((1, body), source, 3) != sealed
    keys.close()
