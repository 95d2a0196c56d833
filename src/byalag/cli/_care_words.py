"""What the commands of `byalag care` share: the desk, times as people write them, words."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from byalag.app import open_hub
from byalag.cli._aside import time_of
from byalag.cli._language import language, say

if TYPE_CHECKING:
    from collections.abc import Generator

    from byalag.app import CareDesk
    from byalag.services.care import Hindrance, Home

HOME = click.argument("home")


@contextmanager
def desk(hub: Path, municipality: str | None, user: str) -> "Generator[CareDesk]":
    """Open a municipality's homes for whoever is at the terminal."""
    from byalag.app import care_desk  # noqa: PLC0415 -- only when homes are opened

    with care_desk(open_hub(hub), municipality, user) as opened:
        yield opened


def moment(given: str, zone: str) -> int:
    """Return a time as people write it, microseconds; without a zone it is the municipality's.

    A day alone is its beginning.
    """
    try:
        at = (
            datetime.combine(date.fromisoformat(given), datetime.min.time())
            if len(given) <= len("2026-01-01")
            else datetime.fromisoformat(given)
        )
    except ValueError as error:
        message = say("Write a day as 2026-12-24, or a time as 2026-12-24T18:00.")
        raise click.UsageError(message) from error
    placed = at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at
    return round(placed.astimezone(UTC).timestamp() * 1_000_000)


def told_home(home: "Home", hinders: "Iterable[Hindrance]", now: int) -> Iterator[str]:
    """Yield a home in words, line by line."""
    from byalag.services.care import HINDRANCES  # noqa: PLC0415 -- only when a home is shown

    watched, told_to = home.watched(now), home.told_to(now)
    yield f"{home.id}  {home.unit}  {home.stage}"
    for series, each in home.channels.items():
        mark = say("watched") if series in watched else say("no consent")
        yield f"  {series}  {each.room}  {each.meaning}  {mark}"
    for id_, one in home.contacts.items():
        mark = say("may be told") if id_ in told_to else say("no consent")
        yield f"  {id_}  {one.kind}  {one.step}  {', '.join(one.ways)}  {mark}"
    for agreed in home.consents.values():
        until = "" if agreed.until is None else time_of(agreed.until)
        yield f"  {agreed.id}  {', '.join(agreed.meanings)}  {time_of(agreed.since)}  {until}"
    for notice, what in home.notices.items():
        yield f"  {notice}  {what.kind}  {time_of(what.since)}"
    for why in hinders:
        yield f"  {HINDRANCES[why][language()]}"
