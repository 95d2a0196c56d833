"""How long each municipality of a hub keeps what, and deleting what is due from the terminal."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from byalag.app._cabinet import blobs
from byalag.app._care_book import BOOK
from byalag.app._hub import Hub, Tenant
from byalag.app._mending import own_store, sources_of
from byalag.app._sealing import sealing
from byalag.app._stores import store_file
from byalag.engine import Kept, SystemClock, expiries, finish
from byalag.governance import Due, due, things_held
from byalag.model import Micros
from byalag.store import Expired, Note, Reading


class Ruled(Struct, frozen=True, kw_only=True):
    """One rule of a municipality's, and how much is due by it now."""

    municipality: str
    rule: Due
    expired: Expired


def kept(hub: Hub) -> Mapping[str, Kept]:
    """Return how long each municipality keeps what."""
    return {tenant.municipality.code: kept_by(hub, tenant) for tenant in hub.tenants}


def kept_by(hub: Hub, tenant: Tenant) -> Kept:
    """Return how long a municipality keeps what. What holds name is looked up in its store."""
    code = tenant.municipality.code

    def rules(now: Micros) -> Sequence[Due]:
        return due(
            tenant.municipality,
            tenant.datasets,
            {source.name: source.settings.dataset for source in tenant.sources},
            _datasets(hub, tenant, now),
            now,
            (BOOK,) if tenant.units else (),
        )

    return Kept(
        due=rules,
        held=lambda now: things_held(tenant.municipality.hold, now),
        blobs=blobs(hub, code),
        sources=sources_of(tenant),
    )


def expiring(hub: Hub, code: str | None) -> list[Ruled]:
    """Return every rule, and how much is due by it now; nothing is deleted."""
    found: list[Ruled] = []
    for tenant in _tenants(hub, code):
        now, own = SystemClock().now(), tenant.municipality.code
        rules, store = kept_by(hub, tenant).due(now), _reading(hub, tenant)
        counted: dict[tuple[str, str], Expired] = {}
        if store is not None:
            for one in expiries(kept_by(hub, tenant), now):
                counted[one.stuff, one.about] = store.expiring(one)
            store.close()
        for rule in rules:
            nothing = Expired(stuff=rule.stuff, about=rule.about)
            expired = counted.get((rule.stuff, rule.about), nothing)
            found.append(Ruled(municipality=own, rule=rule, expired=expired))
    return found


def expire(hub: Hub, code: str | None, who: str) -> list[tuple[str, Expired]]:
    """Delete what is due now, beside a hub that may be running; return what was, by municipality.

    Raises:
        NothingStored: The municipality has no store yet.
        Mended: Somebody else mends or deletes now.
    """
    found: list[tuple[str, Expired]] = []
    for tenant in _tenants(hub, code):
        now, own = SystemClock().now(), tenant.municipality.code
        rules = kept_by(hub, tenant)
        with own_store(hub, tenant) as store:
            line = Note(at=now, who=who, what="expire", about=own)
            done = store.expire(expiries(rules, now), line).result()
            finish(store, rules, now)
        found += [(own, one) for one in done]
    return found


def _tenants(hub: Hub, code: str | None) -> Sequence[Tenant]:
    return (hub.tenant(code),) if code else hub.tenants


def _reading(hub: Hub, tenant: Tenant) -> Reading | None:
    file = store_file(hub, tenant.municipality.code)
    return Reading(file, sealing(hub, tenant)) if file.is_file() else None


def _datasets(hub: Hub, tenant: Tenant, now: Micros) -> Mapping[str, Sequence[str]]:
    """Return the datasets that describe the things that are held."""
    things = things_held(tenant.municipality.hold, now)
    store = _reading(hub, tenant) if things else None
    if store is None:
        return dict.fromkeys(things, ())
    try:
        return {thing: store.datasets_of(thing) for thing in things}
    finally:
        store.close()
