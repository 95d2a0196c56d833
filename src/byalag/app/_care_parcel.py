"""A message to a contact as a queue holds it: pseudonyms and what it is about, and no word more.

Its id is worked out of what it is, so that the same message is the same whoever asks, before and
after a crash. A message that was held back is another when it is sent after all.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from byalag.model import Micros, MunicipalityCode
from byalag.outlets import Message, identify
from byalag.services.care import About, Home, HomeId, Telling, Told, Way, tries
from byalag.store import Parcel, ParcelState

SINGLE: Final[frozenset[About]] = frozenset({"test", "link"})  # what is of no notice
LATEST: Final[Micros] = 24 * 3600 * 1_000_000  # that something is over is told no later than this
_OPEN: Final[tuple[About, ...]] = ("notice", "reminder", "looking")
_Outcome: TypeAlias = Literal["sent", "taken", "failed", "dropped"]
_ENDED: Final[Mapping[ParcelState, _Outcome]] = {
    "sent": "taken",
    "aside": "failed",
    "dropped": "dropped",
}


def parcel_id(code: MunicipalityCode, home: HomeId, telling: Telling, held_back: int) -> str:
    """Return the id of a message that has been held back so many times."""
    return identify(
        code, home, telling.notice, telling.about, telling.contact, telling.way, held_back
    )


def letter(
    code: MunicipalityCode, home: HomeId, telling: Telling, held_back: int, at: Micros
) -> Message:
    """Return a message as it is put in a queue: what it says is written when it is sent."""
    return Message(
        id=parcel_id(code, home, telling, held_back),
        at=at,
        municipality=code,
        matter="test" if telling.about == "test" else "notice",
        subject={},
        text={},
        data={
            "home": home,
            "notice": telling.notice,
            "about": telling.about,
            "contact": telling.contact,
            "way": telling.way,
        },
    )


def opened(message: Message) -> tuple[HomeId, Telling]:
    """Return what a message in a queue is.

    Raises:
        msgspec.ValidationError: It is none of ours.
    """
    said = dict(message.data)
    home = msgspec.convert(said.pop("home", None), str)
    return home, msgspec.convert(said, Telling)


def under_way(code: MunicipalityCode, home: Home, now: Micros) -> Iterator[tuple[str, Telling]]:
    """Yield every message about a home that may be in a queue, with its id."""
    for notice in home.notices:
        yield from _of(code, home, notice, _OPEN, home.told.get(notice, ()))
    for notice, ended in home.ended.items():
        if now - ended.at < LATEST:
            yield from _of(code, home, notice, (*_OPEN, "over"), ended.told)
    for one in unsettled(home, now):
        yield parcel_id(code, home.id, one, 0), one


def unsettled(home: Home, now: Micros) -> list[Telling]:
    """Return the messages of no notice of which it has not been said what became of them."""
    sent = {
        telling_of(said): None
        for at, said in home.singles
        if said.outcome == "sent" and now - at < LATEST
    }
    ended = {telling_of(said) for _, said in home.singles if said.outcome != "sent"}
    return [one for one in sent if one not in ended]


def came_of(home: Home, telling: Telling, parcel: Parcel) -> list[Told]:
    """Return what is still to be said of a message, of which this has become."""
    ended = home.ended.get(telling.notice)
    told = ended.told if ended is not None else home.told.get(telling.notice, home.singles)
    same = [one.outcome for _, one in told if telling_of(one) == telling]
    while "dropped" in same:  # what was said before it was held back is of another message
        same = same[same.index("dropped") + 1 :]
    outcome = _ENDED.get(parcel.state)
    said: list[Told] = []
    if "sent" not in same and outcome != "dropped":
        said.append(told_of(telling, "sent"))
    if outcome is not None and outcome not in same:
        said.append(told_of(telling, outcome, parcel.why))
    return said


def told_of(telling: Telling, outcome: _Outcome, why: str = "") -> Told:
    """Return what is said of a message in a home's book."""
    return Told(
        notice=telling.notice,
        contact=telling.contact,
        way=telling.way,
        outcome=outcome,
        why=why[:200],
        about=telling.about,
    )


def telling_of(told: Told) -> Telling:
    """Return the message that something was said of."""
    return Telling(notice=told.notice, about=told.about, contact=told.contact, way=told.way)


def _of(
    code: MunicipalityCode,
    home: Home,
    notice: str,
    abouts: Sequence[About],
    told: Sequence[tuple[Micros, Told]],
) -> Iterator[tuple[str, Telling]]:
    names = {*home.contacts, *(one.contact for _, one in told)}
    for name in sorted(names):
        contact = home.contacts.get(name)
        ways: list[Way] = list(contact.ways) if contact is not None else []
        others: set[Way] = {one.way for _, one in told if one.contact == name}
        ways.extend(sorted(others.difference(ways)))
        for way in ways:
            for about in abouts:
                one = Telling(notice=notice, about=about, contact=name, way=way)
                yield parcel_id(code, home.id, one, tries(name, about, way, told)), one
