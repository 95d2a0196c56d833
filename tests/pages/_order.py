"""What stewards see of the tests' hub: a dataset that lacks nothing, one with gaps, one on people.

Ånge has a dataset too, and the steward of these tests is of Skellefteå.
"""

from pathlib import Path

from msgspec.structs import replace
from starlette.types import Scope

from byalag.app import Hub, HubSettings, Tenant
from byalag.app._face import Part
from byalag.app._read_outlet import DeclaredOutlet
from byalag.app._read_source import Declared
from byalag.app._stewardship import ordered
from byalag.governance import Grant, Person
from byalag.model import Contact, Dataset, Klassa, Micros, Municipality
from byalag.outlets import On, kinds
from byalag.outlets.webhook import Settings
from byalag.pages import View
from byalag.sources import settle
from byalag.store import METRICS, Share, Store
from tests.pages._hub import DATASETS, TOWNS

STEWARD = Person(id="p-ordning", name="Test", grants=(Grant("steward", "2482"),))
PAGES = ("/ordning", "/en/order")
CANARY = "Hemligheten i Ånge"
DAY = 86_400_000_000
CARE = Dataset(
    id="alarms",
    title={"sv": "Trygghetslarm", "en": "Safety alarms"},
    personal_data=True,
    owner="Skellefteå kommun",
    classification=Klassa(confidentiality=3, integrity=3, availability=3),
    legal_basis="public-task",
    purposes={"home-care": {"sv": "Trygghet hemma", "en": "Safety at home"}},
    subjects={"sv": "Omsorgstagare", "en": "People in care"},
    categories={"sv": "Larm och tider", "en": "Alarms and times"},
    recipients=("larmcentralen",),
    retention="90d",
)


def person(scope: Scope) -> Person | None:
    """Return the steward, at the steward's pages."""
    return STEWARD if scope["path"].startswith(PAGES) else None


def part(folder: Path, view: View, store: Store) -> Part:
    """Return the stewards' pages."""
    measure(store, view.now())
    return ordered(hub(folder), view, {"2482": store})


def measure(store: Store, now: Micros) -> None:
    """Say how good parking was for a while, with a gap."""
    store.publish(DATASETS).result()
    today = now - now % DAY
    shares = [
        Share(metric, today - back * DAY, 90 + back % 7, 100)
        for metric in METRICS[:3]
        for back in range(20)
        if back not in {4, 5}
    ]
    store.quality.keep("parking", shares).result()


def hub(folder: Path) -> Hub:
    """Return the settings of a hub of two municipalities."""
    towns = {town.code: town for town in TOWNS}
    answers = Contact(name="Skellefteå kommun", email="data@skelleftea.example")
    home = replace(towns["2482"], contact=answers)
    class_ = Klassa(confidentiality=0, integrity=1, availability=1)
    whole = replace(DATASETS["bathing-places"], classification=class_, owner_role="miljöchef")
    secret = Dataset(id="ange-secret", title={"sv": CANARY})
    datasets = {"bathing-places": whole, "parking": DATASETS["parking"], "alarms": CARE}
    return Hub(
        folder=folder,
        settings=HubSettings(name="Prov"),
        tenants=(
            tenant(folder, home, datasets, source(), outlet()),
            tenant(folder, towns["2260"], {"ange-secret": secret}),
        ),
    )


def tenant(
    folder: Path,
    municipality: Municipality,
    datasets: dict[str, Dataset],
    source: Declared | None = None,
    outlet: DeclaredOutlet | None = None,
) -> Tenant:
    """Return a municipality with datasets, a source and an outlet."""
    return Tenant(
        folder=folder,
        municipality=municipality,
        datasets=datasets,
        declared=datasets,
        sources=(source,) if source else (),
        outlets=(outlet,) if outlet else (),
        facts=(),
    )


def source() -> Declared:
    """Return a source whose class and supplier are its own."""
    table = {
        "kind": "http-json",
        "dataset": "parking",
        "url": "https://parking.example/lots?key={secret:env:PARKING_KEY}",
        "title": {"sv": "Parkeringsbolaget", "en": "The parking company"},
        "thing": {"type": "OffStreetParking", "id": "{id}"},
        "series": [{"name": "availableSpotNumber", "value": "free", "at": "$received"}],
        "governance": {
            "owner": "Parkeringsbolaget AB",
            "supplier": {"name": "Givarfirman", "country": "US", "contract_until": "2025-12-31"},
            "series": {"availableSpotNumber": {"owner_role": "tekniker"}},
        },
    }
    kind, settings = settle(table, name="kalla-ok")
    return Declared(name="kalla-ok", file="kalla-ok.toml", kind=kind, settings=settings)


def outlet() -> DeclaredOutlet:
    """Return an outlet that tells of alarms."""
    settings = Settings(
        kind="webhook",
        url="https://larm.example/in/{secret:env:LARM}",
        title={"sv": "Larmcentralen"},
        on=On(datasets=("alarms",), observations="every"),
    )
    kind = kinds()["webhook"]
    return DeclaredOutlet(name="larmcentralen", file="x.toml", kind=kind, settings=settings)
