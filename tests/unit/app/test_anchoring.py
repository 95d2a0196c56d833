"""The ends of the audits are kept where their own keepers cannot reach them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import apsw
import pytest
from msgspec import Struct

from byalag.app._anchoring import (
    ANCHORS,
    HUB,
    KEY,
    Anchoring,
    Forged,
    NotAnchored,
    read_anchors,
    verified,
)
from byalag.store import Note, Register, Store, Wanted

DAY = 86_400_000_000


class House(Struct):
    stores: dict[str, Store]
    register: Register
    folder: Path
    now: int = 0

    def anchoring(self) -> Anchoring:
        return Anchoring(self.stores, self.register, self.folder, lambda: self.now)

    def found(self, of: str) -> tuple[int, str]:
        audits = {code: store.audit for code, store in self.stores.items()}
        every = verified({**audits, HUB: self.register.audit}, self.folder)
        altered = next(one.altered for one in every if one.of == of)
        return (0, "") if altered is None else (altered.seq, altered.why)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with ExitStack() as stack:
        stores = {
            code: stack.enter_context(Store(tmp_path / f"{code}.sqlite"))
            for code in ("2482", "2513", "2580")
        }
        register = stack.enter_context(Register(tmp_path / "hub.sqlite"))
        yield House(stores, register, tmp_path)


def say(house: House, code: str) -> None:
    line = Note(at=house.now, who="person a", what="read", about="home:1")
    house.stores[code].note(line).result()


def test_the_end_of_an_audit_is_kept_in_three_other_places(house: House) -> None:
    say(house, "2482")
    kept = house.anchoring().anchor()
    assert [one.of for one in kept] == ["2482"]
    for audit in (house.register.audit, house.stores["2513"].audit):
        (line,) = audit.notes(Wanted(what="anchor"))
        assert (line.about, line.details["hash"]) == ("audit/2482", kept[0].hash)
    assert read_anchors(house.folder / ANCHORS) == kept
    assert (house.folder / KEY).stat().st_mode & 0o077 == 0


def test_what_has_not_grown_is_not_anchored_again(house: House) -> None:
    say(house, "2580")
    anchoring = house.anchoring()
    anchoring.anchor()
    grown = {one.of for one in anchoring.anchor()}
    assert "2580" not in grown
    say(house, "2580")
    assert "2580" in {one.of for one in anchoring.anchor()}


def test_whoever_rewrites_an_audit_whole_is_found_out(house: House) -> None:
    for _ in range(3):
        say(house, "2482")
    house.anchoring().anchor()
    assert house.found("2482") == (0, "")
    house.stores.pop("2482").close()
    for end in ("", "-wal", "-shm"):
        Path(f"{house.folder / '2482.sqlite'}{end}").unlink(missing_ok=True)
    with Store(house.folder / "2482.sqlite") as forged:
        house.stores["2482"] = forged
        for _ in range(3):
            forged.note(Note(at=1, who="nobody", what="read", about="x")).result()
        seq, why = house.found("2482")
    assert seq == 1
    assert "written anew" in why


def test_a_line_of_the_file_that_was_not_signed_is_refused(house: House) -> None:
    say(house, "2482")
    house.anchoring().anchor()
    file = house.folder / ANCHORS
    file.write_bytes(file.read_bytes().replace(b'"seq":1', b'"seq":2'))
    with pytest.raises(Forged, match="line 1"):
        read_anchors(file)


def test_nothing_about_people_is_answered_when_anchoring_has_failed_for_two_days(
    house: House,
) -> None:
    anchoring = house.anchoring()
    say(house, "2482")
    house.now += DAY
    anchoring.require()
    (house.folder / ANCHORS).mkdir()
    with pytest.raises(IsADirectoryError):
        anchoring.anchor()
    house.now += DAY + 1
    with pytest.raises(NotAnchored):
        anchoring.require()


def test_a_hub_of_one_municipality_is_anchored_too(tmp_path: Path) -> None:
    with Store(tmp_path / "2513.sqlite") as store, Register(tmp_path / "hub.sqlite") as register:
        house = House({"2513": store}, register, tmp_path)
        say(house, "2513")
        house.anchoring().anchor()
        house.anchoring().anchor()
        assert house.found("2513") == house.found(HUB) == (0, "")
    connection = apsw.Connection(str(tmp_path / "2513.sqlite"))
    connection.execute("DROP TRIGGER audit_is_not_dropped")
    connection.execute("DELETE FROM audit WHERE seq = 1")
    connection.close()
    with Store(tmp_path / "2513.sqlite") as store, Register(tmp_path / "hub.sqlite") as register:
        assert House({"2513": store}, register, tmp_path).found("2513")[0] == 1
