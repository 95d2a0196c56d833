"""`byalag person`: who has logged in, and which roles they have."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import click

from byalag import Misconfigured
from byalag.app import Hub, open_hub, open_people
from byalag.cli._aside import user
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.engine import SystemClock
from byalag.governance import Grant, Role
from byalag.model import Json, Micros
from byalag.store import KnownPerson, People

ROLES = get_args(Role)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@click.group()
def person() -> None:
    """See who has logged in, and give them roles or take them back. The hub may be running."""


@person.command("list")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Only those who have to do with this municipality (code).")
@shared_options
def list_people(hub: Path, municipality: str | None, out: Out) -> None:
    """List those who have logged in: pseudonym, roles, when they last did."""
    found = open_hub(hub)
    code = found.tenant(municipality).municipality.code if municipality else None
    with open_people(found) as people:
        known = people.everyone() if code is None else people.in_municipality(code)
        rows = [(one, people.roles(one.id)) for one in known]
    out.result({"people": [_told(one, roles) for one, roles in rows]})
    out.table(
        [say(name) for name in ("person", "name", "roles", "last logged in")],
        [
            (one.id, one.name or "-", ", ".join(map(_said, roles)) or "-", _when(one.last))
            for one, roles in rows
        ],
    )


@person.command("grant")
@click.argument("hub", type=HUB)
@click.argument("who", metavar="PERSON")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--municipality", help="Code of the municipality; the hub as a whole when left out.")
@click.option("--unit", default="", help="Only in this unit of the municipality.")
@shared_options
def grant(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path, who: str, role: Role, municipality: str | None, unit: str, out: Out
) -> None:
    """Give somebody who has logged in a role. It counts at once."""
    found = open_hub(hub)
    given = _grant(found, role, municipality, unit)
    with open_people(found) as people:
        _known(people, who)
        changed = people.grant(who, given, who=user(), at=_now()).result()
    out.result({"person": who, "role": _said(given), "changed": changed})
    out.line(
        say("{person} is {role} now.", person=who, role=_said(given))
        if changed
        else say("{person} was {role} already.", person=who, role=_said(given))
    )


@person.command("revoke")
@click.argument("hub", type=HUB)
@click.argument("who", metavar="PERSON")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--municipality", help="Code of the municipality; the hub as a whole when left out.")
@click.option("--unit", default="", help="Only in this unit of the municipality.")
@shared_options
def revoke(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path, who: str, role: Role, municipality: str | None, unit: str, out: Out
) -> None:
    """Take a role back. It counts at once, in open sessions too."""
    found = open_hub(hub)
    taken = _grant(found, role, municipality, unit)
    with open_people(found) as people:
        changed = people.revoke(who, taken, who=user(), at=_now()).result()
        has = ", ".join(map(_said, people.roles(who))) or say("none")
    if not changed:
        message = say("{person} is not {role}; has: {has}.", person=who, role=_said(taken), has=has)
        raise Misconfigured(message)
    out.result({"person": who, "role": _said(taken), "changed": changed})
    out.line(say("{person} is {role} no more.", person=who, role=_said(taken)))


@person.command("forget")
@click.argument("hub", type=HUB)
@click.argument("who", metavar="PERSON")
@shared_options
def forget(hub: Path, who: str, out: Out) -> None:
    """Forget somebody: name, roles and sessions. The audit keeps the pseudonym."""
    with open_people(open_hub(hub)) as people:
        _known(people, who)
        changed = people.forget(who, who=user(), at=_now()).result()
    out.result({"person": who, "changed": changed})
    out.line(say("{person} is forgotten, and logged out everywhere.", person=who))


def _grant(hub: Hub, role: Role, municipality: str | None, unit: str) -> Grant:
    code = hub.tenant(municipality).municipality.code if municipality else ""
    return Grant(role, code, unit)


def _known(people: People, who: str) -> KnownPerson:
    known = people.person(who)
    if known is None:
        message = say(
            "Nobody called {person!r} has logged in; byalag person list says who has.", person=who
        )
        raise Misconfigured(message)
    return known


def _told(one: KnownPerson, roles: tuple[Grant, ...]) -> dict[str, Json]:
    return {
        "person": one.id,
        "name": one.name,
        "provider": one.provider,
        "municipality": one.municipality,
        "lastLoggedIn": _when(one.last),
        "roles": [
            {"role": each.role, "municipality": each.municipality, "unit": each.unit}
            for each in roles
        ],
    }


def _said(grant: Grant) -> str:
    place = grant.municipality or say("the hub")
    return f"{grant.role} ({place}{', ' if grant.unit else ''}{grant.unit})"


def _when(at: Micros) -> str:
    return (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="seconds")


def _now() -> Micros:
    return SystemClock().now()
