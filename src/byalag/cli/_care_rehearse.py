"""`byalag care rehearse`: a test to everybody who would be told, before anybody is in earnest."""

from pathlib import Path

import click

from byalag.app import rehearse
from byalag.cli._aside import MUNICIPALITY, user
from byalag.cli._care_words import HOME, desk
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, camel, shared_options

FOUND_WRONG = 3


@click.command("rehearse")
@click.argument("hub", type=HUB)
@HOME
@MUNICIPALITY
@shared_options
def rehearsed(hub: Path, home: str, municipality: str | None, out: Out) -> int:
    """Send everybody who would be told a message marked as a test, by each of their ways."""
    with desk(hub, municipality, user()) as opened:
        tests = rehearse(opened, home)
    out.result({"home": home, "tests": [camel(one) for one in tests]})
    if not tests:
        out.message(say("Nobody may be told: name contacts in a consent first."))
        return FOUND_WRONG
    out.table(
        [
            say("step"),
            say("contact"),
            say("way"),
            say("outlet"),
            say("waits"),
            say("quiet hours"),
        ],
        [
            (
                str(one.step),
                one.contact,
                one.way,
                one.outlet or say("none"),
                one.wait,
                "-".join(one.quiet) if one.quiet else "-",
            )
            for one in tests
        ],
    )
    out.line(say("The hub sends them within a minute; the home's history tells what came of each."))
    return FOUND_WRONG if any(not one.outlet for one in tests) else 0
