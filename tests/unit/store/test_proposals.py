"""Words that all share: proposed by one, voted on by each, adopted by more than half."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byalag.governance import outcome
from byalag.store import Proposals, Register, Voted, Wanted
from byalag.terms import Definition

MEMBERS = ["2482", "2260", "2513"]
WORD = Definition(
    id="employee",
    label={"sv": "anställd"},
    definition={"sv": "Den som har anställning."},
    owner="HR",
)


def cast(proposals: Proposals, no: int, municipality: str, *, yes: bool) -> str:
    voted = proposals.vote(no, municipality=municipality, yes=yes, who="person a", at=2, why="")
    return voted.state


def test_a_word_is_adopted_when_more_than_half_have_said_yes(tmp_path: Path) -> None:
    with Register(tmp_path / "hub.sqlite") as register:
        proposals = Proposals(register, MEMBERS)
        no = proposals.propose(WORD, municipality="2482", who="person a", at=1)
        assert cast(proposals, no, "2482", yes=True) == "open"
        assert proposals.adopted() == []
        assert cast(proposals, no, "2260", yes=True) == "adopted"
        assert [(one.id, one.status, one.municipality) for one in proposals.adopted()] == [
            ("employee", "adopted", "")
        ]
        done = [line.what for line in register.audit.notes(Wanted(about="term/employee"))]
        assert done == ["adopted", "vote", "vote", "propose"]


def test_a_municipality_has_one_vote_whoever_casts_it(tmp_path: Path) -> None:
    with Register(tmp_path / "hub.sqlite") as register:
        proposals = Proposals(register, MEMBERS)
        no = proposals.propose(WORD, municipality="2482", who="person a", at=1)
        cast(proposals, no, "2482", yes=True)
        with pytest.raises(Voted, match="already voted"):
            cast(proposals, no, "2482", yes=False)
        with pytest.raises(Voted, match="no open proposal"):
            cast(proposals, no, "0180", yes=True)
        assert [vote.yes for vote in proposals.one(no).votes] == [True]


def test_what_is_adopted_later_takes_the_place_of_what_was(tmp_path: Path) -> None:
    with Register(tmp_path / "hub.sqlite") as register:
        proposals = Proposals(register, ["2482"])
        first = proposals.propose(WORD, municipality="2482", who="a", at=1)
        cast(proposals, first, "2482", yes=True)
        again = proposals.propose(WORD, municipality="2482", who="a", at=3)
        cast(proposals, again, "2482", yes=True)
        assert proposals.one(first).state == "superseded"
        assert len(proposals.adopted()) == 1


@given(st.integers(1, 30), st.data())
def test_no_vote_that_is_left_can_change_an_outcome(members: int, data: st.DataObject) -> None:
    cast_ = data.draw(st.integers(0, members))
    votes = {f"{code:04}": data.draw(st.booleans()) for code in range(cast_)}
    yes = sum(votes.values())
    left = members - cast_
    decided = outcome(votes, members)
    assert (decided == "adopted") == (2 * yes > members)
    assert (decided == "rejected") == (2 * (yes + left) <= members)


def test_fourteen_members_and_a_tie_adopt_nothing() -> None:
    votes = {str(2500 + number): number < 7 for number in range(14)}
    assert outcome(votes, 14) == "rejected"
