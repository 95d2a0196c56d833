"""Homes in every state for the tests' hub, and whoever may see them: made up, and said by facts.

What is seen of them is a small lookout of its own: it knows what each test's home shall be like.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from starlette.types import Scope

from byalag.analysis import Change
from byalag.app._care_anew import CareAnew
from byalag.app._care_book import CareBook
from byalag.app._care_identity import Identities, Who
from byalag.app._care_link import CareLinks
from byalag.app._care_pages import care_pages
from byalag.app._care_telling import CareTelling, Place
from byalag.app._care_ways import CareWays
from byalag.app._face import Part
from byalag.app._stores import Stores
from byalag.engine import Engine
from byalag.governance import Actor, Grant, Person
from byalag.model import Dataset, Fact, Micros, Observation, Series, Thing
from byalag.pages import View
from byalag.pages._desk import moment
from byalag.services.care import (
    Acknowledged,
    Away,
    Channel,
    ChannelSet,
    Consent,
    ConsentGiven,
    Contact,
    ContactSet,
    DayView,
    Device,
    DeviceState,
    HalfHour,
    HomeId,
    Household,
    Kind,
    Link,
    Meaning,
    NoticeOpened,
    Opened,
    Reason,
    Room,
    Said,
    Stage,
    StageSet,
    Standing,
    State,
    Told,
    Unit,
    WeekView,
    digest_of,
)
from byalag.store import Register, Store
from byalag.testkit import StoppedClock

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
UNIT, OTHER = "norr", "hemliga-enheten"
NAMES = ("sover", "vanlig", "avviker", "tittas", "vana", "tyst", "lars", "provas", "borta", "av")
STAFF = Person(
    id="p-hemtjanst", name="Test", grants=(Grant("care_staff", "2482"),), assurance="loa3"
)
CANARY = "Kanariefågeln Svensson"
CANARY_STREET = "Kanariegränd 7"
CHANNELS: tuple[tuple[str, Room, Meaning], ...] = (
    ("rorelse-kok", "kitchen", "motion"),
    ("rorelse-sov", "bedroom", "motion"),
    ("kyl", "kitchen", "fridge"),
    ("dorr", "outside", "front-door"),
)
STATES: Mapping[str, State] = {
    "sover": "usual",
    "vanlig": "usual",
    "avviker": "deviation",
    "tittas": "deviation",
    "vana": "habit",
    "tyst": "no-contact",
    "lars": "learning",
    "provas": "usual",
    "borta": "away",
    "av": "off",
}
KINDS: Mapping[str, Kind] = {
    "avviker": "deviation",
    "tittas": "deviation",
    "vana": "habit",
    "tyst": "no-contact",
}
PAGES = ("/omsorg", "/en/care")
OWN_PAGES = ("/anhorig", "/en/relative")


def home(name: str) -> HomeId:
    """Return the pseudonym of a test's home."""
    return f"home:care:{name}"


def contact(name: str, kind: str) -> str:
    """Return the pseudonym of a contact of a test's home."""
    return f"contact:care:{name}-{kind}"


def link(name: str, kind: str = "relative") -> str:
    """Return what the link of a contact holds."""
    return f"lank-{name}-{kind}"


RELATIVE = Person(
    id="p-anhorig",
    name="Test",
    grants=tuple(Grant("relative", "2482", home(name)) for name in ("avviker", "vanlig")),
    assurance="loa3",
)


def person(scope: Scope) -> Person | None:
    """Return staff at their pages, and a relative at theirs."""
    if scope["path"].startswith(OWN_PAGES):
        return RELATIVE
    return STAFF if scope["path"].startswith(PAGES) else None


def unit(id_: str, title: str) -> Unit:
    """Return a unit of home care."""
    return Unit(
        id=id_,
        title={"sv": title, "en": title},
        purpose="home-care",
        datasets=("hemgivare",),
        ways={"sms": "sms", "email": "epost"},
        text="2026-1",
        words={"sv": "Jag vill att någon får veta om det blir ovanligt tyst hemma hos mig."},
        simulated=True,
    )


class Seen:
    """What is seen of the tests' homes: as each is said to be, up to now."""

    def __init__(self, now: Micros, zone: ZoneInfo) -> None:
        """Say when now is, and by which clock."""
        self._now, self._zone = now, zone

    def standing(self, home: HomeId, /) -> Standing | None:
        """Return how a home is said to be."""
        name = home.rpartition(":")[2]
        if name not in STATES or name == "av":
            return None
        late = name == "tyst"
        return Standing(
            home=home,
            at=self._now,
            state=STATES[name],
            since=None if STATES[name] == "usual" else self._now - 100 * MINUTE,
            notice=f"notice:care:{name}" if name in KINDS else None,
            last=self._now - (4 * HOUR if name in KINDS else 6 * MINUTE),
            devices=tuple(
                Device(
                    device=f"sensor:care:{name}-{each}",
                    state=_state(name, each, late=late),
                    last=self._now - (3 * HOUR if late else 9 * MINUTE),
                    battery=0.08 if each == "kyl" else 0.83,
                    gateway="mottagare-3",
                )
                for each, _, _ in CHANNELS
            ),
        )

    def day(self, home: HomeId, day: date, /) -> DayView | None:
        """Return a made-up day: up at seven, to bed at ten, quiet since four hours if it is so."""
        name = home.rpartition(":")[2]
        if name == "av":
            return None
        known = name != "lars"
        until = self._now - (4 * HOUR if name in {"avviker", "tittas"} else 0)
        halves: list[HalfHour] = []
        signs: list[tuple[Micros, Room, Meaning]] = []
        begins = datetime.combine(day, time(), self._zone)
        at = _micros(begins)
        ends = _micros(datetime.combine(day + timedelta(days=1), time(), self._zone))
        while at < ends:
            local = moment(at).astimezone(self._zone)
            awake = 7 <= local.hour < 22
            minutes = (3 + (local.hour * 7 + local.minute) % 14) if awake else 0
            seen = minutes if at < until else 0
            blind = name == "tyst" and at > self._now - 3 * HOUR
            halves.append(
                HalfHour(
                    begins=at,
                    seen=0 if blind else seen,
                    observed=0.0 if blind or at > self._now else 1.0,
                    low=(2.0 if awake else 0.0) if known else None,
                    high=(18.0 if awake else 2.0) if known else None,
                )
            )
            signs += [] if blind else _signs(at, seen)
            at += 30 * MINUTE
        return DayView(home=home, day=day, halves=halves, signs=signs, channels={})

    def week(self, home: HomeId, /) -> WeekView | None:
        """Return a week in which one home's evenings have become later."""
        changes = (
            (Change(matter="bed", way="later", usual=1325.0, now=1420.0, days=12, weeks=60.0),)
            if home.endswith("vanlig")
            else ()
        )
        today = moment(self._now).date()
        return WeekView(home=home, until=today, days=(), changes=changes, heard={})


def _micros(at: datetime) -> Micros:
    return round(at.timestamp() * 1_000_000)


def _state(name: str, each: str, *, late: bool) -> DeviceState:
    if late:
        return "late"
    return "low-battery" if (name, each) == ("sover", "kyl") else "ok"


def _signs(at: Micros, minutes: int) -> list[tuple[Micros, Room, Meaning]]:
    rooms = [(room, meaning) for _, room, meaning in CHANNELS]
    return [
        (at + 2 * number * MINUTE, *rooms[(number + minutes) % len(rooms)])
        for number in range(min(minutes, 15))
    ]


def facts(name: str, now: Micros) -> list[Fact]:
    """Return the sensors of a home, as a source tells of them."""
    found: list[Fact] = []
    for each, _, _ in CHANNELS:
        device = f"sensor:care:{name}-{each}"
        series = f"{device}/state"
        found += [
            Thing(id=device, type="Device", dataset="hemgivare", name=f"{each} {name}"),
            Series(id=series, thing=device, property="state", dataset="hemgivare"),
            Observation(series, now - 6 * MINUTE, 1.0),
        ]
    return found


def said(name: str, now: Micros) -> list[tuple[Micros, Sequence[Said]]]:
    """Return what has been said of a home, and when."""
    begun = now - 40 * DAY
    people = [
        Contact(
            id=contact(name, "relative"),
            kind="relative",
            may=("state", "reason", "timeline"),
            ways=("sms", "email"),
            person=RELATIVE.id if name in {"avviker", "vanlig"} else "",
            away=True,
        ),
        Contact(id=contact(name, "client"), kind="client", may=("state",), step=1, ways=("sms",)),
        Contact(
            id=contact(name, "staff"), kind="staff", may=("state", "reason"), step=2, ways=("sms",)
        ),
    ]
    consent = Consent(
        id=f"consent:care:{name}",
        meanings=("motion", "fridge", "front-door"),
        contacts=tuple(one.id for one in people),
        since=begun,
        text="2026-1",
    )
    channels = [
        ChannelSet(
            channel=Channel(
                series=f"sensor:care:{name}-{each}/state",
                room=room,
                meaning=meaning,
                watched=meaning == "fridge",
                gateway="mottagare-3",
            )
        )
        for each, room, meaning in CHANNELS
    ]
    opened: list[Said] = [
        Opened(unit=UNIT),
        Household(residents=2, pets=True) if name == "lars" else Household(),
        *channels,
        *(ContactSet(contact=one) for one in people),
    ]
    if name != "av":
        opened.append(ConsentGiven(consent=consent))
    told: list[tuple[Micros, Sequence[Said]]] = [(begun, opened)]
    if name not in {"lars", "av"}:
        stages: tuple[Stage, ...] = ("silent",) if name == "provas" else ("silent", "telling")
        told.append((begun + 20 * DAY, [StageSet(stage=one) for one in stages]))
    if name == "borta":
        told.append((now - 2 * HOUR, [Away(until=now + DAY)]))
    return [*told, *noticed(name, now)]


def noticed(name: str, now: Micros) -> list[tuple[Micros, Sequence[Said]]]:
    """Return what has been said of a home's notice, if it has one."""
    if name not in KINDS:
        return []
    began = now - 100 * MINUTE
    notice = f"notice:care:{name}"
    kind = KINDS[name]
    channel = f"sensor:care:{name}-kyl/state" if kind == "habit" else "home"
    reason = Reason(
        channel=channel,
        last=now - 4 * HOUR,
        room="kitchen",
        weeks=14.0,
        usual=(12.0, 55.0),
        gateway=kind == "no-contact",
        devices=tuple(f"sensor:care:{name}-{each}" for each, _, _ in CHANNELS)
        if kind == "no-contact"
        else (),
    )
    opened = NoticeOpened(notice=notice, kind=kind, since=began, reason=reason)
    found: list[tuple[Micros, Sequence[Said]]] = [(began, [opened])]
    if kind != "no-contact":
        sent = Told(notice=notice, contact=contact(name, "relative"), way="sms", outcome="sent")
        found.append((now - 12 * MINUTE, [sent]))
        found.append((now - 11 * MINUTE, [msgspec.structs.replace(sent, outcome="taken")]))
    if name == "tittas":
        looking = Acknowledged(notice=notice, contact=contact(name, "relative"))
        found.append((now - 5 * MINUTE, [looking]))
    return found


def part(folder: Path, view: View, commons: Store) -> Part:
    """Return the pages of care of a hub with a unit in each of two municipalities."""
    pages, _ = built(folder, view, commons)
    return pages


def built(folder: Path, view: View, commons: Store) -> tuple[Part, Stores]:
    """Return the pages of care, and the stores that they read."""
    now = view.now()
    own = {code: Store(folder / f"care-{code}.sqlite") for code in ("2482", "2260")}
    units = {"2482": unit(UNIT, "Hemtjänsten norr"), "2260": unit(OTHER, CANARY)}
    for store in own.values():
        dataset = Dataset(id="hemgivare", personal_data=True, title={"sv": "Givare i hem"})
        store.publish({"hemgivare": dataset}).result()
    for name in (*NAMES, "ny"):
        own["2482"].commit(facts(name, now), at=now).result()
    own["2260"].commit(facts("kanarie", now), at=now).result()
    agreed = {code: CareBook(own[code], {units[code].id: units[code]}) for code in own}
    asyncio.run(_fill(agreed, now))
    stores = Stores(own, commons, Register(folder / "care-register.sqlite"))
    ways = _ways(view, stores, agreed)
    asyncio.run(_name(view, stores, agreed))
    lookout = Seen(now, ZoneInfo(view.zone))
    lookouts = {"2482": lookout, "2260": lookout}
    return care_pages(view, stores, agreed, lookouts, ways, lambda: False), stores


async def _fill(agreed: Mapping[str, CareBook], now: Micros) -> None:
    for name in NAMES:
        for at, facts_said in said(name, now):
            await agreed["2482"].say(home(name), facts_said, who="person p-hemtjanst", at=at)
    opened = Opened(unit=OTHER)
    await agreed["2260"].say(home("kanarie"), [opened], who="person p-annan", at=now)


async def _name(view: View, stores: Stores, agreed: Mapping[str, CareBook]) -> None:
    for code, id_ in (("2482", home("avviker")), ("2260", home("kanarie"))):
        actor = Actor(
            person=Person(id="p-prov", grants=(Grant("care_staff", code),), assurance="loa3")
        )
        identities = Identities(code, stores.own[code], agreed[code], view.now)
        who = Who(name=CANARY, address=CANARY_STREET, phone="+46701740605")
        await identities.write(id_, None, who, actor=actor, purpose="home-care")


def _ways(view: View, stores: Stores, agreed: Mapping[str, CareBook]) -> CareWays:
    """Return what links open, with a link that is known for each contact of each home."""
    now, clock = view.now(), StoppedClock(moment(view.now()))
    kept = {
        home(name): msgspec.json.encode([
            Link(
                digest=digest_of(link(name, kind)), contact=contact(name, kind), until=now + DAY
            )
            for kind in ("relative", "client", "staff")
        ])
        for name in NAMES
    }  # fmt: skip
    stores.own["2482"].journal("care").keep("links", kept, at=now).result()
    links = CareLinks(stores.own, agreed, view.now, address=view.base_url)
    engine = Engine(stores.own, stores.commons, [], clock=clock, secret=lambda name: name)
    places = {
        code: Place(
            zone=view.zone,
            book=book,
            identities=Identities(code, stores.own[code], book, view.now),
        )
        for code, book in agreed.items()
    }
    telling = CareTelling(places, links, engine, view.now)
    return CareWays(telling=telling, links=links, anew=CareAnew(places, telling, view.now))
