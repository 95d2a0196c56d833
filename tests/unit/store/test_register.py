"""The hub's register: a file of its own, which several may have open."""

from pathlib import Path

import pytest

from byalag.store import Note, Register, Store, Unfit


def test_what_one_process_notes_another_sees(tmp_path: Path) -> None:
    line = Note(at=1, who="person a", what="grant", about="2482", details={"role": "steward"})
    with Register(tmp_path / "hub.sqlite") as one, Register(tmp_path / "hub.sqlite") as other:
        before = other.version()
        assert one.note(line).result() == 1
        assert other.version() != before
        assert [(said.who, said.details, said.seq) for said in other.audit.notes()] == [
            ("person a", {"role": "steward"}, 1)
        ]
        assert other.note(line).result() == 2


def test_a_register_is_no_store_and_a_store_no_register(tmp_path: Path) -> None:
    Register(tmp_path / "hub.sqlite").close()
    Store(tmp_path / "2482.sqlite").close()
    with pytest.raises(Unfit):
        Store(tmp_path / "hub.sqlite")
    with pytest.raises(Unfit):
        Register(tmp_path / "2482.sqlite")
