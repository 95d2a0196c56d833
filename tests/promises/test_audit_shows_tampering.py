"""The audit shows tampering: whichever line is changed, moved, added or taken away is named."""

# ruff: noqa: S608 -- whoever tampers writes what they like

from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.store import Altered, Anchor, Note, Register, Store

LINES = 12
GUARDS = (
    "audit_is_not_changed",
    "audit_is_not_dropped",
    "audit_chain_is_not_changed",
    "audit_chain_is_not_cut",
)
pytestmark = pytest.mark.proves(24)


def line(number: int) -> Note:
    return Note(
        at=number, who=f"person {number % 3}", what="read", about="home:1", details={"n": 1}
    )


def written(folder: Path) -> Path:
    file = folder / "hub.sqlite"
    with Register(file) as register:
        for number in range(1, LINES + 1):
            register.note(line(number)).result()
    return file


def tampered(file: Path, *statements: str) -> None:
    """Do what somebody with the file in their hands could do."""
    connection = apsw.Connection(str(file))
    for guard in GUARDS:
        connection.execute(f"DROP TRIGGER {guard}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def seen(file: Path, *anchors: Anchor) -> Altered | None:
    with Register(file) as register:
        return register.audit.first_altered(anchors)


def test_an_audit_that_nobody_has_touched_is_whole(tmp_path: Path) -> None:
    assert seen(written(tmp_path)) is None


def test_a_line_can_neither_be_changed_nor_taken_away_by_a_statement(tmp_path: Path) -> None:
    connection = apsw.Connection(str(written(tmp_path)))
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit", "DELETE FROM audit_chain"):
        with pytest.raises(apsw.ConstraintError, match="a line of the audit is never"):
            connection.execute(statement)
    connection.close()


@settings(max_examples=25, deadline=None)
@given(
    number=st.integers(1, LINES),
    column=st.sampled_from(["at", "who", "what", "about", "details"]),
)
def test_the_first_changed_line_is_named(
    number: int, column: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = written(tmp_path_factory.mktemp("audit"))
    tampered(file, f"UPDATE audit SET {column} = '4711' WHERE seq >= {number}")
    found = seen(file)
    assert found is not None
    assert (found.seq, found.before) == (number, number - 1)
    assert "not what was written" in found.why


@settings(max_examples=12, deadline=None)
@given(number=st.integers(1, LINES - 1))
def test_a_line_taken_away_or_moved_is_named(
    number: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    gone = written(tmp_path_factory.mktemp("audit"))
    tampered(
        gone,
        f"DELETE FROM audit WHERE seq = {number}",
        f"DELETE FROM audit_chain WHERE seq = {number}",
    )
    found = seen(gone)
    assert found is not None
    assert (found.seq, found.why) == (number, "the line is missing")
    moved = written(tmp_path_factory.mktemp("audit"))
    tampered(
        moved,
        f"UPDATE audit SET seq = -1 WHERE seq = {number}",
        f"UPDATE audit SET seq = {number} WHERE seq = {number + 1}",
        f"UPDATE audit SET seq = {number + 1} WHERE seq = -1",
    )
    found = seen(moved)
    assert found is not None
    assert found.seq == number


def test_a_line_added_without_its_hash_is_named(tmp_path: Path) -> None:
    file = written(tmp_path)
    tampered(file, "INSERT INTO audit (at, who, what, about, details) VALUES (1, '', '', '', '{}')")
    found = seen(file)
    assert found is not None
    assert (found.seq, found.why) == (LINES + 1, "the line has no hash")


@pytest.mark.parametrize("left", range(LINES))
def test_lines_cut_off_at_the_end_show_against_an_anchor(tmp_path: Path, left: int) -> None:
    file = written(tmp_path)
    with Register(file) as register:
        head = register.audit.head()
    anchor = Anchor(of="hub", at=1, seq=head.seq, hash=head.hash)
    tampered(
        file,
        f"DELETE FROM audit WHERE seq > {left}",
        f"DELETE FROM audit_chain WHERE seq > {left}",
    )
    assert seen(file) is None
    found = seen(file, anchor)
    assert found is not None
    assert found.seq == left + 1
    assert f"line {LINES} was anchored" in found.why


def test_a_chain_written_anew_shows_against_an_anchor(tmp_path: Path) -> None:
    with Register(written(tmp_path)) as register:
        head = register.audit.head()
    (tmp_path / "forged").mkdir()
    with Register(tmp_path / "forged" / "hub.sqlite") as forged:
        for number in range(1, LINES + 1):
            forged.note(line(number if number != LINES // 2 else 4711)).result()
        assert forged.audit.first_altered() is None
        found = forged.audit.first_altered([Anchor(of="hub", at=1, seq=head.seq, hash=head.hash)])
    assert found is not None
    assert "written anew" in found.why


def test_an_older_stores_audit_is_chained_when_it_is_brought_up(tmp_path: Path) -> None:
    file = tmp_path / "2482.sqlite"
    with Store(file) as store:
        for number in (1, 2, 3):
            store.note(line(number)).result()
        assert store.audit.first_altered() is None
        assert store.audit.head().seq == len(store.notes())
