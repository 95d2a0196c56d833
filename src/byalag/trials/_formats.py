"""How public logs of homes are written: a reader for each form, giving the same kind of log.

A line that cannot be read is set aside and counted by reason; it never stops the others.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Final, TypeAlias

import numpy as np
from msgspec.structs import replace

from byalag.services.care import ROOMS, Room
from byalag.trials._log import DAY, Log, log_of

Read: TypeAlias = Callable[[str, "tuple[str, ...]"], "list[Log]"]
Said: TypeAlias = tuple[datetime, str]

LIMIT: Final = 5_000_000  # lines of one file
CODES: Final[dict[str, Room]] = {  # found by laying rooms against activities, not from the names
    "1": "bedroom",
    "2": "bathroom",
    "3": "living-room",
    "4": "kitchen",
    "5": "passage",
    "6": "passage",
    "7": "other",
    "8": "passage",
    "9": "outside",
}
NOT_SIGNS: Final = re.compile(r"^(T|LS|BATT|BATV|L\d|P\d|AD\d|E\d)", re.IGNORECASE)
DOOR: Final = re.compile(r"d\d+\b")  # the doors of the older sets, all to the outside
STARTS: Final = frozenset({"ON", "OPEN", "PRESENT", "ABSENT", "START", "OPENED"})
WORDS: Final[tuple[tuple[str, Room], ...]] = (
    ("front", "outside"),
    ("main", "outside"),
    ("entrance", "outside"),
    ("outside", "outside"),
    ("bathroom", "bathroom"),
    ("toilet", "bathroom"),
    ("shower", "bathroom"),
    ("basin", "bathroom"),
    ("medicine", "bathroom"),
    ("bedroom", "bedroom"),
    ("bed", "bedroom"),
    ("kitchen", "kitchen"),
    ("fridge", "kitchen"),
    ("freezer", "kitchen"),
    ("microwave", "kitchen"),
    ("cupboard", "kitchen"),
    ("dishwasher", "kitchen"),
    ("toaster", "kitchen"),
    ("cooktop", "kitchen"),
    ("burner", "kitchen"),
    ("oven", "kitchen"),
    ("coffee", "kitchen"),
    ("garbage", "kitchen"),
    ("living", "living-room"),
    ("lounge", "living-room"),
    ("seat", "living-room"),
    ("dining", "living-room"),
    ("hall", "passage"),
    ("foyer", "passage"),
    ("porch", "passage"),
)


def room_of(words: str) -> int:
    """Return the row of the room that a sensor's name or place speaks of."""
    low = words.lower()
    if DOOR.match(low):
        return ROOMS.index("outside")
    return ROOMS.index(next((room for word, room in WORDS if word in low), "other"))


def minutes(text: str, homes: tuple[str, ...]) -> list[Log]:
    """Read a room a minute. An event is a change of room, in the first minute of the new one.

    The set has no dates: its first day is called 1970-01-01.
    """
    codes = text.split()
    known = np.array([CODES.get(code) is not None for code in codes], np.bool_)
    rows = np.array([ROOMS.index(CODES.get(code, "other")) for code in codes], np.int64)
    numbers = np.unique(np.array(codes), return_inverse=True)[1]
    changed = np.flatnonzero(numbers[1:] != numbers[:-1]) + 1
    log = log_of(
        homes[0],
        date(1970, 1, 1),
        [(int(minute) * 60, int(rows[minute])) for minute in changed],
        [str(room) for room in ROOMS],
        range(len(ROOMS)),
    )
    aside = {"an unknown room": int((~known).sum())} if not known.all() else {}
    return [replace(log.until(len(codes) // DAY), days=len(codes) // DAY, set_aside=aside)]


def casas(text: str, homes: tuple[str, ...]) -> list[Log]:
    """Read `date time sensor value [activity begin|end]`, by spaces or tabs.

    Only the start of a motion, and a door that opens or shuts, are events. Temperatures, light
    and batteries are not signs of anybody. The newer sets name sensors by room ("KitchenAArea").
    """
    aside: Counter[str] = Counter()
    return [_collected(homes[0], _casas_events(text, aside), aside)]


def _casas_events(text: str, aside: Counter[str]) -> Iterator[Said]:
    for number, line in enumerate(text.splitlines()):
        if number >= LIMIT:
            aside["beyond the limit of lines"] += 1
            break
        parts = line.split()
        if len(parts) < 4:  # noqa: PLR2004 -- date, time, sensor and value
            aside["too few columns"] += bool(parts)
            continue
        sensor, value = parts[2], parts[3].upper()
        if NOT_SIGNS.match(sensor):
            continue
        door = sensor.upper().startswith("D") or "door" in sensor.lower()
        if value in STARTS or (door and value == "CLOSE"):
            at = _when(f"{parts[0]}T{parts[1]}", aside)
            if at is not None:
                yield at, sensor


def starts(text: str, homes: tuple[str, ...]) -> list[Log]:
    """Read CSV with `start,end,sensor` and perhaps `type,place`. Only starts count."""
    aside: Counter[str] = Counter()
    said: list[Said] = []
    places: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        at = _when(row.get("start") or "", aside)
        name = row.get("sensor") or ""
        if at is not None and name:
            said.append((at, name))
            places[name] = row.get("place") or ""
    return [_collected(homes[0], said, aside, places)]


def kasteren(text: str, homes: tuple[str, ...]) -> list[Log]:
    """Read the text of house A: a list of sensors, then `start end id value` by tabs."""
    aside: Counter[str] = Counter()
    names = {number: name.strip() for number, name in re.findall(r"\[\s*(\d+)\]\s*'([^']+)'", text)}
    said: list[Said] = []
    for line in text.splitlines():
        found = re.match(r"(\d+-\w+-\d+ [\d:]+)\s+\S+ \S+\s+(\d+)\s+\d+\s*$", line)
        if found:
            at = _when(found[1], aside, "%d-%b-%Y %H:%M:%S")
            if at is not None:
                said.append((at, names.get(found[2], f"sensor {found[2]}")))
    return [_collected(homes[0], said, aside)]


def mit(text: str, homes: tuple[str, ...]) -> list[Log]:
    """Read blocks of five lines: activity and date, sensors' ids, names, starts, ends.

    The source lists firings by activity: one within two activities is there twice and counts once,
    and one outside every activity is not there at all.
    """
    aside: Counter[str] = Counter()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said: list[Said] = []
    for at in range(0, len(lines) - 4, 5):
        day = lines[at].split(",")[1:2]
        ids, names, began = (lines[at + step].split(",") for step in (1, 2, 3))
        for id_, name, clock in zip(ids, names, began, strict=False):
            when = _when(f"{day[0] if day else ''} {clock}", aside, "%m/%d/%Y %H:%M:%S")
            if when is not None:
                said.append((when, f"{name.strip()} #{id_}"))
    return [_collected(homes[0], said, aside)]


def tihm(text: str, homes: tuple[str, ...]) -> list[Log]:
    """Read CSV with `patient_id,location_name,date`: one log a home, in the order of their ids."""
    aside: Counter[str] = Counter()
    each: dict[str, list[Said]] = {}
    for row in csv.DictReader(text.splitlines()):
        at = _when(row.get("date") or "", aside)
        if at is not None:
            each.setdefault(row.get("patient_id") or "", []).append(
                (at, row.get("location_name") or "")
            )
    logs = [_collected(f"{homes[0]}-{home}", said, aside) for home, said in sorted(each.items())]
    return [log for log in logs if log.days]


def _when(said: str, aside: Counter[str], pattern: str | None = None) -> datetime | None:
    try:
        if pattern:
            return datetime.strptime(said, pattern)  # noqa: DTZ007 -- the sets have no zone
        return datetime.fromisoformat(said).replace(tzinfo=None)
    except ValueError:
        aside["an impossible date or time"] += 1
        return None


def _collected(
    home: str,
    said: Iterator[Said] | Sequence[Said],
    aside: Counter[str],
    places: dict[str, str] | None = None,
) -> Log:
    """Return a log of what was said, from midnight of its first day."""
    all_of = list(said)
    if not all_of:
        return replace(log_of(home, date(1970, 1, 1), [], [], []), set_aside=dict(aside))
    names = sorted({name for _, name in all_of})
    number = {name: index for index, name in enumerate(names)}
    first = min(at for at, _ in all_of).date()
    midnight = datetime.combine(first, datetime.min.time())
    events = [(int((at - midnight).total_seconds()), number[name]) for at, name in all_of]
    rooms = [room_of(f"{name} {(places or {}).get(name, '')}") for name in names]
    return replace(log_of(home, first, events, names, rooms), set_aside=dict(aside))
