"""Promise 27: every moment comes back as it was told, whatever the clock or the calendar did."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from byalag.model import Observation, Series, Thing
from byalag.services.baths import BathingPlaceHistory, bathing_place_history
from byalag.store import Store

pytestmark = pytest.mark.proves(27)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
SERIES = Series(
    id="bath:a:b/waterTemperature",
    thing="bath:a:b",
    property="waterTemperature",
    dataset="baths",
    unit="Cel",
)
PLACE = Thing(id="bath:a:b", type="BathingPlace", dataset="baths")
DAYS = {"2026-03-29": 23, "2026-10-25": 25, "2028-02-29": 24, "1969-07-20": 24}


def micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize(("day", "hours"), DAYS.items())
def test_a_day_has_the_hours_that_it_had(
    day: str, hours: int, tmp_path: Path, promised: dict[str, object]
) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=STOCKHOLM)
    end = begin + timedelta(days=1)  # the next midnight on the wall
    first, last = begin.astimezone(UTC), end.astimezone(UTC)
    moments = [first + timedelta(hours=n) for n in range((last - first) // timedelta(hours=1))]
    with Store(tmp_path / "store.sqlite") as store:
        store.commit([PLACE, SERIES], at=0).result()
        said = [Observation(SERIES.id, micros(at), float(n)) for n, at in enumerate(moments)]
        for jumped in (3_600_000_000, 0, -3_600_000_000):  # the hub's own clock, an hour off
            store.commit(said, at=micros(last) + jumped).result()
        question = BathingPlaceHistory(id="bath:a:b", start=begin, end=end)
        told = bathing_place_history(question, store, micros(last))
    assert [value.time for value in told.values] == moments
    assert [value.value for value in told.values] == [float(n) for n in range(hours)]
    promised |= {"hours": hours, "lost": 0, "duplicated": 0}
