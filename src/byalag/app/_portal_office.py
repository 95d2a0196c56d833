"""Applications and their keys, as a person who has logged in handles them on the hub's pages."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import structs

from byalag.engine import durable
from byalag.governance import Actor, Key, NotAllowed, Product, Resource, decide, issue, rotate
from byalag.model import Micros
from byalag.pages.developer import KeySeen, Usage
from byalag.store import ApiKeys, Applications, Registered, Wish

GRACE = timedelta(hours=24)  # the secret before is good for so long, so that nobody has to hurry
MOST_KEYS = 10  # good keys of one application
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ApplicationKeys:
    """The keys of applications, in the register."""

    def __init__(self, keys: ApiKeys, now: Callable[[], Micros]) -> None:
        """Take where keys are kept."""
        self._keys, self._now = keys, now

    def of(self, application: str) -> Sequence[KeySeen]:
        """Return an application's keys."""
        return [
            KeySeen(
                prefix=key.prefix,
                note=key.note,
                municipality=key.municipality,
                until=None if key.expires is None else _micros(key.expires),
                revoked=key.revoked,
            )
            for key in self._keys.of(application)
        ]

    async def add(self, application: str, note: str, municipality: str, who: Actor) -> str:
        """Make a key, and return it: this once.

        Raises:
            NotAllowed: the application has ten good keys already.
        """
        if sum(not key.revoked for key in self._keys.of(application)) >= MOST_KEYS:
            msg = f"An application has {MOST_KEYS} keys at most; revoke one that is not used."
            raise NotAllowed(msg)
        made = issue(
            municipality,
            ("facts:read",) if municipality else (),
            random=os.urandom(40),
            note=note,
            application=application,
        )
        await durable(self._keys.put(made.key, at=self._now(), who=who.name))
        return made.text

    async def rotate(self, application: str, prefix: str, who: Actor) -> str | None:
        """Give a key a new secret, and return it: this once. None if there is no such key."""
        key = self._find(application, prefix)
        if key is None:
            return None
        now = self._now()
        until = _EPOCH + timedelta(microseconds=now) + GRACE
        made = rotate(key, random=os.urandom(32), until=until)
        done = await durable(self._keys.rotate(made.key, at=now, who=who.name))
        return made.text if done else None

    async def revoke(self, application: str, prefix: str, who: Actor) -> bool:
        """Revoke a key; False if there is no such key."""
        if self._find(application, prefix) is None:
            return False
        return await durable(self._keys.revoke(prefix, at=self._now(), who=who.name))

    async def revoke_home(self, application: str, municipality: str, who: Actor) -> None:
        """Revoke an application's keys to a municipality's own data."""
        for key in self._keys.of(application):
            if key.municipality == municipality and not key.revoked:
                await durable(self._keys.revoke(key.prefix, at=self._now(), who=who.name))

    async def revoke_all(self, application: str, who: Actor) -> None:
        """Revoke all of an application's keys."""
        await durable(self._keys.revoke_all(application, at=self._now(), who=who.name))

    def _find(self, application: str, prefix: str) -> Key | None:
        found = (key for key in self._keys.of(application) if key.prefix == prefix)
        return next((key for key in found if not key.revoked), None)


class ApplicationOffice:
    """Where applications are registered; each is found for its owner only."""

    def __init__(
        self,
        applications: Applications,
        keys: ApplicationKeys,
        products: Mapping[str, Product],
        used: Callable[[str, Sequence[Wish]], Usage],
        now: Callable[[], Micros],
    ) -> None:
        """Take where applications are kept, and what tells what one has used."""
        self._all, self._keys, self._products = applications, keys, products
        self._used, self._now = used, now

    def owned(self, owner: str) -> Sequence[Registered]:
        """Return a person's applications."""
        return self._all.owned(owner)

    def find(self, id_: str, owner: str) -> Registered | None:
        """Return one of a person's applications."""
        found = self._all.find(id_)
        return found if found is not None and found.owner == owner else None

    def wishes(self, id_: str) -> Sequence[Wish]:
        """Return what an application has asked to use."""
        return self._all.wishes(id_)

    def usage(self, id_: str) -> Usage:
        """Return what an application has asked lately."""
        return self._used(id_, self._all.wishes(id_))

    async def register(self, told: Mapping[str, str], who: Actor) -> str:
        """Register an application, and return its id.

        Raises:
            TooManyApplications: the person has as many as one may have.
        """
        new = Registered(
            id=os.urandom(8).hex(),
            owner=_owner(who),
            name=told["name"],
            organisation=told.get("organisation", ""),
            contact=told.get("contact", ""),
            purpose=told["purpose"],
            created=self._now(),
        )
        await durable(self._all.register(new))
        return new.id

    async def alter(self, id_: str, told: Mapping[str, str], who: Actor) -> None:
        """Write what has been changed of an application."""
        known = self.find(id_, _owner(who))
        if known is None:
            return
        names = ("name", "organisation", "contact", "purpose")
        changed = structs.replace(known, **{name: told.get(name, "") for name in names})
        await durable(self._all.alter(changed, at=self._now()))

    async def delete(self, id_: str, who: Actor) -> None:
        """Delete an application, after its keys."""
        await self._keys.revoke_all(id_, who)
        await durable(self._all.delete(id_, _owner(who), at=self._now()))

    async def subscribe(self, id_: str, product: Product, plan: str, who: Actor) -> None:
        """Ask to use a product by a plan; where nobody has to let it in, it is in."""
        now, at_once = self._now(), product.lets_in(plan)
        wish = Wish(
            application=id_,
            product=product.id,
            plan=plan,
            state="let-in" if at_once else "waiting",
            asked=now,
            decided=now if at_once else None,
        )
        await durable(self._all.wish(wish, _owner(who)))

    async def unsubscribe(self, id_: str, product: str, who: Actor) -> None:
        """End the use of a product, and with it the keys to what it gave."""
        await durable(self._all.end(id_, product, _owner(who), at=self._now()))
        await self._close(id_, product, who)

    def waiting(self, who: Actor) -> Sequence[tuple[Wish, Registered]]:
        """Return what waits for somebody to let it in, or has been let in by somebody."""
        inside = [wish for wish in self._all.waiting("let-in") if self._asked_for(wish)]
        found: list[tuple[Wish, Registered]] = []
        for wish in [*self._all.waiting(), *inside]:
            application = self._all.find(wish.application)
            if application is not None and self._may_answer(who, wish.product):
                found.append((wish, application))
        return found

    async def answer(self, id_: str, product: str, *, let_in: bool, why: str, who: Actor) -> bool:
        """Let an application in, refuse it or take it out; False if it does not wait.

        Raises:
            NotAllowed: whoever answers is no steward of the product's municipality.
        """
        wish = next((one for one in self._all.wishes(id_) if one.product == product), None)
        if wish is None or wish.state == "refused" or (let_in and wish.state != "waiting"):
            return False
        if not self._may_answer(who, product):
            msg = "Only a steward of the product's municipality lets applications in."
            raise NotAllowed(msg)
        answered = structs.replace(
            wish, state="let-in" if let_in else "refused", decided=self._now(), why=why
        )
        done = await durable(self._all.answer(answered, who=who.name, was=wish.state))
        if done and not let_in:
            await self._close(id_, product, who)
        return done

    async def _close(self, id_: str, product: str, who: Actor) -> None:
        """Revoke the keys to a municipality's own data that nothing gives a right to any more."""
        known = self._products.get(product)
        if known is None or not known.municipality:
            return
        left = {
            self._products[wish.product].municipality
            for wish in self._all.wishes(id_)
            if wish.state == "let-in" and wish.product in self._products
        }
        if known.municipality not in left:
            await self._keys.revoke_home(id_, known.municipality, who)

    def _asked_for(self, wish: Wish) -> bool:
        """Tell whether somebody had to let an application in."""
        product = self._products.get(wish.product)
        return product is None or wish.plan not in product.plans or not product.lets_in(wish.plan)

    def _may_answer(self, who: Actor, product: str) -> bool:
        known = self._products.get(product)
        home = known.municipality if known and known.municipality else None
        about = Resource(matter="stewardship", municipality=home)
        return decide(who, "write", about, self._now()).allowed


def _owner(who: Actor) -> str:
    if who.person is None:
        msg = "Only a person who has logged in has applications."
        raise NotAllowed(msg)
    return who.person.id


def _micros(at: datetime) -> Micros:
    return (at - _EPOCH) // timedelta(microseconds=1)
