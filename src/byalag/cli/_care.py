"""`byalag care`: homes that are watched because somebody wishes it, from the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from byalag.app import open_hub
from byalag.cli._aside import MUNICIPALITY, time_of, user
from byalag.cli._care_agreed import channel, consent, contact, identify
from byalag.cli._care_days import away, back, onward, stage, visiting
from byalag.cli._care_evaluate import tried
from byalag.cli._care_rehearse import rehearsed
from byalag.cli._care_words import HOME, desk, told_home
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, camel, shared_options

if TYPE_CHECKING:
    from byalag.services.care import Home


@click.group()
def care() -> None:
    """Watch homes of people who have asked for it, and try the model on public logs."""


@care.command("units")
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@shared_options
def units(hub: Path, municipality: str | None, out: Out) -> None:
    """List the units of home care that the hub folder declares."""
    found = open_hub(hub)
    tenants = (found.tenant(municipality),) if municipality else found.tenants
    rows = [(t.municipality.code, one) for t in tenants for one in t.units.values()]
    out.result({"units": [{"municipality": code, **_camel(one)} for code, one in rows]})
    out.table(
        [say(name) for name in ("municipality", "unit", "title", "datasets", "ways", "budget")],
        [
            (
                code,
                one.id,
                one.title.get(language()) or next(iter(one.title.values()), "-"),
                ", ".join(one.datasets),
                ", ".join(one.ways) or "-",
                f"{one.budget:g}",
            )
            for code, one in rows
        ],
    )


@care.group("home")
def home() -> None:
    """Enter, list, show and close homes."""


@home.command("new")
@click.argument("hub", type=HUB)
@click.argument("unit")
@click.option("--residents", type=click.IntRange(1, 20), default=1, help="How many live there.")
@click.option("--pets", is_flag=True, help="A pet may be what a sensor sees.")
@MUNICIPALITY
@shared_options
def new(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    unit: str,
    residents: int,
    pets: bool,  # noqa: FBT001 -- click's signature
    municipality: str | None,
    out: Out,
) -> None:
    """Enter a home in a unit. Answers its pseudonym; nothing is watched before there is consent."""
    from byalag.services.care import Household  # noqa: PLC0415 -- only when a home is entered

    with desk(hub, municipality, user()) as opened:
        id_ = opened.open(unit, Household(residents=residents, pets=pets))
    out.result({"home": id_, "unit": unit})
    out.line(id_)


@home.command("list")
@click.argument("hub", type=HUB)
@click.option("--unit", help="Name of a unit; all of them when left out.")
@MUNICIPALITY
@shared_options
def list_homes(hub: Path, unit: str | None, municipality: str | None, out: Out) -> None:
    """List homes by pseudonym: stage, how much is agreed, and what is open."""
    with desk(hub, municipality, user()) as opened:
        now, homes = opened.now(), opened.book.homes(unit)
    out.result({"homes": [_listed(one, now) for one in homes]})
    head = ("home", "unit", "stage", "channels", "contacts", "consents", "notices", "open")
    out.table(
        [say(name) for name in head],
        [
            (
                one.id,
                one.unit,
                one.stage,
                f"{len(one.watched(now))}/{len(one.channels)}",
                f"{len(one.told_to(now))}/{len(one.contacts)}",
                str(len(one.agreed(now))),
                str(len(one.notices)),
                say("yes") if one.open else "-",
            )
            for one in homes
        ],
    )


@home.command("show")
@click.argument("hub", type=HUB)
@HOME
@click.option("--history", is_flag=True, help="Also all that has been said, when and by whom.")
@MUNICIPALITY
@shared_options
def show(
    hub: Path,
    home: str,
    history: bool,  # noqa: FBT001 -- click's signature
    municipality: str | None,
    out: Out,
) -> None:
    """Show a home as it is agreed now. That it was read is written in the audit."""
    import msgspec  # noqa: PLC0415 -- only when a home is shown

    with desk(hub, municipality, user()) as opened:
        found, now = opened.read(home), opened.now()
        entries = opened.book.entries(home) if history else []
        hinders = opened.book.hinders(home, now)
    listed = [msgspec.to_builtins(one) for one in entries]
    answer = {**_listed(found, now), "agreed": msgspec.to_builtins(found)}
    out.result({**answer, "hinders": list(hinders), "history": listed})
    for line in told_home(found, hinders, now):
        out.line(line)
    for one in entries:
        out.line(f"{time_of(one.at)}  {type(one.said).__name__}  {one.who}")


@home.command("close")
@click.argument("hub", type=HUB)
@HOME
@MUNICIPALITY
@shared_options
def close(hub: Path, home: str, municipality: str | None, out: Out) -> None:
    """Watch a home no more. `byalag subject erase` takes away what is known of it."""
    from byalag.services.care import Closed  # noqa: PLC0415 -- only when a home is closed

    with desk(hub, municipality, user()) as opened:
        opened.say(home, Closed())
    out.result({"home": home, "open": False})
    out.line(say("{home} is watched no more.", home=home))


for _command in (channel, contact, identify, consent, stage, onward, away, back, visiting, tried):
    care.add_command(_command)
care.add_command(rehearsed)


def _listed(one: "Home", now: int) -> dict[str, object]:
    return {
        "home": one.id,
        "unit": one.unit,
        "stage": one.stage,
        "open": one.open,
        "channels": sorted(one.channels),
        "watched": sorted(one.watched(now)),
        "contacts": sorted(one.contacts),
        "toldTo": sorted(one.told_to(now)),
        "consents": [each.id for each in one.agreed(now)],
        "notices": sorted(one.notices),
        "away": one.away,
        "visiting": one.visiting,
    }


def _camel(unit: object) -> dict[str, object]:
    return cast("dict[str, object]", camel(unit))
