"""How a home is, from what is known of it: the table of verdicts."""

from typing import Any

from msgspec.structs import replace

from byalag.services.care import (
    Channel,
    Closed,
    Consent,
    Contacted,
    Home,
    Household,
    Known,
    Much,
    NoticeClosed,
    NoticeOpened,
    Reason,
    Score,
    Verdict,
    after,
    as_watched,
    contacted,
    judge,
)

MINUTE = 60_000_000
NOW = 30_000_000 * MINUTE
HOUR = 60 * MINUTE
FRIDGE, HALL = "sensor:hem:kyl/open", "sensor:hem:hall/motion"
CHANNELS = {
    FRIDGE: Channel(series=FRIDGE, room="kitchen", meaning="fridge", watched=True),
    HALL: Channel(series=HALL, room="passage", meaning="motion"),
}
HOME = Home(
    id="home:care:a",
    unit="norr",
    opened=0,
    stage="telling",
    channels=CHANNELS,
    consents={"c": Consent(id="c", meanings=("motion", "fridge"), contacts=(), since=0)},
)


def devices(fridge: int = 5, hall: int = 5, stuck: str = "") -> Contacted:
    minute = NOW // MINUTE
    beats = {"sensor:hem:kyl": minute - fridge, "sensor:hem:hall": minute - hall}
    return contacted(
        CHANNELS.values(), beats, minute=minute, stuck=frozenset([stuck] if stuck else [])
    )


def known(home: Home = HOME, *, score: float = 0, fridge: float = 0, **more: Any) -> Known:  # noqa: ANN401 -- the rest of what is known
    scores = {
        "home": Score(score=score, limit=9.0, last=NOW - 3 * HOUR, row=4, weeks=14.2),
        FRIDGE: Score(channel=FRIDGE, score=fridge, limit=6.0, last=NOW - 9 * HOUR, weeks=3.0),
    }
    usual = {"contacted": devices(), "scores": scores, "last": {HALL: NOW - 3 * HOUR}}
    return Known(home=home, now=NOW, **{**usual, **more})


def kinds(verdict: Verdict) -> list[str]:
    return [one.kind for one in verdict.said if isinstance(one, NoticeOpened)]


def ends(verdict: Verdict) -> list[str]:
    return [one.by for one in verdict.said if isinstance(one, NoticeClosed)]


def with_notice(kind: Any = "deviation", **reason: Any) -> Home:  # noqa: ANN401 -- any notice
    said = NoticeOpened(notice="n", kind=kind, since=NOW - HOUR, reason=Reason(**reason))
    home = after(HOME, HOME.id, said, NOW - HOUR)
    assert home is not None
    return home


def test_a_silence_that_goes_on_is_told_as_unusual_as_it_has_become() -> None:
    last = NOW - 3 * HOUR
    for before, now in ((10.0, 14.2), (20.0, 20.0)):
        standing = judge(known(with_notice(weeks=before, last=last), score=12)).standing
        assert standing.reason == Reason(weeks=now, last=last)


def test_all_heard_and_nothing_beyond_is_usual() -> None:
    verdict = judge(known())
    assert verdict.standing.state == "usual"
    assert verdict.said == ()


def test_a_silent_home_whose_devices_are_heard_is_a_deviation() -> None:
    verdict = judge(known(score=9.5))
    assert kinds(verdict) == ["deviation"]
    assert verdict.standing.state == "deviation"
    assert verdict.standing.reason == Reason(last=NOW - 3 * HOUR, room="passage", weeks=14.2)


def test_one_silent_channel_is_a_habit_and_not_told_beside_a_silent_home() -> None:
    assert kinds(judge(known(fridge=7))) == ["habit"]
    assert judge(known(fridge=7)).standing.state == "habit"
    assert kinds(judge(known(score=9.5, fridge=7))) == ["deviation"]


def test_one_device_that_is_not_heard_is_a_device_and_never_a_person() -> None:
    verdict = judge(known(score=9.5, fridge=7, contacted=devices(fridge=200)))
    assert kinds(verdict) == ["sensor"]
    assert verdict.standing.state == "no-contact"
    assert verdict.standing.reason is not None
    assert verdict.standing.reason.devices == ("sensor:hem:kyl",)


def test_all_devices_silent_at_once_is_the_gateway() -> None:
    verdict = judge(known(score=9.5, contacted=devices(fridge=185, hall=100)))
    assert kinds(verdict) == ["no-contact"]
    assert verdict.standing.state == "no-contact"
    assert verdict.standing.reason is not None
    assert verdict.standing.reason.gateway


def test_devices_are_awaited_for_a_while_after_their_gateway_came_back() -> None:
    minute = NOW // MINUTE
    beats = {"sensor:hem:kyl": minute - 900, "sensor:hem:hall": minute - 1}
    back = contacted(CHANNELS.values(), beats, minute=minute, since=minute - 20)
    assert kinds(judge(known(contacted=back))) == []
    assert judge(known(contacted=back)).standing.state == "no-contact"
    long_back = contacted(CHANNELS.values(), beats, minute=minute, since=minute - 200)
    assert kinds(judge(known(contacted=long_back))) == ["sensor"]


def test_a_stuck_device_is_told_of_and_habits_are_not() -> None:
    verdict = judge(known(fridge=7, contacted=devices(stuck="sensor:hem:hall")))
    assert kinds(verdict) == ["sensor"]
    assert verdict.standing.state == "no-contact"


def test_a_notice_ends_by_a_sign_and_by_one_that_came_late() -> None:
    home = with_notice(last=NOW - 3 * HOUR)
    assert ends(judge(known(home))) == []
    assert ends(judge(known(home, last={HALL: NOW - 5 * MINUTE}))) == ["sign"]
    assert ends(judge(known(home, last={HALL: NOW - 2 * HOUR}))) == ["late-data"]


def test_one_notice_for_one_silence_also_when_somebody_has_closed_it() -> None:
    home = with_notice(last=NOW - 3 * HOUR)
    assert kinds(judge(known(home, score=12))) == []
    named = judge(known(score=12)).said[0]
    assert isinstance(named, NoticeOpened)
    assert kinds(judge(known(score=12, over={named.notice}))) == []


def test_a_technical_notice_ends_when_the_device_is_heard_or_is_gone() -> None:
    late = with_notice("sensor", devices=("sensor:hem:kyl",))
    assert ends(judge(known(late))) == ["heard"]
    assert ends(judge(known(late, contacted=devices(fridge=200)))) == []
    gone = with_notice("sensor", devices=("sensor:hem:borta",))
    assert ends(judge(known(gone))) == ["mended"]


def test_away_is_not_judged_until_the_time_or_until_somebody_lives_there() -> None:
    away = replace(HOME, away=NOW + HOUR)
    assert judge(known(away, score=12)).standing.state == "away"
    assert judge(known(away, score=12)).said == ()
    assert ends(judge(known(replace(with_notice(), away=NOW + HOUR), score=12))) == ["away"]
    back = judge(known(away, back=True))
    assert [type(one).__name__ for one in back.said] == ["Back"]
    assert back.standing.state == "usual"
    assert judge(known(replace(HOME, away=NOW), score=12)).standing.state == "deviation"


def test_while_somebody_visits_the_home_is_judged_and_habits_are_not() -> None:
    visited = replace(HOME, visiting=NOW + HOUR)
    assert kinds(judge(known(visited, fridge=7))) == []
    assert kinds(judge(known(visited, score=12))) == ["deviation"]


def test_too_much_in_a_night_is_an_activity() -> None:
    verdict = judge(known(much=Much(since=NOW - HOUR, weeks=20)))
    assert kinds(verdict) == ["activity"]
    assert verdict.standing.state == "habit"


def test_too_little_known_is_learning_and_no_consent_is_off() -> None:
    assert judge(known(scores={})).standing.state == "learning"
    off = judge(known(replace(with_notice(), consents={}), score=12))
    assert off.standing.state == "off"
    assert ends(off) == ["withdrawn"]
    closed = after(HOME, HOME.id, Closed(), NOW)
    assert closed is not None
    assert judge(known(closed)).standing.state == "off"


def test_a_pet_makes_motion_no_sign() -> None:
    seen = as_watched(replace(HOME, household=Household(pets=True)), NOW)
    assert seen[HALL].above == float("inf")
    assert seen[FRIDGE] == CHANNELS[FRIDGE]


def test_a_device_that_was_never_heard_is_told_of_after_a_day() -> None:
    never = contacted(CHANNELS.values(), {}, minute=NOW // MINUTE)
    assert {one.state for one in never.devices} == {"never"}
    assert kinds(judge(known(contacted=never))) == ["no-contact"]
    fresh = replace(HOME, opened=NOW - HOUR)
    assert kinds(judge(known(fresh, contacted=never))) == []
    assert judge(known(fresh, contacted=never)).standing.state == "no-contact"
