"""`byalag load`: run recorded answers through a source, into the store."""

from pathlib import Path

import click

from byalag.app import load_files, open_hub
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, camel, shared_options
from byalag.cli._parts import check_parts, recorded
from byalag.cli._reasons import reason

FOUND_WRONG = 3


@click.command()
@click.argument("hub", type=HUB)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--source", required=True, help="Name of the source, as its file is called.")
@click.option("--municipality", help="Code of the municipality, when several have the source.")
@shared_options
def load(hub: Path, files: tuple[str, ...], source: str, municipality: str | None, out: Out) -> int:
    """Take recorded answers into the store: FILE, or part=FILE for another part than main."""
    found = open_hub(hub)
    answers = [recorded(given, hint="FILE") for given in files]
    check_parts(found, source, municipality, (part for part, _ in answers), hint="FILE")
    with out.progress(say("Loading"), len(answers)) as progress:
        done = load_files(
            found, source, municipality=municipality, files=answers, progress=progress
        )
    out.result(camel(done))
    out.line(
        say(
            "{deliveries} deliveries, {records} records: {things} things, "
            "{observations} observations, {skipped} passed over, {aside} set aside.",
            deliveries=done.deliveries,
            records=done.records,
            things=done.things,
            observations=done.observations,
            skipped=done.skipped,
            aside=done.set_aside,
        )
    )
    if done.repeated:
        out.line(say("{repeated} were there already; nothing was written.", repeated=done.repeated))
    for why, count in sorted(done.reasons.items(), key=lambda item: -item[1]):
        out.line(f"{count:>8}  {reason(why)}")
    return FOUND_WRONG if done.garbled else 0
