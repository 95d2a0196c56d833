"""Every way that public logs are written, with the traps of each."""

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from byalag.services.care import ROOMS
from byalag.testkit import shared
from byalag.trials import SETS, Unfit, load, load_file
from byalag.trials import _formats as formats
from byalag.trials._log import DAY, stretch_of

HOMES = ("home",)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_room_a_minute_gives_an_event_where_the_room_changes() -> None:
    codes = ["1"] * 400 + ["4"] * 40 + ["3"] * 1000 + ["3"] * 1439 + ["9"]
    (log,) = formats.minutes("\n".join(codes), HOMES)
    assert log.days == 2
    assert log.seconds.tolist() == [400 * 60, 440 * 60, 2879 * 60]
    assert [ROOMS[log.rooms[one]] for one in log.sensors] == ["kitchen", "living-room", "outside"]
    marks = stretch_of(log).marks
    assert np.flatnonzero(marks >= 0).tolist() == [400, 440, 2879]


def test_a_day_that_is_not_whole_is_left_out_and_an_unknown_room_is_said() -> None:
    (log,) = formats.minutes(" ".join(["1"] * 720 + ["77"] * 720 + ["4"] * 30), HOMES)
    assert log.days == 1
    assert len(log.seconds) == 1
    assert log.set_aside == {"an unknown room": 720}


def test_motion_by_motion_only_starts_are_signs() -> None:
    text = (
        "2010-11-04 00:03:50.209589 M003 ON Sleeping begin\n"
        "2010-11-04 00:03:57.399391 M003 OFF\n"
        "2010-11-04 00:15:08.984841 T002 21.5\n"
        "2010-11-04\t02:32:33.351906\tD001\tOPEN\n"
        "2010-11-04 02:32:40 D001 CLOSE\n"
        "2010-11-31 02:32:40 M003 ON\n"
        "2010-11-04 03:00:00 M003\n"
        "2010-11-05 07:10:00 KitchenAArea ON Cook\n"
        "2010-11-05 07:11:00 BATP102 97\n"
    )
    (log,) = formats.casas(text, HOMES)
    assert log.first == date(2010, 11, 4)
    assert len(log.seconds) == 4
    rooms = {name: ROOMS[room] for name, room in zip(log.names, log.rooms, strict=True)}
    assert rooms == {"M003": "other", "D001": "outside", "KitchenAArea": "kitchen"}
    assert log.set_aside == {"an impossible date or time": 1, "too few columns": 1}


def test_a_contact_that_stays_open_for_days_is_one_event() -> None:
    text = (
        "start,end,sensor\n"
        "2008-03-06T19:05:00,2008-03-13T18:53:00,Microwave\n"
        "2008-03-06T19:05:00,2008-03-13T18:53:00,Microwave\n"
        "2008-03-06T20:05:00,2008-03-06T20:05:00,Frontdoor\n"
    )
    (log,) = formats.starts(text, HOMES)
    assert len(log.seconds) == 2
    assert log.days == 1


def test_house_a_names_its_sensors_before_its_rows() -> None:
    text = (
        "    [ 8]    'Fridge'            \r\n    [12]    'Frontdoor'         \r\n"
        "Start time           End time             ID Val\r\n"
        "25-Feb-2008 00:20:14\t25-Feb-2008 00:22:57\t8\t1\r\n"
        "25-Feb-2008 09:33:41\t25-Feb-2008 09:33:42\t12\t1\r\n"
    )
    (log,) = formats.kasteren(text, HOMES)
    assert log.names == ("Fridge", "Frontdoor")
    assert log.seconds.tolist() == [1214, 34421]


def test_an_impossible_date_is_set_aside_and_a_firing_within_two_activities_is_one() -> None:
    block = (
        "{what},{day},20:41:35,21:32:50\n100,68\nToilet Flush,Sink\n"
        "20:51:52,20:51:58\n20:51:54,20:53:00\n"
    )
    text = block.format(what="Bathing", day="4/1/2003") + block.format(
        what="Grooming", day="4/1/2003"
    )
    text += block.format(what="Bathing", day="4/31/2003")
    (log,) = formats.mit(text, HOMES)
    assert log.names == ("Sink #68", "Toilet Flush #100")
    assert len(log.seconds) == 2
    assert log.set_aside == {"an impossible date or time": 2}


def test_homes_of_one_table_become_a_log_each() -> None:
    text = (
        "patient_id,location_name,date\n"
        "b,Fridge Door,2019-04-01 06:00:00\n"
        "a,Hallway,2019-04-01 07:00:00\n"
        "b,Bedroom,2019-04-03 23:00:00\n"
    )
    first, second = formats.tihm(text, HOMES)
    assert (first.home, second.home) == ("home-a", "home-b")
    assert second.days == 3


def test_a_set_that_is_not_there_is_told_with_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="gestom/fremen_activity_benchmark"):
        load("aruba", tmp_path)
    with pytest.raises(Unfit, match="use one of aruba"):
        load("nowhere", tmp_path)


def test_another_file_than_the_one_we_know_is_refused_whatever_is_stated(tmp_path: Path) -> None:
    text = "1\n" * DAY
    (tmp_path / "location.min").write_text(text)
    with pytest.raises(Unfit, match="expected SHA-256 aaccf6fa"):
        load("aruba", tmp_path, sha(text))


def test_a_file_we_never_had_needs_its_checksum_stated_and_the_report_will_say_so(
    tmp_path: Path,
) -> None:
    text = "2010-11-04 00:03:50 M003 ON\n2010-11-04 08:03:50 M004 ON\n"
    (tmp_path / "data").write_text(text)
    with pytest.raises(Unfit, match=f"--checksum {sha(text)}"):
        load("casas-aruba", tmp_path)
    loaded = load("casas-aruba", tmp_path, sha(text))
    assert not loaded.known
    assert load_file(tmp_path / "data", sha(text), "casas-aruba").sha256 == sha(text)


def test_every_set_says_where_it_is_got_and_on_what_terms() -> None:
    for one in SETS.values():
        assert one.source, one.name
        assert one.terms, one.name
        assert one.cite, one.name
        assert all(not sha256 or len(sha256) == 64 for sha256 in one.files.values())


@pytest.mark.parametrize(
    ("name", "days", "events"),
    [("kasteren-a-starts", 28, 1319), ("ordonez-a", 15, 409), ("mit-1-starts", 16, 2620)],
)
def test_the_sets_that_are_at_hand_are_read_whole(name: str, days: int, events: int) -> None:
    folder = shared()
    if folder is None:
        pytest.skip("the shared development data is not here")
    (log,) = load(name, folder / "data" / "homecare").logs
    assert (log.days, len(log.seconds)) == (days, events)
