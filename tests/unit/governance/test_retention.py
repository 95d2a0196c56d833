"""What is due follows from the settings and the time, and a hold keeps what it names."""

from datetime import date

from byalag.governance import due, things_held
from byalag.model import Dataset, Hold, Keeping, Municipality

DAY = 86_400_000_000
NOW = 20_000 * DAY  # 2024-10-04
HOMES = Dataset(id="homes", title={"sv": "Hem"}, personal_data=True, retention="30d")
BATHS = Dataset(id="baths", title={"sv": "Bad"}, open=True)
DATASETS = {one.id: one for one in (HOMES, BATHS)}
SOURCES = {"alarms": "homes", "water": "baths"}


def rules(
    *holds: Hold, keeping: Keeping | None = None, held: dict[str, tuple[str, ...]] | None = None
) -> dict[tuple[str, str], tuple[int, str]]:
    municipality = Municipality(code="2482", name="X", hold=holds, retention=keeping or Keeping())
    return {
        (one.stuff, one.about): ((NOW - one.before) // DAY, one.held)
        for one in due(municipality, DATASETS, SOURCES, held or {}, NOW)
    }


def test_a_dataset_without_retention_is_kept_for_good() -> None:
    assert ("observations", "baths") not in rules()
    assert rules()["observations", "homes"] == (30, "")


def test_deliveries_about_people_are_kept_no_longer_than_their_dataset() -> None:
    found = rules()
    assert found["deliveries", "alarms"] == (30, "")
    assert found["set-aside", "alarms"] == (30, "")
    assert found["deliveries", "water"] == (400, "")


def test_a_source_may_have_a_time_of_its_own() -> None:
    found = rules(keeping=Keeping(sources={"water": "10d", "alarms": "90d"}, files="5d"))
    assert found["deliveries", "water"] == (10, "")
    assert found["deliveries", "alarms"] == (30, "")
    assert found["files", "baths"] == (5, "")


def test_a_hold_keeps_all_that_may_tell_of_it_until_its_day_is_over() -> None:
    hold = Hold(dataset="homes", why="ärende 12", until=date(2024, 10, 4))
    found = rules(hold)
    assert found["observations", "homes"] == (30, "ärende 12")
    assert found["deliveries", "alarms"] == (30, "ärende 12")
    assert found["messages", ""] == (30, "ärende 12")
    assert found["deliveries", "water"] == (400, "")
    over = Hold(dataset="homes", why="ärende 12", until=date(2024, 10, 3))
    assert rules(over)["observations", "homes"] == (30, "")


def test_a_thing_that_is_held_keeps_the_deliveries_of_its_datasets() -> None:
    hold = Hold(thing="home:x:1", why="tvist", until=date(2025, 1, 1))
    found = rules(hold, held={"home:x:1": ("homes",)})
    assert found["deliveries", "alarms"][1] == "tvist"
    assert things_held([hold], NOW) == {"home:x:1": "tvist"}
