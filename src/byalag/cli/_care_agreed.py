"""`byalag care`: channels, contacts, who they are, and consent."""

import asyncio
import tomllib
from pathlib import Path
from typing import Any, BinaryIO, get_args

import click
import msgspec

from byalag import Misconfigured
from byalag.cli._aside import MUNICIPALITY, user
from byalag.cli._care_words import HOME, desk, moment
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.services.care import (
    ROOMS,
    Channel,
    ChannelGone,
    ChannelSet,
    Consent,
    ConsentGiven,
    ConsentWithdrawn,
    Contact,
    ContactGone,
    ContactSet,
    Counts,
    Meaning,
    Sight,
    Way,
)

MEANINGS = get_args(Meaning)
_LONGEST = 20_000  # bytes of what says who somebody is


@click.group("channel")
def channel() -> None:
    """Which sensor is where in a home, and what it means."""


@channel.command("set")
@click.argument("hub", type=HUB)
@HOME
@click.argument("series")
@click.option("--room", type=click.Choice(ROOMS), required=True, help="Where it is.")
@click.option("--meaning", type=click.Choice(MEANINGS), required=True, help="What it tells of.")
@click.option(
    "--counts",
    type=click.Choice(get_args(Counts)),
    default="each",
    show_default=True,
    help="What is a sign: each value above the limit, a rise, a change, a growth.",
)
@click.option("--above", type=float, default=0.5, show_default=True, help="The limit.")
@click.option(
    "--heartbeat", default="1h", show_default=True, help="How often it is heard at least."
)
@click.option("--not-essential", is_flag=True, help="The home can be judged without it.")
@click.option("--watched", is_flag=True, help="It is also judged by itself.")
@click.option("--gateway", default="", help="The gateway that it is heard through.")
@MUNICIPALITY
@shared_options
def set_channel(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    home: str,
    series: str,
    room: Any,  # noqa: ANN401 -- click has checked it
    meaning: Any,  # noqa: ANN401 -- click has checked it
    counts: Any,  # noqa: ANN401 -- click has checked it
    above: float,
    heartbeat: str,
    not_essential: bool,  # noqa: FBT001 -- click's signature
    watched: bool,  # noqa: FBT001 -- click's signature
    gateway: str,
    municipality: str | None,
    out: Out,
) -> None:
    """Say where a sensor is and what it means; what was said of it before is replaced."""
    said = Channel(
        series=series,
        room=room,
        meaning=meaning,
        counts=counts,
        above=above,
        heartbeat=heartbeat,
        essential=not not_essential,
        watched=watched,
        gateway=gateway,
    )
    with desk(hub, municipality, user()) as opened:
        now = opened.say(home, ChannelSet(channel=said))
        covered = series in now.watched(opened.now())
    out.result({"home": home, "series": series, "watched": covered})
    out.line(say("{series} is a channel of {home}.", series=series, home=home))
    if not covered:
        out.message(say("No consent in force covers it, so nothing is watched by it."))


@channel.command("remove")
@click.argument("hub", type=HUB)
@HOME
@click.argument("series")
@MUNICIPALITY
@shared_options
def remove_channel(hub: Path, home: str, series: str, municipality: str | None, out: Out) -> None:
    """Take a sensor away from a home."""
    with desk(hub, municipality, user()) as opened:
        opened.say(home, ChannelGone(series=series))
    out.result({"home": home, "series": series})
    out.line(say("{series} is no channel of {home} any more.", series=series, home=home))


@click.group("contact")
def contact() -> None:
    """Who may be told of a home, by pseudonym."""


@contact.command("set")
@click.argument("hub", type=HUB)
@HOME
@click.option("--contact", "id_", help="Pseudonym of a contact to change; a new one is drawn else.")
@click.option(
    "--kind", type=click.Choice(("client", "relative", "staff")), required=True, help="Who it is."
)
@click.option(
    "--may",
    multiple=True,
    type=click.Choice(get_args(Sight)),
    default=("state",),
    show_default=True,
    help="What they may see. Can be given several times.",
)
@click.option(
    "--way",
    "ways",
    multiple=True,
    type=click.Choice(get_args(Way)),
    default=("sms",),
    show_default=True,
    help="How they are told. Can be given several times.",
)
@click.option(
    "--step", type=click.IntRange(1, 9), default=1, help="Those of step 1 are told first."
)
@click.option("--wait", help="How long the next step waits; as the unit says when left out.")
@click.option("--quiet", help="Local hours when nothing is sent, as 22:00-07:00.")
@click.option("--language", "speaks", default="sv", show_default=True, help="Their language.")
@click.option("--technical", is_flag=True, help="Also told of sensors that are not heard.")
@click.option("--person", default="", help="Pseudonym that they log in as.")
@click.option("--may-be-away", is_flag=True, help="They may say that nobody is at home.")
@MUNICIPALITY
@shared_options
def set_contact(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    home: str,
    id_: str | None,
    kind: Any,  # noqa: ANN401 -- click has checked it
    may: Any,  # noqa: ANN401 -- click has checked it
    ways: Any,  # noqa: ANN401 -- click has checked it
    step: int,
    wait: str | None,
    quiet: str | None,
    speaks: str,
    technical: bool,  # noqa: FBT001 -- click's signature
    person: str,
    may_be_away: bool,  # noqa: FBT001 -- click's signature
    municipality: str | None,
    out: Out,
) -> None:
    """Say how somebody may be told; they are told only if a consent in force names them."""
    from byalag.app import drawn  # noqa: PLC0415 -- only when a contact is set

    with desk(hub, municipality, user()) as opened:
        unit = opened.book.unit(home)
        hours = tuple(quiet.split("-")) if quiet else unit.quiet if unit else None
        known = id_ or drawn("contact")
        said = Contact(
            id=known,
            kind=kind,
            may=may,
            ways=ways,
            step=step,
            wait=wait or (unit.wait if unit else "30m"),
            quiet=hours,  # type: ignore[arg-type]  # the book refuses what are no two times
            language=speaks,
            technical=technical,
            person=person,
            away=may_be_away,
        )
        opened.say(home, ContactSet(contact=said))
    out.result({"home": home, "contact": known})
    out.line(known)


@contact.command("remove")
@click.argument("hub", type=HUB)
@HOME
@click.argument("contact")
@MUNICIPALITY
@shared_options
def remove_contact(hub: Path, home: str, contact: str, municipality: str | None, out: Out) -> None:
    """Tell somebody no more; who they are is forgotten."""
    with desk(hub, municipality, user()) as opened:
        opened.say(home, ContactGone(contact=contact))
    out.result({"home": home, "contact": contact})
    out.line(say("{contact} is told no more, and forgotten.", contact=contact))


@click.command("identify")
@click.argument("hub", type=HUB)
@HOME
@click.option("--contact", "id_", help="Pseudonym of a contact; the home itself when left out.")
@click.option(
    "--file",
    type=click.File("rb"),
    default="-",
    help="File with name, address, phone and email (TOML); standard input when left out.",
)
@MUNICIPALITY
@shared_options
def identify(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path, home: str, id_: str | None, file: BinaryIO, municipality: str | None, out: Out
) -> None:
    """Write down who a home or a contact is, apart from all else. Never given as an argument."""
    from byalag.app import Who  # noqa: PLC0415 -- only when somebody is identified

    given = file.read(_LONGEST)
    try:
        who = msgspec.convert(tomllib.loads(given.decode()), Who)
    except (ValueError, msgspec.ValidationError) as error:
        message = say(
            'Write name, address, phone and email as lines such as: phone = "+46701740605" '
            "({why}).",
            why=str(error),
        )
        raise Misconfigured(message) from error
    with desk(hub, municipality, user()) as opened:
        unit = opened.book.unit(home)
        purpose = unit.purpose if unit else ""
        writing = opened.identities.write(home, id_, who, actor=opened.actor, purpose=purpose)
        asyncio.run(writing)
    out.result({"home": home, "subject": id_ or home})
    out.line(say("It is written down who {subject} is.", subject=id_ or home))


@click.group("consent")
def consent() -> None:
    """What the client has agreed to. Nothing is watched or told without it."""


@consent.command("give")
@click.argument("hub", type=HUB)
@HOME
@click.option(
    "--meaning",
    "meanings",
    multiple=True,
    required=True,
    type=click.Choice(MEANINGS),
    help="What may be watched. Can be given several times.",
)
@click.option(
    "--contact", "contacts", multiple=True, help="Who may be told. Can be given several times."
)
@click.option("--until", help="Until when, as 2027-06-30; until it is withdrawn when left out.")
@click.option(
    "--by",
    type=click.Choice(("client", "representative")),
    default="client",
    show_default=True,
    help="Who agrees.",
)
@click.option(
    "--how",
    type=click.Choice(("written", "spoken", "e-identity")),
    default="written",
    show_default=True,
    help="How it is known.",
)
@click.option("--text", help="Version of the words agreed to; the unit's own when left out.")
@MUNICIPALITY
@shared_options
def give(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    home: str,
    meanings: Any,  # noqa: ANN401 -- click has checked it
    contacts: tuple[str, ...],
    until: str | None,
    by: Any,  # noqa: ANN401 -- click has checked it
    how: Any,  # noqa: ANN401 -- click has checked it
    text: str | None,
    municipality: str | None,
    out: Out,
) -> None:
    """Write down what the client has agreed to, from now on."""
    from byalag.app import drawn  # noqa: PLC0415 -- only when consent is given

    id_ = drawn("consent")
    with desk(hub, municipality, user()) as opened:
        unit = opened.book.unit(home)
        said = Consent(
            id=id_,
            meanings=meanings,
            contacts=contacts,
            since=opened.now(),
            until=moment(until, opened.tenant.municipality.time_zone) if until else None,
            by=by,
            how=how,
            text=text or (unit.text if unit else ""),
        )
        opened.say(home, ConsentGiven(consent=said))
    out.result({"home": home, "consent": id_})
    out.line(id_)


@consent.command("withdraw")
@click.argument("hub", type=HUB)
@HOME
@click.argument("consents", nargs=-1, metavar="[CONSENT]...")
@MUNICIPALITY
@shared_options
def withdraw(
    hub: Path, home: str, consents: tuple[str, ...], municipality: str | None, out: Out
) -> None:
    """Withdraw consents, all of a home's when none is named. It counts at once."""
    with desk(hub, municipality, user()) as opened:
        found = opened.book.home(home)
        named = consents or tuple(found.consents if found else ())
        opened.say(home, *(ConsentWithdrawn(consent=one) for one in named))
    out.result({"home": home, "consents": list(named)})
    out.line(say("{count} withdrawn. Nothing is watched or told by it any more.", count=len(named)))
