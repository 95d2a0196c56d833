"""What developers see of the tests' hub: products in every state, and an application in use."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from starlette.types import Scope

from byalag.app._face import Part
from byalag.app._portal import portal
from byalag.governance import Grant, Key, Life, Person, Plan, Product, ProductChange
from byalag.model import Contact, Micros
from byalag.pages import View
from byalag.store import ApiKeys, Applications, Counted, Operated, Register, Registered, Usage, Wish

PERSON = Person(
    id="p-utvecklare", name="Test", grants=(Grant("steward", "2482"),), assurance="loa3"
)
APPLICATION = "a1b2c3d4e5f60718"
PREFIX = "0123456789abcdef"
USUAL = Plan(title={"sv": "Vanlig", "en": "Usual"}, rate=10, burst=20, quota=100_000)
PRODUCTS = {
    one.id: one
    for one in (
        Product(
            id="open",
            title={"sv": "Öppna svar", "en": "Open answers"},
            description={"sv": "Bad och parkering.", "en": "Baths and parking."},
            apis=("baths", "parking"),
            plans={"anybody": Plan(rate=2, burst=10), "usual": USUAL},
            versions={
                "parking/v1": Life(
                    state="deprecated",
                    deprecated=date(2026, 7, 1),
                    sunset=date(2027, 7, 1),
                    successor="datex",
                )
            },
            changes=(
                ProductChange(at=date(2026, 6, 1), text={"sv": "Först ut.", "en": "The first."}),
            ),
            contact=Contact(email="api@example.org"),
        ),
        Product(
            id="own",
            title={"sv": "Egna mätvärden", "en": "Own measurements"},
            apis=("sensorthings",),
            municipality="2482",
            plans={"staff": Plan(rate=5, approval=True)},
        ),
        Product(id="coming", title={"sv": "Snart", "en": "Soon"}, apis=("files",), state="draft"),
    )
}
OWN = (
    "/utvecklare/applikationer",
    "/utvecklare/slapp-in",
    "/utvecklare/produkter/coming",
    "/en/developers/applications",
    "/en/developers/let-in",
    "/en/developers/products/coming",
)


def person(scope: Scope) -> Person | None:
    """Return the one developer, at the pages where somebody has to be logged in."""
    return PERSON if scope["path"].startswith(OWN) else None


def part(folder: Path, view: View, who: Callable[[Scope], Person | None] = person) -> Part:
    """Return the developers' pages of a hub whose register is in a folder."""
    register = Register(folder / "hub.sqlite")
    fill(register, view.now())
    return portal(PRODUCTS, register, view, who)


def fill(register: Register, now: Micros) -> None:
    """Register an application that has a key, waits for a product and has been used."""
    applications = Applications(register)
    if applications.find(APPLICATION):
        return
    owner = PERSON.id
    new = Registered(
        id=APPLICATION,
        owner=owner,
        name="Badappen",
        organisation="Företaget",
        contact="dev@example.org",
        purpose="Visar hur varmt vattnet är.",
        created=now,
    )
    applications.register(new).result()
    wish = Wish(application=APPLICATION, product="open", plan="usual", state="let-in", asked=now)
    applications.wish(wish, owner).result()
    waits = Wish(application=APPLICATION, product="own", plan="staff", state="waiting", asked=now)
    applications.wish(waits, owner).result()
    key = Key(prefix=PREFIX, sha256="0" * 64, application=APPLICATION, note="Servern")
    ApiKeys(register).put(key, at=now, who=f"person {owner}").result()
    what = Operated("baths", "v1", "findBathingPlaces", APPLICATION)
    hour = 3_600_000_000
    counted = {
        (now - ago * 24 * hour, what): Counted(good=40 + ago, refused=ago, latency={40: 40})
        for ago in range(3)
    }
    Usage(register).add(counted).result()
