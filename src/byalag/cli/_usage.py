"""`byalag usage`: what has been used of the hub's APIs, by operation and application."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from byalag.app import open_hub
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options


@click.command()
@click.argument("hub", type=HUB)
@click.option(
    "--days",
    type=click.IntRange(1, 731),
    default=7,
    show_default=True,
    help="For how many days back; up to 40 by the hour, longer by whole days.",
)
@click.option("--api", help="Only this API, as its address begins.")
@click.option("--application", help="Only this application; anybody is whoever shows no key.")
@shared_options
def usage(hub: Path, days: int, api: str | None, application: str | None, out: Out) -> None:
    """Tell what has been used of the APIs, and how long answers took. Never by person."""
    from byalag.app import used_in  # noqa: PLC0415 -- only when it is asked for

    until = datetime.now(UTC)
    since = until - timedelta(days=days)
    found = used_in(open_hub(hub), since, until, api=api, application=application)
    out.result(
        {
            "since": since.isoformat(),
            "until": until.isoformat(),
            "used": msgspec.to_builtins(found),
        }
    )
    names = ("api", "operation", "application", "answers", "refused", "failed", "p50", "p95", "p99")
    out.table(
        [say(name) for name in names],
        [
            (
                "/".join(filter(None, (one.api, one.version))),
                one.operation,
                one.application or say("anybody"),
                str(one.answers),
                str(one.refused),
                str(one.failed),
                *("-" if each is None else f"{each:.1f}" for each in (one.p50, one.p95, one.p99)),
            )
            for one in found
        ],
    )
