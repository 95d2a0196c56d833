"""What may be said of a home: nothing is watched or told outside a consent in force."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from byalag.services.care import (
    DRAWN,
    Acknowledged,
    Around,
    Away,
    Back,
    Channel,
    ChannelGone,
    ChannelSet,
    Closed,
    Consent,
    ConsentGiven,
    ConsentWithdrawn,
    Contact,
    ContactGone,
    ContactSet,
    Home,
    Household,
    NoticeClosed,
    NoticeOpened,
    Opened,
    Reason,
    Said,
    StageSet,
    Told,
    Unit,
    Unsayable,
    Visiting,
    allowed,
    becomes,
    hinders,
    lapsed,
    onward,
    pseudonym,
)

HOME, OTHER = "home:care:aaaaaaaaaa", "home:care:bbbbbbbbbb"
ANNA, BO = "contact:care:annaaaaaaa", "contact:care:booooooooo"
FRIDGE, BED = "sensor:x:fridge/opened", "sensor:x:bed/pressed"
HOUR, DAY = 3_600_000_000, 86_400_000_000
UNIT = Unit(
    id="north", title={"sv": "Norr"}, purpose="care", datasets=("homes",), ways={"sms": "sms"}
)
DATASETS = {FRIDGE: "homes", BED: "homes", "sensor:x:open/a": "open"}


def around(holder: Callable[[str], str | None] = lambda _series: None) -> Around:
    return Around(units={"north": UNIT}, dataset=DATASETS.get, holder=holder)


def channel(series: str = FRIDGE) -> Channel:
    meaning = "fridge" if series == FRIDGE else "bed"
    return Channel(series=series, room="kitchen", meaning=meaning)  # type: ignore[arg-type]  # one of two


def consent(id_: str = "k1", since: int = 0, until: int | None = None) -> Consent:
    return Consent(
        id=id_, meanings=("fridge",), contacts=(ANNA,), since=since, until=until, text="1"
    )


def home_with(*said: Said, at: int = 0) -> Home:
    facts = [
        Opened(unit="north"),
        ChannelSet(channel=channel(FRIDGE)),
        ChannelSet(channel=channel(BED)),
        ContactSet(contact=Contact(id=ANNA, kind="relative")),
        *said,
    ]
    return becomes(None, HOME, facts, at, around())[0]


NOTICE = NoticeOpened(notice="n1", kind="deviation", since=0, reason=Reason())
SENT = Told(notice="n1", contact=ANNA, way="sms", outcome="sent")
AGREED = ConsentGiven(consent=consent())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Opened(unit="north"), "is there already"),
        (ChannelSet(channel=channel("sensor:x:open/a")), "not the unit's"),
        (ChannelSet(channel=channel("sensor:x:new/a")), "never been heard of"),
        (ChannelGone(series="sensor:x:new/a"), "there is no channel"),
        (ContactSet(contact=Contact(id=BO, kind="staff", ways=("push",))), "no outlet for push"),
        (ContactSet(contact=Contact(id="person:x:anna", kind="staff")), "no contact's pseudonym"),
        (ContactSet(contact=Contact(id=BO, kind="staff", step=0)), "step is from 1"),
        (ContactSet(contact=Contact(id=BO, kind="staff", ways=())), "how the contact is told"),
        (ContactGone(contact=BO), "there is no contact"),
        (ConsentGiven(consent=replace(consent(), contacts=(BO,))), "there is no contact"),
        (ConsentGiven(consent=replace(consent(), meanings=())), "what may be watched"),
        (ConsentGiven(consent=replace(consent(), text="")), "which version"),
        (ConsentGiven(consent=consent(until=-1)), "ends after it begins"),
        (ConsentWithdrawn(consent="k1"), "there is no consent"),
        (StageSet(stage="telling"), "the next stage is silent"),
        (StageSet(stage="silent"), "no consent of"),
        (Household(residents=0), "residents is 1"),
        (Away(until=-1), "has not been yet"),
        (Away(until=91 * DAY), "90 days ahead at most"),
        (Visiting(until=15 * DAY), "14 days ahead at most"),
        (Visiting(until=DAY, contact=BO), "there is no contact"),
        (NOTICE, "no consent of"),
        (NoticeClosed(notice="n1", by="sign"), "there is no open notice"),
        (SENT, "no consent of"),
        (Acknowledged(notice="n1"), "there is no open notice"),
    ],
)
def test_what_cannot_be_said_is_refused_with_a_sentence(said: Said, why: str) -> None:
    with pytest.raises(Unsayable, match=why) as refused:
        allowed(home_with(), HOME, said, 0, around())
    assert set(refused.value.words) == {"sv", "en"}
    assert refused.value.words["sv"] != refused.value.words["en"]


def test_nothing_is_said_of_a_home_that_is_not_there_or_is_closed() -> None:
    with pytest.raises(Unsayable, match="there is no home"):
        allowed(None, HOME, Back(), 0, around())
    with pytest.raises(Unsayable, match="there is no unit 'south'"):
        allowed(None, HOME, Opened(unit="south"), 0, around())
    closed = home_with(AGREED, NOTICE, Closed())
    assert closed.notices == {}
    with pytest.raises(Unsayable, match="is closed"):
        allowed(closed, HOME, AGREED, 0, around())
    allowed(closed, HOME, ConsentWithdrawn(consent="k1"), 0, around())


def test_a_sensor_is_in_one_home_at_a_time() -> None:
    with pytest.raises(Unsayable, match=f"is a channel of {OTHER}"):
        allowed(home_with(), HOME, ChannelSet(channel=channel()), 0, around(lambda _: OTHER))


def test_stages_are_taken_one_by_one_and_back_at_once() -> None:
    home = home_with(AGREED, StageSet(stage="silent"), StageSet(stage="telling"))
    assert onward(home) is None
    home, _ = becomes(home, HOME, [StageSet(stage="learning")], 5, around())
    assert (home.stage, home.staged) == ("learning", 5)
    silent = home_with(AGREED, NOTICE, StageSet(stage="silent"))
    with pytest.raises(Unsayable, match="only staff are told"):
        allowed(silent, HOME, SENT, 0, around())
    allowed(silent, HOME, replace(SENT, about="test"), 0, around())
    nobody = ConsentGiven(consent=replace(consent(), contacts=()))
    alone = home_with(nobody, StageSet(stage="silent"))
    with pytest.raises(Unsayable, match="nobody may be told"):
        allowed(alone, HOME, StageSet(stage="telling"), 0, around())


def test_withdrawing_ends_what_rested_on_the_consent_in_the_same_breath() -> None:
    habit = NoticeOpened(notice="n2", kind="habit", since=0, reason=Reason(channel=FRIDGE))
    home = home_with(AGREED, NOTICE, habit)
    now, said = becomes(home, HOME, [ConsentWithdrawn(consent="k1")], 1, around())
    assert [one.notice for one in said if isinstance(one, NoticeClosed)] == ["n1", "n2"]
    assert (now.watched(1), now.told_to(1), now.notices) == ({}, {}, {})
    again = home_with(AGREED, ConsentGiven(consent=consent("k2")), NOTICE)
    kept, said = becomes(again, HOME, [ConsentWithdrawn(consent="k1")], 1, around())
    assert list(kept.notices) == ["n1"]
    ended = home_with(ConsentGiven(consent=consent(until=10)), NOTICE)
    assert lapsed(ended, 9) == []
    assert lapsed(ended, 10) == [NoticeClosed(notice="n1", by="withdrawn")]


def test_what_keeps_a_home_from_its_next_stage_is_listed() -> None:
    assert hinders(home_with(), UNIT, {}, 0) == ("no-consent",)
    home = home_with(AGREED)
    assert hinders(home, UNIT, {}, 0) == ("not-heard", "too-early")
    assert hinders(home, UNIT, {FRIDGE}, 14 * DAY) == ()
    silent = replace(home, stage="silent", staged=14 * DAY)
    assert hinders(silent, UNIT, {FRIDGE}, 15 * DAY) == ("too-early",)
    assert hinders(replace(silent, contacts={}), UNIT, {FRIDGE}, 30 * DAY) == ("nobody-to-tell",)
    assert hinders(replace(home, stage="telling"), UNIT, {}, 0) == ("last-stage",)
    assert hinders(replace(home, open=False), UNIT, {}, 0) == ("closed",)


def test_a_pseudonym_is_drawn_and_tells_nothing() -> None:
    assert pseudonym("home", bytes(DRAWN)) == "home:care:0000000000"
    assert pseudonym("home", b"\xff" * DRAWN) != pseudonym("home", b"\xfe" * DRAWN)
    with pytest.raises(ValueError, match="random bytes"):
        pseudonym("contact", b"1")


MEANINGS = st.lists(st.sampled_from(["fridge", "bed"]), min_size=1, unique=True).map(tuple)
MOMENTS = st.integers(0, 30)
CONSENTS = st.builds(
    Consent,
    id=st.sampled_from(["k1", "k2", "k3"]),
    meanings=MEANINGS,
    contacts=st.lists(st.sampled_from([ANNA, BO]), unique=True).map(tuple),
    since=MOMENTS,
    until=st.none() | MOMENTS,
    text=st.just("1"),
)
FACTS = st.one_of(
    st.builds(ConsentGiven, consent=CONSENTS),
    st.builds(ConsentWithdrawn, consent=st.sampled_from(["k1", "k2", "k3"])),
    st.builds(ChannelSet, channel=st.sampled_from([channel(FRIDGE), channel(BED)])),
    st.builds(ChannelGone, series=st.sampled_from([FRIDGE, BED])),
    st.builds(
        ContactSet,
        contact=st.builds(Contact, id=st.sampled_from([ANNA, BO]), kind=st.just("relative")),
    ),
    st.builds(ContactGone, contact=st.sampled_from([ANNA, BO])),
    st.builds(StageSet, stage=st.sampled_from(["learning", "silent", "telling"])),
    st.builds(
        NoticeOpened,
        notice=st.sampled_from(["n1", "n2"]),
        kind=st.just("deviation"),
        since=st.just(0),
        reason=st.builds(Reason, channel=st.sampled_from(["home", FRIDGE, BED])),
    ),
    st.builds(
        Told,
        notice=st.sampled_from(["n1", "n2"]),
        contact=st.sampled_from([ANNA, BO]),
        way=st.just("sms"),
        outcome=st.just("sent"),
    ),
    st.just(Closed()),
)


def in_force(log: list[tuple[int, Said]], now: int) -> list[Consent]:
    """Return the consents in force by the whole log, as slowly and plainly as can be."""
    if any(isinstance(said, Closed) for _, said in log):
        return []
    found: list[Consent] = []
    for place, (_, said) in enumerate(log):
        if not isinstance(said, ConsentGiven):
            continue
        later = [one for _, one in log[place + 1 :]]
        taken = any(
            isinstance(one, ConsentWithdrawn) and one.consent == said.consent.id for one in later
        )
        begun = said.consent.since <= now
        over = said.consent.until is not None and said.consent.until <= now
        if begun and not taken and not over:
            found.append(said.consent)
    return found


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 3), FACTS), max_size=25))
def test_at_no_time_is_anything_watched_or_told_outside_a_consent(
    steps: list[tuple[int, Said]],
) -> None:
    now, home = 0, home_with()
    log: list[tuple[int, Said]] = []
    for wait, fact in steps:
        now += wait
        try:
            home, every = becomes(home, HOME, [fact], now, around())
        except Unsayable:
            every = []
        log += [(now, one) for one in every]
        agreed = in_force(log, now)
        meanings = {each for one in agreed for each in one.meanings}
        named = {each for one in agreed for each in one.contacts}
        assert {one.meaning for one in home.watched(now).values()} <= meanings
        assert set(home.told_to(now)) <= named
        if isinstance(fact, NoticeOpened) and fact in every:
            assert meanings
        if isinstance(fact, Told) and fact in every:
            assert fact.contact in named
        if isinstance(fact, ConsentWithdrawn | Closed) and fact in every:
            assert not home.notices or home.watched(now)
        carried = {*home.watched(now), "home"} if home.watched(now) else set()
        left = [one for id_, one in home.notices.items() if id_ not in ended(home, now)]
        assert all(one.reason.channel in carried for one in left)


def ended(home: Home, now: int) -> set[str]:
    return {one.notice for one in lapsed(home, now)}
