"""`byalag source draft`: read one answer, and write the file that describes its source."""

import sys
from pathlib import Path

import click

from byalag.app import look_once, place_draft, write_new
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.cli._parts import read
from byalag.draft import Draft, draft
from byalag.engine import SystemClock, Unreachable

_INSIDE = "outside of the allowed"


@click.command("draft")
@click.argument("address", metavar="URL|FILE")
@click.option("--hub", type=HUB, help="Hub folder to write the file in.")
@click.option("--municipality", help="Code of the municipality, when the hub has several.")
@click.option("--name", default="", help="Name of the source; proposed when left out.")
@click.option("--type", "kind", default="", help="Type of the things, such as OffStreetParking.")
@click.option("--dataset", default="", help="Dataset that the source adds to.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--header", "headers", multiple=True, help="Header to send: 'X-Key: env:NAME'.")
@click.option("--allow", multiple=True, help="Range of own addresses that may be asked, CIDR.")
@shared_options
def draft_(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    address: str,
    hub: Path | None,
    municipality: str | None,
    name: str,
    kind: str,
    dataset: str,
    output: Path | None,
    force: bool,  # noqa: FBT001 -- click gives a flag by name
    headers: tuple[str, ...],
    allow: tuple[str, ...],
    out: Out,
) -> None:
    """Read one answer and write the file that describes its source, with what to look at."""
    if hub is not None and output is not None:
        raise click.UsageError(say("Choose one of --hub and --output."))
    sent = dict(_header(header) for header in headers)
    body, media_type, at, url = _answer(address, sent, allow, hub or Path())
    proposed = name or ("" if url else _stem(address))
    found = draft(
        body,
        now=at,
        url=url,
        media_type=media_type,
        name=proposed,
        type=kind,
        dataset=dataset,
        headers=sent,
        language=language(),
    )
    files = _put(found, hub, municipality, output, force=force)
    _tell(found, files, out, hub)


def _answer(
    address: str, headers: dict[str, str], allow: tuple[str, ...], folder: Path
) -> tuple[bytes, str, int, str]:
    """Return an answer, its media type, when it came and its address; no address for a file."""
    if not address.startswith(("http://", "https://")):
        file = Path(address)
        if not file.is_file():
            text = say("{address} is neither an address nor a file", address=address)
            raise click.BadParameter(text, param_hint="URL|FILE")
        return read(file, hint="FILE"), "", SystemClock().now(), ""
    try:
        looked = look_once(address, headers=headers, allowed=allow, folder=folder)
    except Unreachable as error:
        if "public" not in str(error):
            raise
        hint = say("If it is a system of your own, allow it: --allow RANGE, as 10.20.3.4/32.")
        message = f"{error}. {hint}"
        raise Unreachable(message) from error
    return looked.body, looked.media_type, looked.at, address


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        message = say("write a header as 'Name: value', and a secret as 'Name: env:NAME'")
        raise click.BadParameter(message, param_hint="--header")
    return name.strip(), value.strip()


def _stem(address: str) -> str:
    plain = "".join(
        mark if mark.isascii() and mark.isalnum() else "-" for mark in Path(address).stem
    )
    return plain.strip("-").lower()


def _put(
    found: Draft, hub: Path | None, municipality: str | None, output: Path | None, *, force: bool
) -> list[Path]:
    """Write the draft where it was asked for, and return the files written."""
    if hub is not None:
        placed = place_draft(hub, found, municipality=municipality, force=force)
        return [placed.source, *([placed.dataset] if placed.dataset else [])]
    if output is not None:
        write_new(output, found.text, force=force)
        return [output]
    return []


def _tell(found: Draft, files: list[Path], out: Out, hub: Path | None) -> None:
    questions = [{"about": one.about, "text": one.text} for one in found.questions]
    out.result(
        {
            "kind": found.kind,
            "name": found.name,
            "dataset": found.dataset,
            "confidence": found.confidence,
            "questions": questions,
            "findings": list(found.findings),
            "files": [str(file) for file in files],
            "text": found.text,
        }
    )
    if not files and not out.json:
        sys.stdout.write(found.text)
    for file in files:
        out.line(str(file))
    for finding in found.findings:
        out.message(finding)
    count = len(questions)
    if count:
        one = "1 question to look at:" if count == 1 else "{count} questions to look at:"
        out.message(say(one, count=count))
    for question in found.questions:
        out.message(f"  {question.about}: {question.text}")
    if hub is not None:
        out.message(say("Next: byalag source try {hub} {name}", hub=hub, name=found.name))
