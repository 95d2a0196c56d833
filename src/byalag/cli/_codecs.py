"""`byalag codecs`: bring device makers' codecs to a hub, and run the examples that they bring."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from byalag.app import Tested, add_codecs, read_codecs, run_examples
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, camel, shared_options

FOUND_WRONG = 3


@click.group()
def codecs() -> None:
    """Bring device makers' codecs to a hub, and run their examples."""


@codecs.command("add")
@click.argument("hub", type=HUB)
@click.argument("folder", type=HUB)
@click.option("--vendor", default="*", help="Only makers whose folder is called so; may have *.")
@click.option("--only", default="*", help="Only codecs that are called so; may have *.")
@shared_options
def add(hub: Path, folder: Path, vendor: str, only: str, out: Out) -> None:
    """Copy codecs from a checkout of a public collection to the hub folder's codecs/."""
    total = _makers(folder)
    with out.progress(say("Reading"), total) as progress:
        found = read_codecs(folder, vendor=vendor, only=only, progress=progress)
    added = add_codecs(hub, found)
    out.result(camel(added))
    out.line(
        say(
            "{codecs} codecs of {makers} makers, {types} device types and {examples} examples "
            "are in {home}. Licence: {licence}.",
            codecs=added.codecs,
            makers=added.makers,
            types=added.types,
            examples=added.examples,
            home=hub / "codecs",
            licence=found.licence or say("not stated"),
        )
    )
    _tell_unread(added.unread, out)


@codecs.command("test")
@click.argument("folder", metavar="HUB|FOLDER", type=HUB)
@click.option("--vendor", default="*", help="Only makers whose folder is called so; may have *.")
@click.option("--only", default="*", help="Only codecs that are called so; may have *.")
@shared_options
def test(folder: Path, vendor: str, only: str, out: Out) -> int:
    """Run every example of the codecs in a hub or a collection, and show what differs."""
    with out.progress(say("Reading"), _makers(folder)) as progress:
        found = read_codecs(folder, vendor=vendor, only=only, progress=progress)
    total = sum(len(codec.examples) for codec in found.codecs.values())
    failed: list[Tested] = []
    with out.progress(say("Running examples"), total) as progress:
        for done, tested in enumerate(run_examples(found, now=_now()), 1):
            progress(done)
            if tested.differences:
                failed.append(tested)
    downlinks = sum(codec.downlinks for codec in found.codecs.values())
    bare = [codec.name for codec in found.codecs.values() if not codec.examples]
    out.result(
        {
            "codecs": len(found.codecs),
            "examples": total,
            "passed": total - len(failed),
            "failed": [camel(one) for one in failed],
            "downlinksPassedOver": downlinks,
            "withoutExamples": bare,
            "unread": found.unread,
        }
    )
    for one in failed:
        out.line(f"{one.codec}: {one.example}")
        for difference in one.differences:
            out.line(f"    {difference}")
    counts = Counter(one.codec for one in failed)
    out.line(
        say(
            "{passed} of {total} examples pass, in {codecs} codecs; {failed} fail, in {wrong} "
            "codecs. Passed over: {downlinks} examples of messages to devices. Without examples: "
            "{bare} codecs.",
            passed=total - len(failed),
            total=total,
            codecs=len(found.codecs),
            failed=len(failed),
            wrong=len(counts),
            downlinks=downlinks,
            bare=len(bare),
        )
    )
    _tell_unread(found.unread, out)
    return FOUND_WRONG if failed or found.unread else 0


def _now() -> int:
    """Return the time in microseconds."""
    return round(datetime.now(UTC).timestamp()) * 1_000_000


def _makers(folder: Path) -> int:
    """Return how many makers' folders there are to read, for showing how far it has come."""
    return sum(1 for home in ("vendor", "vendors", "codecs") for _ in (folder / home).glob("*/"))


def _tell_unread(unread: dict[str, str], out: Out) -> None:
    for file, why in unread.items():
        out.message(say("{file} could not be read: {why}", file=file, why=why))
