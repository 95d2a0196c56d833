"""Two simulated homes with home care: their past, what their sensors say now, what is agreed.

Nobody lives there. One is the home of somebody who is never still, which nobody is: a silence of
some minutes is so rare there that the demonstration need not wait for hours. It goes quiet two
minutes after the start; its sensors are heard as ever.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from byalag.model import Micros, Series, Thing
from byalag.services.care import (
    ChannelSet,
    Consent,
    ConsentGiven,
    Contact,
    ContactSet,
    HomeId,
    Meaning,
    Opened,
    Said,
    StageSet,
)
from byalag.testkit.demo._noise import Times, Values
from byalag.testkit.demo._people import CLIENT, RELATIVE
from byalag.testkit.demo._text import moment
from byalag.testkit.demo._world import DAY, MINUTE
from byalag.testkit.homes import SENSORS, Happening, Household, SimulatedHome, home

CARE: Final = "2482"
DATASET: Final = "skelleftea-home-care"
UNIT: Final = "hemtjansten-norr"
QUIET_AFTER: Final = 2 * MINUTE
DAYS: Final = 63  # of history
_AHEAD: Final = 3  # days that a demonstration may run
_LATELY: Final = 5 * MINUTE  # how far back each answer goes
_SWEDEN: Final = ZoneInfo("Europe/Stockholm")
_NUMBERS: Final = {
    "contact:care:maja": "+46701740605",
    "contact:care:team": "+46701740606",
    "contact:care:rut": "+46701740607",
}
_NAMES: Final = {
    "home:care:rut": "Rut Berg (påhittad)",
    "home:care:arvid": "Arvid Lund (påhittad)",
    "contact:care:maja": "Maja Berg (påhittad)",
    "contact:care:team": "Hemtjänsten norr (påhittad)",
    "contact:care:rut": "Rut Berg (påhittad)",
}


@cache
def care_homes(began: Micros) -> tuple[SimulatedHome, SimulatedHome]:
    """Return the two homes as they are lived when the demonstration began at a time."""
    today = moment(began).astimezone(_SWEDEN).date()
    begins, days = today - timedelta(days=DAYS), DAYS + _AHEAD
    quiet = Happening(kind="collapse", begins=began + QUIET_AFTER, ends=began + _AHEAD * DAY)
    return (
        home(
            4,
            name="rut",
            days=days,
            begins=begins,
            household=Household(up=True, travels=False),
            happenings=[quiet],
        ),
        home(5, name="arvid", days=days, begins=begins, household=Household(travels=False)),
    )


def sensors(began: Micros, now: Micros) -> bytes:
    """Answer what the sensors of both homes have said in the last minutes."""
    readings = [
        {"device": device, "what": what, "value": value, "time": moment(at).isoformat()}
        for one in care_homes(began)
        for device, what, at, value in _said(one, now - _LATELY, now)
    ]
    return msgspec.json.encode({"simulated": True, "readings": readings})


def care_past(began: Micros) -> Iterator[tuple[Thing, Series, Times, Values]]:
    """Yield what each series of both homes has measured until the demonstration began."""
    for one in care_homes(began):
        measured = one.measured()
        described = list(one.facts(DATASET, CARE))
        things = {fact.id: fact for fact in described if isinstance(fact, Thing)}
        for fact in described:
            if isinstance(fact, Series):
                times, values = measured[fact.id]
                before = times <= began
                yield things[fact.thing], fact, times[before], values[before]


def agreed(
    began: Micros, people: Mapping[str, str]
) -> Iterator[tuple[HomeId, Micros, tuple[Said, ...]]]:
    """Yield what has been said of each home, and when: consent first, telling last.

    `people` is who the relative and the client are when they log in.
    """
    since = began - DAYS * DAY
    for one in care_homes(began):
        yield one.id, since, (*_entered(one, since, people),)
        yield one.id, since + 14 * DAY, (StageSet(stage="silent"),)
        yield one.id, since + 28 * DAY, (StageSet(stage="telling"),)


def identities() -> dict[str, dict[str, str]]:
    """Return who the homes and contacts are: all of it is made up."""
    return {
        subject: {"name": name, "phone": _NUMBERS.get(subject, "")}
        for subject, name in _NAMES.items()
    }


def _entered(one: SimulatedHome, since: Micros, people: Mapping[str, str]) -> Iterator[Said]:
    yield Opened(unit=UNIT)
    for channel in one.channels("fridge", "coffee"):
        yield ChannelSet(channel=channel)
    relative = Contact(
        id="contact:care:maja",
        kind="relative",
        may=("state", "reason", "timeline"),
        step=1,
        person=people[RELATIVE] if one.name == "rut" else "",
        away=True,
    )
    staff = Contact(
        id="contact:care:team", kind="staff", may=("state", "reason", "timeline"), step=2
    )
    lives_here = Contact(
        id="contact:care:rut",
        kind="client",
        may=("state", "reason", "timeline"),
        step=2,
        person=people[CLIENT],
    )
    contacts = (relative, staff, lives_here) if one.name == "rut" else (relative, staff)
    for contact in contacts:
        yield ContactSet(contact=contact)
    meanings: tuple[Meaning, ...] = tuple(dict.fromkeys(one.meaning for one in SENSORS))
    yield ConsentGiven(
        consent=Consent(
            id=f"consent:care:{one.name}",
            meanings=meanings,
            contacts=tuple(contact.id for contact in contacts),
            since=since,
            text="1",
        )
    )


def _said(
    one: SimulatedHome, after: Micros, now: Micros
) -> Iterator[tuple[str, str, Micros, float]]:
    """Yield what was seen in a home, and that each of its devices is heard, minute by minute."""
    signs = one.street.signs
    first, last = np.searchsorted(signs.at, [after, now], "right").tolist()
    at = [int(each) for each in signs.at[first:last]]
    for when, place, on in zip(at, signs.sensor[first:last], signs.on[first:last], strict=True):
        sensor = SENSORS[int(place)]
        yield f"{one.name}-{sensor.name}", sensor.measures, when, sensor.on if on else sensor.off
    heard = now // MINUTE * MINUTE
    for sensor in SENSORS:
        what, value = ("batteryLevel", 90.0) if sensor.battery else (sensor.measures, sensor.off)
        yield f"{one.name}-{sensor.name}", what, heard, value
