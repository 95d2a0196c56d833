"""Which recorded answers a source can be given: the parts that it asks for."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from byalag.app import Hub
from byalag.cli._language import say
from byalag.sources import Admit, Listen, Poll, Query, Receive, Watch

GZIP = b"\x1f\x8b"


def check_parts(
    hub: Hub, name: str, municipality: str | None, given: Iterable[str], *, hint: str
) -> None:
    """Refuse a recorded answer to a question that the source does not ask."""
    _, source = hub.source(name, municipality)
    reach = source.kind.reach(source.settings)
    if isinstance(reach, Receive):
        text = say("others push to {name}; there is no answer to read", name=name)
        raise click.BadParameter(text, param_hint=hint)
    given = list(given)
    if isinstance(reach, Admit) and not given:
        text = say("others deliver to {name}; give what one of them sends with --file", name=name)
        raise click.BadParameter(text, param_hint=hint)
    known = list(_parts(reach))
    for part in given:
        if part not in known:
            text = say(
                "{name} has no part {part}; there is {known}",
                name=name,
                part=part,
                known=", ".join(known),
            )
            raise click.BadParameter(text, param_hint=hint)


def recorded(given: str, *, hint: str) -> tuple[str, Path]:
    """Read an argument: a file, or the part that it answers and the file."""
    part, equals, name = given.partition("=")
    plain = Path(given)
    part, file = ("main", plain) if plain.is_file() or not equals else (part, Path(name))
    if not file.is_file():
        raise click.BadParameter(say("there is no file {file}", file=file), param_hint=hint)
    return part, file


def read(file: Path, *, hint: str) -> bytes:
    """Return a recorded answer, unpacked if it is packed."""
    body = file.read_bytes()
    if not body.startswith(GZIP):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        text = say("{file} is broken gzip: {error}", file=file, error=error)
        raise click.BadParameter(text, param_hint=hint) from error


def _parts(reach: Poll | Admit | Listen | Watch | Query) -> Iterator[str]:
    if not isinstance(reach, Poll):
        yield reach.part
        return
    yield from (ask.part for ask in reach.asks)
    yield from (ask.follow.part for ask in reach.asks if ask.follow)
    if reach.admit is not None:
        yield reach.admit.part
