"""What has been of a home: its notices with all that was done, and each change with who made it."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from byalag.model import Micros
from byalag.services.care import (
    Acknowledged,
    NoticeClosed,
    NoticeOpened,
    Said,
    SaidAt,
    Told,
)

_OF_NOTICES: Final = (NoticeOpened, NoticeClosed, Told, Acknowledged)


class Done(Struct, frozen=True, kw_only=True):
    """One thing that was done about a notice, when and by whom."""

    at: Micros
    who: str
    said: Said

    @property
    def kind(self) -> str:
        """The kind of fact, as the catalogues name it."""
        return type(self.said).__name__


class Case(Struct, frozen=True, kw_only=True):
    """A notice and what came of it, oldest first; `closed` and `by` are None while it is open."""

    opened: NoticeOpened
    at: Micros
    done: tuple[Done, ...] = ()
    closed: Micros | None = None
    by: str = ""


def cases(history: Sequence[SaidAt]) -> list[Case]:
    """Return the notices of a home, newest first, with what was done about each."""
    opened: dict[str, tuple[Micros, NoticeOpened]] = {}
    done: dict[str, list[Done]] = {}
    closed: dict[str, tuple[Micros, str]] = {}
    for one in history:
        match one.said:
            case NoticeOpened(notice=notice):
                opened[notice] = (one.at, one.said)
            case NoticeClosed(notice=notice, by=by):
                closed[notice] = (one.at, by)
            case Told(notice=notice) | Acknowledged(notice=notice):
                said = Done(at=one.at, who=one.who, said=one.said)
                done.setdefault(notice, []).append(said)
            case _:
                pass
    return [
        Case(
            opened=said,
            at=at,
            done=tuple(done.get(notice, ())),
            closed=closed[notice][0] if notice in closed else None,
            by=closed[notice][1] if notice in closed else "",
        )
        for notice, (at, said) in reversed(opened.items())
    ]


def changes(history: Sequence[SaidAt]) -> list[Done]:
    """Return what was agreed or set, newest first; notices are told of by themselves."""
    return [
        Done(at=one.at, who=one.who, said=one.said)
        for one in reversed(history)
        if not isinstance(one.said, _OF_NOTICES)
    ]
