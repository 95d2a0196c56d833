"""`byalag care`: stages, and days that are not as others."""

import asyncio
from pathlib import Path
from typing import Any

import click

from byalag.cli._aside import MUNICIPALITY, time_of, user
from byalag.cli._care_words import HOME, desk, moment
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.services.care import HINDRANCES, STAGES, Away, Back, StageSet, Visiting

UNTIL = click.option("--until", required=True, help="Until when: 2026-12-24 or 2026-12-24T18:00.")
FOUND_WRONG = 3


@click.command("stage")
@click.argument("hub", type=HUB)
@HOME
@click.argument("stage", type=click.Choice(STAGES))
@MUNICIPALITY
@shared_options
def stage(hub: Path, home: str, stage: Any, municipality: str | None, out: Out) -> None:  # noqa: ANN401 -- click has checked it
    """Put a home in a stage: learning, silent (only staff see) or telling. Back at any time."""
    with desk(hub, municipality, user()) as opened:
        opened.say(home, StageSet(stage=stage))
    out.result({"home": home, "stage": stage})
    out.line(say("{home} is {stage} now.", home=home, stage=stage))


@click.command("onward")
@click.argument("hub", type=HUB)
@click.argument("homes", nargs=-1, metavar="[HOME]...")
@click.option("--unit", help="All open homes of a unit, instead of naming them.")
@click.option("--dry-run", is_flag=True, help="Say what keeps each; move none.")
@MUNICIPALITY
@shared_options
def onward(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    homes: tuple[str, ...],
    unit: str | None,
    dry_run: bool,  # noqa: FBT001 -- click's signature
    municipality: str | None,
    out: Out,
) -> int:
    """Move homes to their next stage, those that nothing keeps; says what keeps the others."""
    if bool(homes) == bool(unit):
        raise click.UsageError(say("name homes, or give --unit"))
    with desk(hub, municipality, user()) as opened:
        named = homes or tuple(one.id for one in opened.book.homes(unit) if one.open)
        now = opened.now()
        if dry_run:
            kept = {one: opened.book.hinders(one, now) for one in named}
        else:
            moving = opened.book.move_on(named, who=opened.actor.name, at=now)
            kept = dict(asyncio.run(moving))
        stages = {one.id: one.stage for one in opened.book.homes()}
    out.result(
        {
            "homes": [
                {"home": one, "stage": stages.get(one), "hinders": list(why)}
                for one, why in kept.items()
            ]
        }
    )
    out.table(
        [say(name) for name in ("home", "stage", "kept by")],
        [
            (
                one,
                stages.get(one, "-"),
                " ".join(HINDRANCES[each][language()] for each in why) or "-",
            )
            for one, why in kept.items()
        ],
    )
    return FOUND_WRONG if any(kept.values()) else 0


@click.command("away")
@click.argument("hub", type=HUB)
@HOME
@UNTIL
@MUNICIPALITY
@shared_options
def away(hub: Path, home: str, until: str, municipality: str | None, out: Out) -> None:
    """Nobody is at home until a time: nothing is judged meanwhile."""
    with desk(hub, municipality, user()) as opened:
        at = moment(until, opened.tenant.municipality.time_zone)
        opened.say(home, Away(until=at))
    out.result({"home": home, "until": time_of(at)})
    out.line(say("{home} is away until {until}.", home=home, until=time_of(at)))


@click.command("back")
@click.argument("hub", type=HUB)
@HOME
@MUNICIPALITY
@shared_options
def back(hub: Path, home: str, municipality: str | None, out: Out) -> None:
    """Home again, before the time or at it."""
    with desk(hub, municipality, user()) as opened:
        opened.say(home, Back())
    out.result({"home": home})
    out.line(say("{home} is at home.", home=home))


@click.command("visiting")
@click.argument("hub", type=HUB)
@HOME
@UNTIL
@click.option("--contact", help="Pseudonym of the contact who visits, if it is one.")
@MUNICIPALITY
@shared_options
def visiting(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path, home: str, until: str, contact: str | None, municipality: str | None, out: Out
) -> None:
    """Somebody else is there until a time: what is seen is not only the client."""
    with desk(hub, municipality, user()) as opened:
        at = moment(until, opened.tenant.municipality.time_zone)
        opened.say(home, Visiting(until=at, contact=contact))
    out.result({"home": home, "until": time_of(at)})
    out.line(say("{home} has visitors until {until}.", home=home, until=time_of(at)))
