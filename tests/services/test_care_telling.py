"""Who is told when: against an oracle that goes minute by minute, over any home at any time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from byalag.model import Micros
from byalag.services.care import (
    Acknowledged,
    Away,
    Consent,
    ConsentGiven,
    ConsentWithdrawn,
    Contact,
    ContactSet,
    Home,
    NoticeClosed,
    NoticeOpened,
    Opened,
    Reason,
    Said,
    StageSet,
    Telling,
    Told,
    Visiting,
    after,
    coming,
    plan,
    refusal,
)

ZONE: Final = "Europe/Stockholm"
MINUTE: Final = 60_000_000
TICK: Final = 10 * MINUTE
HOME: Final = "home:care:7kq2m9x4"
NOON: Final = int(datetime(2026, 11, 23, 11, tzinfo=UTC).timestamp()) * 1_000_000
NIGHTS: Final = [  # the evening before each change of the clock, and before a usual night
    int(datetime(*day, 17, tzinfo=UTC).timestamp()) * 1_000_000
    for day in ((2026, 3, 28), (2026, 10, 24), (2026, 11, 23))
]
CLOCK: Final = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]
CONTACTS: Final = st.builds(
    Contact,
    id=st.just(""),
    kind=st.sampled_from(["client", "relative", "relative", "staff"]),
    ways=st.lists(st.sampled_from(["sms", "email", "push"]), min_size=1, unique=True).map(tuple),
    step=st.integers(1, 3),
    wait=st.sampled_from(["10m", "30m", "1h"]),
    quiet=st.none() | st.tuples(st.sampled_from(CLOCK), st.sampled_from(CLOCK)),
    technical=st.booleans(),
)
KINDS: Final = st.sampled_from(["deviation", "habit", "activity", "no-contact", "sensor"])


def _said(home: Home | None, at: Micros, *said: Said) -> Home:
    for one in said:
        home = after(home, HOME, one, at)
    assert home is not None
    return home


def _home(at: Micros, *contacts: Contact, stage: Any = "telling", agreed: Any = None) -> Home:  # noqa: ANN401 -- any stage
    named = [replace(one, id=f"contact:care:{number}") for number, one in enumerate(contacts)]
    names = [one.id for one in named]
    consent = Consent(
        id="c", meanings=("motion",), contacts=tuple(names[:agreed]), since=at - 1, text="1"
    )
    said = [ContactSet(contact=one) for one in named]
    opened = Opened(unit="norr")
    return _said(None, at - 1, opened, *said, ConsentGiven(consent=consent), StageSet(stage=stage))


def _raised(home: Home, at: Micros, kind: Any = "deviation") -> Home:  # noqa: ANN401 -- any kind
    return _said(home, at, NoticeOpened(notice="n", kind=kind, since=at, reason=Reason()))


def _told(one: Telling, outcome: Any, why: str = "") -> Told:  # noqa: ANN401 -- any outcome
    return Told(
        notice=one.notice,
        contact=one.contact,
        way=one.way,
        outcome=outcome,
        about=one.about,
        why=why,
    )


def _quiet(contact: Contact, at: Micros, kind: str) -> bool:
    """Say whether a contact's clock is in hours when nothing is sent: read off the wall."""
    if contact.kind == "staff":
        return False
    wall = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(
        ZoneInfo(ZONE)
    )
    minute = wall.hour * 60 + wall.minute
    spans = [contact.quiet] if contact.quiet else []
    spans += [("22:00", "07:00")] if kind in {"habit", "activity"} else []
    for begin, end in spans:
        first, last = (int(each[:2]) * 60 + int(each[3:]) for each in (begin, end))
        inside = (minute - first) % 1440 < (last - first) % 1440
        if inside:
            return True
    return False


def _oracle(home: Home, kind: str, begins: Micros, ticks: int) -> list[tuple[int, str]]:
    """Go minute by minute through a chain in which every message is taken at once."""
    may = {
        name
        for name, one in home.contacts.items()
        if name in home.consents["c"].contacts
        and (one.kind == "staff" or (home.stage == "telling" and kind != "activity"))
        and (one.kind == "staff" or kind not in {"no-contact", "sensor"} or one.technical)
    }
    late = kind in {"no-contact", "sensor"}

    def place(name: str) -> tuple[bool, int]:
        one = home.contacts[name]
        return (late and one.kind != "staff", one.step)

    order = sorted({place(name) for name in may})
    first: dict[str, int] = {}
    for tick in range(ticks):
        now = begins + tick * TICK
        for number, step in enumerate(order):
            members = sorted(name for name in may if place(name) == step)
            if number and not any(name in first for name in members):
                before = [name for name in may if place(name) == order[number - 1]]
                if any(name in first for name in before):
                    longest = max(_minutes(home.contacts[name].wait) for name in before)
                    began = min(first[name] for name in before if name in first)
                    if tick * 10 < began * 10 + longest:
                        break
                elif kind in {"habit", "activity"}:
                    break
            for name in members:
                if name not in first and not _quiet(home.contacts[name], now, kind):
                    first[name] = tick
    return sorted((tick, name) for name, tick in first.items())


def _minutes(wait: str) -> int:
    return int(wait[:-1]) * (60 if wait.endswith("h") else 1)


@given(
    contacts=st.lists(CONTACTS, max_size=5),
    kind=KINDS,
    stage=st.sampled_from(["learning", "silent", "telling", "telling"]),
    agreed=st.integers(0, 5),
    night=st.sampled_from(NIGHTS),
    shift=st.integers(0, 60),
)
@settings(deadline=None, max_examples=40)
def test_the_chain_goes_as_somebody_would_who_goes_minute_by_minute(  # noqa: PLR0913, PLR0917 -- what a home may be
    contacts: list[Contact], kind: str, stage: str, agreed: int, night: Micros, shift: int
) -> None:
    begins, ticks = night + shift * TICK, 96
    home = _raised(_home(begins, *contacts, stage=stage, agreed=agreed), begins, kind)
    came: list[tuple[int, str]] = []
    for tick in range(ticks):
        now = begins + tick * TICK
        found = plan(home, now, ZONE)
        for one in found.due:
            assert not refusal(home, one, now, ZONE)
            home = _said(home, now, _told(one, "sent"), _told(one, "taken"))
            if one.about == "notice":
                came.append((tick, one.contact))
        assert not plan(home, now, ZONE).due
    assert sorted(came) == _oracle(home, kind, begins, ticks)


class Street:
    """A home that is told of tick by tick, where messages fail as somebody draws."""

    def __init__(self, home: Home, draw: Callable[[], str]) -> None:
        self.home, self.draw = home, draw
        self.sent: list[tuple[Micros, Telling]] = []
        self.under_way: list[tuple[Telling, str]] = []

    def tick(self, now: Micros) -> None:
        for one, outcome in self.under_way:
            if outcome != "never":
                self.home = _said(self.home, now, _told(one, outcome))
        self.under_way = []
        for one in plan(self.home, now, ZONE).due:
            self.sent.append((now, one))
            self.home = _said(self.home, now, _told(one, "sent"))
            self.under_way.append((one, self.draw()))


@given(
    contacts=st.lists(CONTACTS, min_size=1, max_size=5),
    kind=KINDS,
    night=st.sampled_from(NIGHTS),
    shift=st.integers(0, 60),
    answered=st.none() | st.integers(0, 60),
    closed=st.none() | st.integers(0, 60),
    withdrawn=st.none() | st.integers(0, 60),
    data=st.data(),
)
@settings(deadline=None, max_examples=25)
def test_nobody_is_told_who_may_not_be_nor_twice_nor_at_night_nor_after_an_answer(  # noqa: PLR0913, PLR0917 -- what may happen
    contacts: list[Contact],
    kind: str,
    night: Micros,
    shift: int,
    answered: int | None,
    closed: int | None,
    withdrawn: int | None,
    data: Any,  # noqa: ANN401 -- hypothesis' own
) -> None:
    begins = night + shift * TICK
    outcomes = st.sampled_from(["taken", "taken", "failed", "never"])
    street = Street(
        _raised(_home(begins, *contacts), begins, kind), lambda: str(data.draw(outcomes))
    )
    for tick in range(72):
        now = begins + tick * TICK
        if tick == answered and "n" in street.home.notices:
            street.home = _said(street.home, now, Acknowledged(notice="n"))
        if tick == closed and "n" in street.home.notices:
            street.home = _said(street.home, now, NoticeClosed(notice="n", by="sign"))
        if tick == withdrawn:
            street.home = _said(street.home, now, ConsentWithdrawn(consent="c"))
        before = len(street.sent)
        street.tick(now)
        reached = _reached(street.home)
        for at, one in street.sent[before:]:
            contact = street.home.contacts[one.contact]
            assert withdrawn is None or tick < withdrawn
            assert not _quiet(contact, at, kind)
            if closed is not None and tick >= closed:
                assert one.about == "over"
            elif answered is not None and tick >= answered:
                assert one.about == "looking"
            if one.about in {"over", "looking", "reminder"}:
                assert one.contact in reached
    assert len({one for _, one in street.sent}) == len(street.sent)


def _reached(home: Home) -> set[str]:
    ended = [each for one in home.ended.values() for each in one.told]
    told = [*ended, *(each for one in home.told.values() for each in one)]
    return {one.contact for _, one in told if one.outcome == "taken"}


@given(
    contacts=st.lists(CONTACTS, min_size=1, max_size=5),
    night=st.sampled_from(NIGHTS),
    shift=st.integers(0, 60),
    data=st.data(),
)
@settings(deadline=None, max_examples=25)
def test_somebody_is_told_within_the_sum_of_waits_whenever_anybody_can_be(
    contacts: list[Contact],
    night: Micros,
    shift: int,
    data: Any,  # noqa: ANN401 -- hypothesis' own
) -> None:
    begins = night + shift * TICK
    home = _raised(_home(begins, *contacts), begins)
    broken = set(data.draw(st.lists(st.sampled_from(["sms", "email"]), unique=True)))
    street = Street(home, lambda: "failed")
    steps = {one.step for one in contacts}
    waits = sum(max(_minutes(o.wait) for o in contacts if o.step == step) for step in steps)
    ticks = waits // 10 + 1
    for tick in range(ticks):
        now = begins + tick * TICK
        for _ in range(4):  # what failed is known at once, and the next way is tried
            found = plan(street.home, now, ZONE).due
            for one in found:
                outcome = "failed" if one.way in broken else "taken"
                street.home = _said(street.home, now, _told(one, "sent"), _told(one, outcome))
    spoken = {
        name
        for name, one in home.contacts.items()
        if set(one.ways) - broken
        and not any(_quiet(one, begins + tick * TICK, "deviation") for tick in range(ticks))
    }
    assert not spoken or _reached(street.home)


SISTER: Final = Contact(id="", kind="relative", ways=("sms", "email"), step=1, wait="30m")
BROTHER: Final = Contact(id="", kind="relative", ways=("sms",), step=2, wait="30m")
NURSE: Final = Contact(id="", kind="staff", ways=("email",), step=3, wait="15m")


def _go(street: Street, begins: Micros, minutes: int) -> list[tuple[int, str, str, str]]:
    """Let minutes pass; return what was sent: after how many minutes, to whom, what, how."""
    before = len(street.sent)
    for minute in range(minutes + 1):
        street.tick(begins + minute * MINUTE)
    return [
        ((at - begins) // MINUTE, one.contact[-1], one.about, one.way)
        for at, one in street.sent[before:]
    ]


def test_those_of_the_next_step_are_told_when_nobody_answers_and_all_are_reminded_at_the_end() -> (
    None
):
    street = Street(_raised(_home(NOON, SISTER, BROTHER, NURSE), NOON), lambda: "taken")
    assert _go(street, NOON, 120) == [
        (0, "0", "notice", "sms"),
        (30, "1", "notice", "sms"),
        (60, "2", "notice", "email"),
        (75, "0", "reminder", "sms"),
        (75, "1", "reminder", "sms"),
        (75, "2", "reminder", "email"),
    ]
    assert plan(street.home, NOON + 120 * MINUTE, ZONE).chains == {"n": "unanswered"}


def test_a_way_that_fails_or_is_not_taken_in_time_gives_way_to_the_next() -> None:
    failing = Street(_raised(_home(NOON, SISTER), NOON), lambda: "failed")
    assert _go(failing, NOON, 3) == [(0, "0", "notice", "sms"), (1, "0", "notice", "email")]
    silent = Street(_raised(_home(NOON, SISTER), NOON), lambda: "never")
    assert _go(silent, NOON, 12) == [(0, "0", "notice", "sms"), (5, "0", "notice", "email")]


def test_who_cannot_be_reached_holds_nobody_up() -> None:
    street = Street(_raised(_home(NOON, BROTHER, NURSE), NOON), lambda: "failed")
    assert _go(street, NOON, 3)[:2] == [(0, "0", "notice", "sms"), (1, "1", "notice", "email")]


def test_an_answer_is_told_to_the_others_who_were_told_and_to_nobody_else() -> None:
    street = Street(_raised(_home(NOON, SISTER, BROTHER, NURSE), NOON), lambda: "taken")
    _go(street, NOON, 31)
    answered = NOON + 31 * MINUTE
    name = "contact:care:1"
    street.home = _said(street.home, answered, Acknowledged(notice="n", contact=name))
    assert _go(street, answered, 90) == [(0, "0", "looking", "sms")]
    closed = answered + 90 * MINUTE
    street.home = _said(street.home, closed, NoticeClosed(notice="n", by="sign"))
    assert _go(street, closed, 90) == [(0, "0", "over", "sms"), (0, "1", "over", "sms")]


def test_while_a_home_is_silent_only_staff_are_told() -> None:
    home = _home(NOON, SISTER, BROTHER, NURSE, stage="silent")
    street = Street(_raised(home, NOON), lambda: "taken")
    told = _go(street, NOON, 200)
    assert {one[1] for one in told} == {"2"}


def test_of_a_sensor_the_staff_are_told_first_and_then_whoever_has_agreed_to_it() -> None:
    technical = replace(BROTHER, technical=True)
    street = Street(
        _raised(_home(NOON, SISTER, technical, NURSE), NOON, "no-contact"), lambda: "taken"
    )
    assert _go(street, NOON, 20)[:2] == [(0, "2", "notice", "email"), (15, "1", "notice", "sms")]


@pytest.mark.parametrize(
    "said", [Visiting(until=NOON + 60 * MINUTE), Away(until=NOON + 3600_000_000)]
)
def test_nobody_is_told_while_somebody_visits_or_nobody_is_at_home(said: Said) -> None:
    home = _said(_raised(_home(NOON, SISTER), NOON), NOON, said)
    street = Street(home, lambda: "taken")
    assert _go(street, NOON, 59) == []
    assert plan(street.home, NOON, ZONE).until == NOON + 60 * MINUTE
    assert _go(street, NOON + 60 * MINUTE, 5) == [(0, "0", "notice", "sms")]


@pytest.mark.parametrize("night", NIGHTS)
def test_a_habit_waits_for_the_morning_and_what_is_urgent_goes_to_whoever_is_awake(
    night: Micros,
) -> None:
    asleep = replace(SISTER, quiet=("21:00", "06:30"))
    late = night + 5 * 60 * MINUTE  # 22 to 24 by the clock on the wall
    urgent = Street(_raised(_home(late, asleep, NURSE), late), lambda: "taken")
    assert _go(urgent, late, 1) == [(0, "1", "notice", "email")]
    calm = Street(_raised(_home(late, asleep, BROTHER), late, "habit"), lambda: "taken")
    first = _go(calm, late, 12 * 60)[0]
    wall = datetime.fromtimestamp(late / 1e6, UTC) + timedelta(minutes=first[0])
    local = wall.astimezone(ZoneInfo(ZONE))
    assert (first[1:], f"{local:%H:%M}") == (("0", "notice", "sms"), "07:00")


def test_what_was_held_back_at_the_door_is_sent_when_it_may_be() -> None:
    home = _raised(_home(NOON, BROTHER), NOON)
    one = Telling(notice="n", about="notice", contact="contact:care:0", way="sms")
    home = _said(home, NOON, _told(one, "sent"), _told(one, "dropped", "quiet"))
    assert plan(home, NOON + MINUTE, ZONE).due == (one,)


def test_the_moment_of_sending_asks_again() -> None:
    one = Telling(notice="n", about="notice", contact="contact:care:0", way="sms")
    agreed = _home(NOON, SISTER, NURSE)
    home = _raised(agreed, NOON)
    assert refusal(None, one, NOON, ZONE) == "withdrawn"
    assert not refusal(home, one, NOON, ZONE)
    assert refusal(home, replace(one, way="email"), NOON, ZONE) == "another way"
    assert not refusal(home, replace(one, way="email", about="test"), NOON, ZONE)
    for said, why in (
        (ConsentWithdrawn(consent="c"), "withdrawn"),
        (Acknowledged(notice="n"), "answered"),
        (NoticeClosed(notice="n", by="sign"), "over"),
        (StageSet(stage="silent"), "withdrawn"),
        (Visiting(until=NOON + MINUTE), "visiting"),
        (_told(one, "taken"), "another way"),
    ):
        assert refusal(_said(home, NOON, said), one, NOON, ZONE) == why
    night = NIGHTS[2] + 5 * 60 * MINUTE
    quiet = _raised(_home(night, replace(SISTER, quiet=("21:00", "07:00"))), night)
    assert refusal(quiet, one, night, ZONE) == "quiet"
    assert refusal(quiet, replace(one, about="test"), night, ZONE) == "quiet"
    assert not refusal(quiet, replace(one, about="link"), night, ZONE)


def test_what_comes_next_is_who_is_told_if_nobody_answers() -> None:
    street = Street(_raised(_home(NOON, SISTER, BROTHER, NURSE), NOON), lambda: "taken")
    _go(street, NOON, 5)
    found = coming(street.home, "n", NOON + 5 * MINUTE, ZONE)
    assert [((at - NOON) // MINUTE, [one.id[-1] for one in who]) for at, who in found] == [
        (30, ["1"]),
        (60, ["2"]),
    ]
