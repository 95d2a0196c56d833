"""A person's data, taken out in one file or erased: what GDPR's articles 15, 17 and 20 give.

A person is known here by a thing: a home, an alarm, somebody's place. Whoever asks says for what
purpose, the one decision function says whether they may, and the answer is written down whichever
it is.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from byalag import ByalagError
from byalag.app._care_subject import Belongings, belongings, told_of
from byalag.app._erase_export import Exported, write_subject
from byalag.app._hub import Hub, Tenant
from byalag.app._keeping import kept_by
from byalag.app._mending import own_store, sources_of
from byalag.engine import SystemClock, finish, without
from byalag.governance import (
    Action,
    Actor,
    Grant,
    NotAllowed,
    Person,
    Resource,
    decide,
    holds_at,
    things_held,
)
from byalag.model import Json, Micros
from byalag.store import Erased, Note, Rewritten, Sealed, Store

RIGHTS: Final = "data-subject-rights"  # the purpose that every controller has: GDPR, chapter III


class NoSuchSubject(ByalagError):
    """There is nothing about this thing in the municipality's store."""

    exit_code = 4


class OnHold(ByalagError):
    """Nothing is erased while a hold says that it must be kept."""

    exit_code = 6


class Found(Struct, frozen=True):
    """What there is of a thing: its series, and the deliveries that tell of it without it.

    Of a home there is more that belongs to it.
    """

    series: Sequence[str]
    rewritten: Sequence[Rewritten]
    more: Belongings


def at_the_terminal(user: str, municipality: str) -> Actor:
    """Return who works at the terminal: whoever reads the hub's own files is its steward there."""
    grants = (Grant("steward", municipality),)
    return Actor(person=Person(id=f"terminal:{user}", grants=grants, assurance="loa4"))


def export_subject(  # noqa: PLR0913 -- one parameter for each thing that can be asked for
    hub: Hub, code: str | None, thing: str, *, actor: Actor, purpose: str, file: Path
) -> Exported:
    """Write all that is known of a person to one file.

    Raises:
        NotAllowed: Whoever asks may not, or not for this purpose.
        NoSuchSubject: There is nothing about the thing.
    """
    tenant, now = hub.one_tenant(code), SystemClock().now()
    with own_store(hub, tenant) as store:
        _decided(store, tenant, thing, "read", actor, purpose, now)
        found = _found(store, tenant, thing)
        more = told_of(store, tenant.units, thing)
        done = write_subject(store, thing, found.series, found.rewritten, file, more)
        _note(store, now, actor, "export-subject", thing, purpose)
    return done


def erase_subject(hub: Hub, code: str | None, thing: str, *, actor: Actor, purpose: str) -> Erased:
    """Erase all that is known of a person, here and for the backups; return how much that was.

    With a home go those who were told of it and its devices, but for those that another home has.

    Raises:
        NotAllowed: Whoever asks may not, or not for this purpose.
        NoSuchSubject: There is nothing about the thing.
        OnHold: A hold says that it must be kept.
    """
    tenant, now = hub.one_tenant(code), SystemClock().now()
    with own_store(hub, tenant) as store:
        _decided(store, tenant, thing, "write", actor, purpose, now)
        _refuse_held(store, tenant, thing, now)
        found = _found(store, tenant, thing)
        line = Note(
            at=now, who=actor.name, what="erase-subject", about="", details={"purpose": purpose}
        )
        also = (*found.more.devices, *found.more.contacts)
        erased = store.erase(thing, found.rewritten, line, also).result()
        for one in (thing, *also):
            store.shred_person(one, found.rewritten, now)
        finish(store, kept_by(hub, tenant), now)
    return replace(erased, left=found.more.left)


def erase_again(hub: Hub, tenant: Tenant, store: Store, *, who: str, now: Micros) -> int:
    """Erase whom a backup from before has brought back, though erased; return how many.

    What can no longer be opened tells of nobody: its keys went when they were erased.
    """
    risen = store.risen()
    for thing in risen:
        found = _found(store, tenant, thing)
        details: dict[str, Json] = {"purpose": RIGHTS, "why": "a backup brought it back"}
        line = Note(at=now, who=who, what="erase-subject", about="", details=details)
        store.erase(thing, found.rewritten, line).result()
        store.shred_person(thing, found.rewritten, now)
    if risen:
        finish(store, kept_by(hub, tenant), now)
    return len(risen)


def _decided(  # noqa: PLR0913, PLR0917 -- these are the parts of one decision
    store: Store,
    tenant: Tenant,
    thing: str,
    action: Action,
    actor: Actor,
    purpose: str,
    now: Micros,
) -> None:
    more = belongings(store, tenant.units, thing)
    datasets = _datasets(store, thing, more)
    declared = {p for id_ in datasets if (d := tenant.datasets.get(id_)) for p in d.purposes}
    resource = Resource(
        matter="personal",
        municipality=tenant.municipality.code,
        purpose=purpose,
        purposes=tuple(sorted({RIGHTS, *declared, *filter(None, [more.purpose])})),
    )
    decision = decide(actor, action, resource, now)
    if not decision.allowed:
        _note(store, now, actor, "refused", thing, purpose, why=decision.why)
        raise NotAllowed(decision.why)


def _note(  # noqa: PLR0913, PLR0917 -- these are the parts of one line
    store: Store, now: Micros, actor: Actor, what: str, thing: str, purpose: str, why: str = ""
) -> None:
    details = {"purpose": purpose} | ({"why": why} if why else {})
    store.note(Note(at=now, who=actor.name, what=what, about=thing, details=details)).result()


def _refuse_held(store: Store, tenant: Tenant, thing: str, now: Micros) -> None:
    holds, more = tenant.municipality.hold, belongings(store, tenant.units, thing)
    datasets, held = set(_datasets(store, thing, more)), things_held(holds, now)
    of_things = next((held[one] for one in (thing, *more.devices) if one in held), "")
    why = of_things or next(
        (one.why for one in holds if one.dataset in datasets and holds_at(one, now)), ""
    )
    if why:
        message = f"nothing of {thing} is erased while it is on hold: {why}"
        raise OnHold(message)


def _found(store: Store, tenant: Tenant, thing: str) -> Found:
    more = belongings(store, tenant.units, thing)
    things = (thing, *more.devices)
    series = sorted(id_ for one in things for id_ in store.series_of_thing(one))
    datasets = set(_datasets(store, thing, more))
    sources = sources_of(tenant)
    told = [one for one in sources if not datasets or one.settings.dataset in datasets]
    names = {one.name for one in told} | {"push"}
    every = sorted(seq for name in names for seq, _, _ in store.translated(name, 0))
    seqs = [seq for seq in every if _opens(store, seq)]
    begins = tuple(f"{one}/" for one in things)

    def gone(id_: str) -> bool:
        return id_ in things or id_ in series or id_.startswith(begins)

    rewritten = list(without(store, sources, seqs, gone))
    if not (datasets or series or rewritten or more.there):
        message = f"there is nothing about {thing} in {tenant.municipality.code}"
        raise NoSuchSubject(message)
    return Found(series, rewritten, more)


def _datasets(store: Store, thing: str, more: Belongings) -> list[str]:
    """Return the datasets that describe a thing, or what belongs to it."""
    found = {id_ for one in (thing, *more.devices) for id_ in store.datasets_of(one)}
    for one in more.devices:
        declared = (store.series(id_) for id_ in store.series_of_thing(one))
        found |= {each.dataset for each in declared if each is not None}
    return sorted(found)


def _opens(store: Store, seq: int) -> bool:
    """Tell whether a delivery can be read: not one that was sealed by a key that is destroyed."""
    try:
        store.delivery(seq)
    except Sealed:
        return False
    return True
