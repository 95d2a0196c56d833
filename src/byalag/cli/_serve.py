"""`byalag serve`: run a hub until it is told to stop."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import click
from msgspec.structs import replace

from byalag.app import Hub, Stores, open_hub, serve_hub
from byalag.cli._language import language, say
from byalag.cli._log import log_to_stderr
from byalag.cli._out import HUB, PORT, Out, shared_options

INTERRUPTED = 130


@click.command()
@click.argument("hub", type=HUB)
@click.option("--host", help="Address to answer on, instead of the hub's own.")
@click.option("--port", type=PORT, help="Port to answer on, instead of the hub's own.")
@shared_options
def serve(hub: Path, host: str | None, port: int | None, out: Out) -> int:
    """Run a hub: ask its sources, keep what they answer, and serve pages and APIs."""
    began = time.monotonic()
    found = open_hub(hub)
    own_host, _, own_port = found.settings.listen.rpartition(":")
    own = (host or own_host, port or int(own_port))
    return run_hub(_moved(found, *own), out, host=own[0], port=own[1], began=began, before=None)


def _moved(hub: Hub, host: str, port: int) -> Hub:
    """Return the hub with links that lead to where it answers, when it is tried on loopback."""
    if urlsplit(hub.settings.address).hostname not in {"127.0.0.1", "localhost"}:
        return hub
    return replace(hub, settings=replace(hub.settings, address=near(host, port)))


def near(host: str, port: int) -> str:
    """Return the address at which this computer reaches what answers on a host and port."""
    everywhere = host in {"0.0.0.0", "::"}  # noqa: S104 -- compared, not bound
    return f"http://{'127.0.0.1' if everywhere else host}:{port}"


def run_hub(  # noqa: PLR0913 -- what the demo and `serve` have in common
    hub: Hub,
    out: Out,
    *,
    host: str,
    port: int,
    began: float,
    before: Callable[[Stores], None] | None,
) -> int:
    """Run a hub until it is told to stop, and return the exit code."""
    log_to_stderr()
    for warning in hub.warnings:
        out.message(f"{say('warning')}: {warning.say(language())}")

    def ready(address: str) -> None:
        seconds = time.monotonic() - began
        out.result({"event": "ready", "address": address, "seconds": round(seconds, 3)})
        number = f"{seconds:.1f}".replace(".", "," if language() == "sv" else ".")
        out.message(
            say("Byalag answers at {address} ({seconds} s)", address=address, seconds=number)
        )

    heard = serve_hub(hub, host=host, port=port, ready=ready, before=before)
    out.result({"event": "stopped"})
    out.message(say("Byalag has stopped."))
    return INTERRUPTED if heard == signal.SIGINT else 0
