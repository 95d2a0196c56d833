"""The pages of care in a hub: what is agreed, seen and told, as they ask for it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from os import urandom
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import structs
from starlette.types import Scope

from byalag.app._access import Access
from byalag.app._care_book import CareBook
from byalag.app._care_identity import Identities, Unclear
from byalag.app._care_identity import Who as Kept
from byalag.app._care_link import ACT, FOLLOW
from byalag.app._care_ways import CareWays
from byalag.app._face import Part
from byalag.app._stores import Stores
from byalag.engine import durable
from byalag.governance import Action, Actor, Decision, Resource
from byalag.model import Micros, MunicipalityCode, ThingId
from byalag.pages import View
from byalag.pages._desk import moment
from byalag.pages.care import Care, Heard, KindOfContact, Onward, Ward, Who, care_addresses
from byalag.pages.operations import Site
from byalag.services.care import (
    DRAWN,
    Home,
    HomeId,
    Lookout,
    Pseudonymous,
    SaidAt,
    Unsayable,
    Visit,
    WeekView,
    plan,
    pseudonym,
    steps,
)
from byalag.store import Note

PURPOSE: Final = "home-care"  # for which the pages are entered; each unit is seen for its own
SEE_CARE: Final = Access("read", Resource(matter="care", purpose=PURPOSE, purposes=(PURPOSE,)))
DO_CARE: Final = Access("write", Resource(matter="care", purpose=PURPOSE, purposes=(PURPOSE,)))
_ACTS: Final = {"see": SEE_CARE, "do": DO_CARE, "follow": FOLLOW, "act": ACT}
_EACH: Final = 200  # homes that have a line of the audit each; of more, one line holds all


class Unseen:
    """A lookout where nothing is watched: of no home is anything known."""

    def standing(self, _home: HomeId, /) -> None:
        """Return nothing."""

    def day(self, _home: HomeId, _day: date, /) -> None:
        """Return nothing."""

    def week(self, _home: HomeId, /) -> None:
        """Return nothing."""


class CarePages:
    """What the pages of care ask of a hub that runs."""

    def __init__(  # noqa: PLR0913 -- the parts that the pages of care show
        self,
        view: View,
        stores: Stores,
        agreed: Mapping[MunicipalityCode, CareBook],
        lookouts: Mapping[MunicipalityCode, Lookout],
        ways: CareWays | None,
        *,
        stopped: Callable[[], bool],
    ) -> None:
        """Say what is shown; without `ways` no link opens anything, as in a worker."""
        self._view, self._own, self._agreed = view, stores.own, agreed
        self._lookouts, self._ways, self._stopped = lookouts, ways, stopped
        self._zone = ZoneInfo(view.zone)
        self._identities = {
            code: Identities(code, stores.own[code], book, view.now)
            for code, book in agreed.items()
        }
        self._weeks: dict[tuple[MunicipalityCode, HomeId], tuple[date, WeekView | None]] = {}

    def care(self) -> Care:
        """Return what the pages ask."""
        return Care(
            wards=self.wards,
            book=self._agreed.__getitem__,
            lookout=lambda code: self._lookouts.get(code, _UNSEEN),
            history=self.history,
            onward=self.onward,
            heard=self.heard,
            ever=lambda code, series: self._own[code].latest(series).keys(),
            week=self.week,
            naming=self.naming,
            identity=self.identity,
            browsers=lambda ward, contact: self._identities[ward.municipality].browsers(contact),
            forget=self.forget,
            noted=self.noted,
            seen=self.seen,
            visit=self.visit,
            renew=self.renew,
            reach=self.reach,
            new_id=drawn,
            stopped=self._stopped,
        )

    def wards(self) -> list[Ward]:
        """Return every unit of every municipality."""
        return [
            Ward(municipality=code, unit=unit)
            for code, book in self._agreed.items()
            for unit in book.units.values()
        ]

    def history(self, code: MunicipalityCode, home: HomeId) -> Sequence[SaidAt]:
        """Return every line of a home."""
        return self._agreed[code].entries(home)

    def onward(self, _ward: Ward, home: Home, notice: str, now: Micros) -> Sequence[Onward]:
        """Return who is told next of a notice, and when, if nobody answers before then."""
        opened = home.notices[notice]
        alone = structs.replace(home, notices={notice: opened}, ended={})
        planned = plan(alone, now, self._view.zone)
        if planned.chains.get(notice) != "waiting" or planned.until is None:
            return ()
        told = {said.contact for _, said in home.told.get(notice, ())}
        told |= {one.contact for one in planned.due}
        ahead = [step for step in steps(home, opened.kind, now) if not told & {c.id for c in step}]
        if not ahead:
            return ()
        named: set[KindOfContact] = {one.kind for one in ahead[0]}
        kinds = tuple(sorted(named))
        return (Onward(at=planned.until, kinds=kinds),)

    def heard(self, ward: Ward, home: HomeId) -> Sequence[Heard]:
        """Return the series of a unit's sensors that a home could have, those just heard first.

        What another home's sensors measure is not among them, nor how full a battery is.
        """
        store, code = self._own[ward.municipality], ward.municipality
        elsewhere = {
            series.partition("/")[0]
            for one in self._agreed[code].homes()
            for series in one.channels
            if one.id != home
        }
        things = {
            one.id: one
            for dataset in ward.unit.datasets
            for one in store.things_in(dataset)
            if one.id not in elsewhere
        }
        series = [
            one
            for many in store.series_of(things).values()
            for one in many
            if not one.property.startswith(_BATTERY)
        ]
        newest = store.latest(one.id for one in series)
        found = [
            Heard(
                series=one.id,
                name=things[one.thing].name or one.thing,
                property=one.property,
                at=newest[one.id].at if one.id in newest else None,
                value=newest[one.id].value if one.id in newest else None,
            )
            for one in series
        ]
        return sorted(found, key=lambda one: (-(one.at or 0), one.series))[:_SHOWN]

    def week(self, code: MunicipalityCode, home: HomeId) -> WeekView | None:
        """Return the week of a home, worked out once a local day."""
        now = self._view.now()
        agreed = self._agreed[code].home(home)
        if agreed is None or not agreed.watched(now):  # what was seen is not shown any more
            self._weeks.pop((code, home), None)
            return None
        today = moment(now).astimezone(self._zone).date()
        known = self._weeks.get((code, home))
        if known is None or known[0] != today:
            known = (today, self._lookouts.get(code, _UNSEEN).week(home))
            self._weeks[code, home] = known
        return known[1]

    async def naming(self, ward: Ward, home: HomeId, whom: ThingId, who: Who, actor: Actor) -> None:
        """Write down who a home or a contact is, keeping what is not said anew.

        Raises:
            Unsayable: what is said cannot be.
        """
        identities, purpose = self._identities[ward.municipality], ward.unit.purpose
        before = await identities.read(home, whom, actor=actor, purpose=purpose)
        said = {name: value for name in _SAID if (value := getattr(who, name))}
        try:
            new = structs.replace(before, **said)
            await identities.write(home, whom, new, actor=actor, purpose=purpose)
        except Unclear as error:
            raise Unsayable({"sv": _UNCLEAR, "en": str(error)}) from error

    async def identity(self, ward: Ward, home: HomeId, whom: ThingId, actor: Actor) -> Who:
        """Return who a home or a contact is: decided, and written down."""
        known: Kept = await self._identities[ward.municipality].read(
            home, whom, actor=actor, purpose=ward.unit.purpose
        )
        return Who(name=known.name, address=known.address, phone=known.phone, email=known.email)

    async def forget(self, ward: Ward, contact: ThingId, who: str) -> None:
        """Send nothing more to any browser of a contact's."""
        await self._identities[ward.municipality].forget_browsers(contact, who=who)

    def noted(self, actor: Actor, action: Action, ward: Ward, decision: Decision) -> None:
        """Write down a decision about a unit."""
        details = {"action": action, "purpose": ward.unit.purpose, "why": decision.why}
        what = "allowed" if decision.allowed else "refused"
        about = f"care/{ward.unit.id}"
        now = self._view.now()
        line = Note(at=now, who=actor.name, what=what, about=about, details=details)
        self._own[ward.municipality].note(line)

    async def seen(self, actor: Actor, ward: Ward, homes: Sequence[HomeId], page: str) -> None:
        """Write down which homes somebody has seen, on disk before they do."""
        store, now = self._own[ward.municipality], self._view.now()
        details = {"purpose": ward.unit.purpose, "page": page, "unit": ward.unit.id}
        if len(homes) > _EACH:
            lines = [_read(actor, "many", {**details, "about": list(homes)}, now)]
        else:
            lines = [_read(actor, one, details, now) for one in homes]
        for wait in [store.note(line) for line in lines]:
            await durable(wait)

    async def visit(self, scope: Scope, token: str, action: Action) -> Visit | None:
        """Return what a link opens, if anything."""
        return None if self._ways is None else await self._ways.links.visit(scope, token, action)

    async def renew(self, scope: Scope, token: str) -> None:
        """Send a new link to whoever held an old one."""
        if self._ways is not None:
            await self._ways.anew.renew(scope, token)

    async def reach(self, scope: Scope, reached: str) -> None:
        """Send a new link to whoever is reached by a number or an address."""
        if self._ways is not None:
            await self._ways.anew.reach(scope, reached)


def care_pages(  # noqa: PLR0913, PLR0917 -- the parts that the pages of care show
    view: View,
    stores: Stores,
    agreed: Mapping[MunicipalityCode, CareBook],
    lookouts: Mapping[MunicipalityCode, Lookout] | None,
    ways: CareWays | None,
    stopped: Callable[[], bool],
) -> Part:
    """Return the pages of care."""
    asked = CarePages(view, stores, agreed, lookouts or {}, ways, stopped=stopped)
    addresses = care_addresses(Site(view), asked.care())
    return Part(routes=[(one.route, _ACTS[one.act]) for one in addresses])


def drawn(kind: Pseudonymous) -> str:
    """Return a new pseudonym, drawn by chance."""
    return pseudonym(kind, urandom(DRAWN))


def _read(actor: Actor, about: str, details: Mapping[str, object], now: Micros) -> Note:
    return Note(at=now, who=actor.name, what="read", about=about, details=dict(details))


_UNSEEN: Final = Unseen()
_BATTERY: Final = "battery"
_SHOWN: Final = 200  # sensors to choose from; those just heard come first
_SAID: Final = ("name", "address", "phone", "email")
_UNCLEAR: Final = "Numret eller adressen går inte att förstå."
