"""Who may see which homes: the one decision, asked of a unit for its own purpose each time."""

from collections.abc import Sequence

from msgspec import structs
from starlette.exceptions import HTTPException
from starlette.requests import Request

from byalag.governance import Action, Actor, Grant, Resource, Role, decide
from byalag.model import Micros
from byalag.pages.care._ports import Care, Ward
from byalag.services.care import Contact, Home, HomeId


def may(  # noqa: PLR0913, PLR0917 -- who does what where, and in which role
    care: Care,
    actor: Actor,
    action: Action,
    ward: Ward,
    now: Micros,
    role: Role,
    home: HomeId | None = None,
) -> bool:
    """Decide whether somebody may do something in a unit by one of their roles, and tell of it."""
    unit = ward.unit
    resource = Resource(
        matter="care",
        municipality=ward.municipality,
        purpose=unit.purpose,
        purposes=(unit.purpose,),
        within=(unit.id,) if home is None else (unit.id, home),
    )
    decision = decide(_narrowed(actor, role), action, resource, now)
    care.noted(actor, action, ward, decision)
    return decision.allowed


def wards_of(care: Care, actor: Actor, now: Micros) -> list[Ward]:
    """Return the units whose homes somebody may see as staff."""
    codes = {one.municipality for one in _narrowed_grants(actor, "care_staff")}
    mine = [one for one in care.wards() if one.municipality in codes]
    return [one for one in mine if may(care, actor, "read", one, now, "care_staff")]


def ward_of(care: Care, request: Request, now: Micros) -> Ward:
    """Return the unit that an address names, if whoever asks may see it, or change it by a form.

    Raises:
        HTTPException: they may not, or there is none: to them there is no such page.
    """
    named = (request.path_params["municipality"], request.path_params["unit"])
    ward = next((one for one in care.wards() if (one.municipality, one.unit.id) == named), None)
    action: Action = "write" if request.method == "POST" else "read"
    actor: Actor = request.scope["actor"]
    if ward is None or not may(care, actor, action, ward, now, "care_staff"):
        raise HTTPException(404)
    return ward


def home_in(care: Care, ward: Ward, request: Request) -> Home:
    """Return the home that an address names, in a unit that whoever asks may see.

    Raises:
        HTTPException: there is no such home in the unit.
    """
    home = care.book(ward.municipality).home(request.path_params["home"])
    if home is None or home.unit != ward.unit.id:
        raise HTTPException(404)
    return home


def own_homes(
    care: Care, actor: Actor, now: Micros, action: Action = "read"
) -> list[tuple[Ward, Home, Contact]]:
    """Return the homes where whoever has logged in is a contact who may be told, and has the role.

    Both are asked for: the role that an administrator has given for the home, and the consent that
    names the contact.
    """
    wards = {(one.municipality, one.unit.id): one for one in care.wards()}
    codes = {code for code, _ in wards}
    found: list[tuple[Ward, Home, Contact]] = []
    for grant in _narrowed_grants(actor, "relative"):
        known = grant.municipality in codes
        home = care.book(grant.municipality).home(grant.unit) if known else None
        ward = wards.get((grant.municipality, home.unit)) if home is not None else None
        contact = contact_of(home, actor, now) if home is not None else None
        if home is None or ward is None or contact is None:
            continue
        if may(care, actor, action, ward, now, "relative", home.id):
            found.append((ward, home, contact))
    return found


def contact_of(home: Home, actor: Actor, now: Micros) -> Contact | None:
    """Return the contact that whoever has logged in is, if they may be told."""
    person = actor.person
    if person is None:
        return None
    found = (one for one in home.told_to(now).values() if one.person == person.id)
    return next(found, None)


def is_staff(actor: Actor, wards: Sequence[Ward]) -> bool:
    """Tell whether somebody has a role as staff where there are units."""
    codes = {one.municipality for one in wards}
    return any(one.municipality in codes for one in _narrowed_grants(actor, "care_staff"))


def _narrowed(actor: Actor, role: Role) -> Actor:
    """Return somebody with the one role that an address is for, and with no other."""
    if actor.person is None:
        return actor
    grants = _narrowed_grants(actor, role)
    return structs.replace(actor, person=structs.replace(actor.person, grants=grants))


def _narrowed_grants(actor: Actor, role: Role) -> tuple[Grant, ...]:
    if actor.person is None:
        return ()
    return tuple(one for one in actor.person.grants if one.role == role)
