"""A hub with one unit of home care and two homes, for tests of what is agreed about them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from byalag.app import open_hub
from byalag.app._care_book import CareBook, book_of
from byalag.app._care_identity import Identities
from byalag.app._stores import declare, own_store_of
from byalag.governance import Actor, Grant, Person
from byalag.model import Observation, Series, Thing
from byalag.services.care import (
    Channel,
    ChannelSet,
    Consent,
    ConsentGiven,
    Contact,
    ContactSet,
    NoticeOpened,
    Opened,
    Reason,
    Said,
)
from byalag.store import Store

CODE = "2482"
MASTER = "en huvudnyckel som är minst trettiotvå tecken"
HOME, OTHER = "home:care:hemett0000", "home:care:hemtva0000"
ANNA, BO = "contact:care:kontakt001", "contact:care:kontakt002"
FRIDGE, BED = "sensor:skelleftea:kyl1/opened", "sensor:skelleftea:bed1/pressed"
NAME, PHONE = "Anna-kanariefågel-Ek", "+46709998877"
MINUTE, DAY = 60_000_000, 86_400_000_000
START = 1_790_000_000_000_000
STAFF = Actor(person=Person(id="p1", grants=(Grant("care_staff", CODE, "norr"),), assurance="loa3"))

_DATASET = """title = { sv = "Givare i hem" }
description = { sv = "Vad givarna i hemmen säger" }
personal_data = true
owner = "Socialnämnden"
owner_role = "Enhetschef"
legal_basis = "public-task"
retention = "90d"
subjects = { sv = "Personer med hemtjänst" }
categories = { sv = "Rörelser" }
classification = { confidentiality = 3, integrity = 3, availability = 3 }
[purposes]
care = { sv = "Trygghet hemma" }
"""
_OPEN = """title = { sv = "Öppet" }
open = true
licence = "CC0-1.0"
owner = "Kommunen"
owner_role = "Chef"
classification = { confidentiality = 0, integrity = 1, availability = 1 }
"""
_UNIT = """title = { sv = "Hemtjänst norr" }
purpose = "care"
datasets = ["homes"]
basis = { sv = "Socialtjänstlagen" }
contact = { phone = "0910-00 00 00" }
[ways]
sms = "sms-hem"
"""
FILES = {
    "hub.toml": 'name = "Omsorgen"\naddress = "http://hub.example"\n',
    "skelleftea/municipality.toml": f'code = "{CODE}"\nname = "Skellefteå"\n',
    "skelleftea/datasets/homes.toml": _DATASET,
    "skelleftea/datasets/parks.toml": _OPEN,
    "skelleftea/care/norr.toml": _UNIT,
    "skelleftea/outlets/sms-hem.toml": 'kind = "file"\nfolder = "ut"\n',
}
SEALED = '[sealing]\nmaster = "env:MASTER"\n'


def write_hub(folder: Path, *, sealed: bool = False) -> Path:
    """Write a hub folder with a unit."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + (SEALED if sealed and name == "hub.toml" else ""), "utf-8")
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Store, CareBook, Identities]]:
    """Open the municipality's store with its book, as a hub at work has them."""
    hub = open_hub(folder)
    tenant = hub.tenants[0]
    with own_store_of(hub, tenant) as store:
        book = book_of(tenant, store)
        yield store, book, Identities(CODE, store, book, lambda: START)


def fill(store: Store, folder: Path) -> None:
    """Declare the datasets, and let the sensors be heard."""
    store.publish(open_hub(folder).tenants[0].datasets).result()
    facts = [
        fact
        for series in (FRIDGE, BED)
        for fact in (
            Thing(id=series.partition("/")[0], type="Sensor", dataset="homes"),
            Series(
                id=series,
                thing=series.partition("/")[0],
                property=series.partition("/")[2],
                dataset="homes",
            ),
            Observation(series, START - DAY, 1.0),
        )
    ]
    store.commit(facts, at=START).result()


def agreed(series: str = FRIDGE, contact: str = ANNA) -> list[Said]:
    """Return what is said of a home that has a sensor, a contact and a consent."""
    return [
        Opened(unit="norr"),
        ChannelSet(channel=Channel(series=series, room="kitchen", meaning="fridge")),
        ContactSet(contact=Contact(id=contact, kind="relative")),
        ConsentGiven(
            consent=Consent(
                id="consent:care:k1",
                meanings=("fridge",),
                contacts=(contact,),
                since=START - DAY,
                text="1",
            )
        ),
    ]


NOTICE = NoticeOpened(notice="n1", kind="deviation", since=START, reason=Reason())


def spelt(name: str) -> list[bytes]:
    """Return how a name may be written in a file."""
    return [name.encode(), json.dumps(name)[1:-1].encode()]


def raw(folder: Path) -> bytes:
    """Return every byte of a folder's files."""
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


__all__ = [
    "ANNA",
    "BED",
    "BO",
    "CODE",
    "DAY",
    "FILES",
    "FRIDGE",
    "HOME",
    "MASTER",
    "MINUTE",
    "NAME",
    "NOTICE",
    "OTHER",
    "PHONE",
    "STAFF",
    "START",
    "agreed",
    "declare",
    "fill",
    "opened",
    "raw",
    "spelt",
    "write_hub",
]  # fmt: skip
