"""A municipality where somebody is told: real stores, a real engine, a real gateway and post."""

import email
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Final, cast

import msgspec
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from byalag.app._care_anew import CareAnew
from byalag.app._care_book import CareBook
from byalag.app._care_identity import Identities, Who
from byalag.app._care_link import CareLinks
from byalag.app._care_telling import CareTelling, Place
from byalag.app._guesses import Guesses
from byalag.engine import ConnectedOutlet, Engine, durable
from byalag.model import Json, Micros, Municipality
from byalag.outlets import kinds
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
    StageSet,
    Told,
    Unit,
)
from byalag.store import Line, Note, Store
from byalag.testkit import Faulty, StoppedClock, running

CODE: Final = "2482"
HOME: Final = "home:care:7kq2m9x4"
ANNA, BO, CLIENT = "contact:care:anna2222", "contact:care:bosse222", "contact:care:klara222"
PHONES: Final = {ANNA: "+46701740605", BO: "+46701740606", CLIENT: "+46701740607"}
MAILS: Final = {ANNA: "anna@exempel.se", BO: "bo@exempel.se", CLIENT: "klara@exempel.se"}
MUNICIPALITY: Final = Municipality(
    code=CODE, name="Skellefteå", on_premises=("127.0.0.0/8",), time_zone="Europe/Stockholm"
)
BODY: Final = '{"to": "{to}", "text": "{text}", "id": "{id}"}'


def unit(**ways: str) -> Unit:
    return Unit(
        id="norr", title={"sv": "Norr"}, purpose="larm", datasets=("hem",), ways=cast("Any", ways)
    )


def contact(name: str, **more: Any) -> Contact:  # noqa: ANN401 -- whatever a contact may be
    return Contact(**{"id": name, "kind": "relative", "ways": ("sms",), **more})


def outlet(name: str, home: Path, /, **said: Any) -> ConnectedOutlet:  # noqa: ANN401 -- any file
    kind = kinds()[said["kind"]]
    settings = msgspec.convert({"receivers": "care", **said}, kind.settings)
    kind.check(settings)
    return ConnectedOutlet(
        name=name, municipality=MUNICIPALITY, kind=kind, settings=settings, home=home
    )


def gateway(server: Faulty, home: Path) -> ConnectedOutlet:
    return outlet("sms", home, kind="sms", url=server.url("/sms"), body=BODY)


def letters(port: int, home: Path) -> ConnectedOutlet:
    return outlet(
        "post",
        home,
        kind="email",
        host="127.0.0.1",
        port=port,
        tls="none",
        **{"from": "byalag@exempelstad.example"},
    )


class Post:
    """Keeps the letters that come."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(  # noqa: N802 -- the server's own word
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        letter = email.message_from_bytes(cast("bytes", envelope.content), policy=default)
        self.letters.append(letter)
        return "250 OK"


@contextmanager
def smtp(port: int) -> Iterator[Post]:
    post = Post()
    server = Controller(post, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield post
    finally:
        server.stop()


class World:
    """What one test tells people by; `write` says what has been agreed, as the terminal would."""

    def __init__(
        self, store: Store, commons: Store, clock: StoppedClock, *outlets: ConnectedOutlet
    ) -> None:
        self.store, self.clock = store, clock
        ways = {one.kind.name: one.name for one in outlets}
        self.book = CareBook(store, {"norr": unit(**ways)}, {"sensor:hem:kyl/open": "hem"})
        self.identities = Identities(CODE, store, self.book, clock.now)
        place = Place(zone="Europe/Stockholm", book=self.book, identities=self.identities)
        self.engine = Engine(
            {CODE: store},
            commons,
            [],
            clock=clock,
            secret=SECRETS.__getitem__,
            outlets=outlets,
        )
        self.guesses = Guesses(clock.now)
        self.links = CareLinks(
            {CODE: store},
            {CODE: self.book},
            clock.now,
            address="https://hub.example.se/",
            guesses=self.guesses,
            client=lambda scope: str(scope["client"][0]),
        )
        self.telling = CareTelling({CODE: place}, self.links, self.engine, clock.now)
        self.anew = CareAnew(
            {CODE: place},
            self.telling,
            clock.now,
            guesses=self.guesses,
            client=lambda scope: str(scope["client"][0]),
        )

    async def agree(
        self,
        *contacts: Contact,
        stage: Any = "telling",  # noqa: ANN401 -- any stage
        home: str = HOME,
        number: int = 0,
    ) -> None:
        """Enter a home with its contacts, where all may be told; it has learnt long enough."""
        at = self.clock.now() - 1
        lines = lines_of(home, at, *contacts, stage=stage, number=number)
        await durable(self.store.journal("care").add(lines))
        for one in contacts:
            who: Json = msgspec.to_builtins(
                Who(phone=PHONES.get(one.id, ""), email=MAILS.get(one.id, ""))
            )
            note = Note(at=at, who="test", what="identity-written", about=one.id)
            await durable(self.store.journal("care").identify(one.id, who, at=at, note=note))

    async def say(self, *said: Said) -> None:
        await self.book.say(HOME, said, who="test", at=self.clock.now())

    async def raise_(self, notice: str = "n1", kind: Any = "deviation") -> None:  # noqa: ANN401 -- any kind
        now = self.clock.now()
        await self.say(NoticeOpened(notice=notice, kind=kind, since=now, reason=Reason()))

    def told(self) -> list[tuple[str, str, str, str]]:
        """Return whom the book says were told: who, how, about what and how it went."""
        every = [one.said for one in self.book.entries(HOME)]
        return [
            (one.contact, one.way, one.about, one.outcome) for one in every if isinstance(one, Told)
        ]

    @asynccontextmanager
    async def work(self) -> AsyncGenerator[None]:
        """Run engine and telling for as long as the block lasts."""
        async with running(self.engine), running(self.telling):
            yield


def lines_of(
    home: str,
    at: Micros,
    *contacts: Contact,
    stage: Any = "telling",  # noqa: ANN401 -- any stage
    number: int = 0,
) -> list[Line]:
    """Return what is said of a home that has learnt long enough, and where all may be told."""
    series = f"sensor:hem:kyl{number or ''}/open"
    channel = Channel(series=series, room="kitchen", meaning="fridge")
    names = tuple(one.id for one in contacts)
    consent = Consent(id="c1", meanings=("fridge",), contacts=names, since=at, text="1")
    said: list[Said] = [
        Opened(unit="norr"),
        ChannelSet(channel=channel),
        *(ContactSet(contact=one) for one in contacts),
        ConsentGiven(consent=consent),
        StageSet(stage=stage),
    ]
    return [
        Line(
            subject=home,
            at=at,
            kind=type(one).__name__,
            who="test",
            document=msgspec.to_builtins(one),
        )
        for one in said
    ]


SECRETS: Final[dict[str, str]] = {}


def came(server: Faulty) -> list[tuple[str, str]]:
    """Return the text messages that a gateway has taken: to which number, saying what."""
    return [
        (said["to"], said["text"])
        for said in map(msgspec.json.decode, (a.body for a in server.asked))
    ]
