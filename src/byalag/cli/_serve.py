"""`byalag serve`: run a hub until it is told to stop."""

import signal
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import click
from msgspec.structs import replace

from byalag import Misconfigured
from byalag.app import Hub, Stores, log_to_stderr, open_hub, serve_hub
from byalag.cli._language import language, say
from byalag.cli._out import HUB, PORT, Out, shared_options

INTERRUPTED = 130


@click.command()
@click.argument("hub", type=HUB, required=False)
@click.option("--host", help="Address to answer on, instead of the hub's own.")
@click.option("--port", type=PORT, help="Port to answer on, instead of the hub's own.")
@click.option(
    "--open-loopback",
    "opened",
    is_flag=True,
    help="Let anyone on this machine write without a key, in a new store: to run public test "
    "suites. Without HUB a folder is made for the occasion.",
)
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    help="Processes that answer readers beside the main one, instead of the hub's own number.",
)
@shared_options
def serve(  # noqa: PLR0913, PLR0917 -- click gives each option by name
    hub: Path | None,
    host: str | None,
    port: int | None,
    opened: bool,  # noqa: FBT001 -- click gives a flag by name
    workers: int | None,
    out: Out,
) -> int:
    """Run a hub: ask its sources, keep what they answer, and serve pages and APIs."""
    began = time.monotonic()
    with ExitStack() as stack:
        found = open_hub(_folder(hub, stack, opened=opened))
        own_host, _, own_port = found.settings.listen.rpartition(":")
        at, on = host or own_host, port or int(own_port)
        moved = _opened(found, at, on, out) if opened else _moved(found, at, on)
        count = _workers(moved, workers, opened=opened)
        return run_hub(moved, out, host=at, port=on, began=began, before=None, workers=count)


def _workers(hub: Hub, asked: int | None, *, opened: bool) -> int:
    """Return how many workers there are to be: none where one municipality's store is anybody's."""
    if opened and asked:
        message = "--open-loopback runs in one process: leave --workers out."
        raise Misconfigured(message)
    if opened:
        return 0
    return hub.settings.workers if asked is None else asked


def _folder(hub: Path | None, stack: ExitStack, *, opened: bool) -> Path:
    if hub is not None:
        return hub
    if not opened:
        raise click.MissingParameter(param_type="argument", param_hint="HUB")
    from byalag.app import throwaway_hub  # noqa: PLC0415 -- only when one is made

    return stack.enter_context(throwaway_hub())


def _opened(hub: Hub, host: str, port: int, out: Out) -> Hub:
    """Return the hub as it runs when it is open to its own machine, with a warning to people."""
    from byalag.app import open_loopback  # noqa: PLC0415 -- only in this mode

    opened = open_loopback(hub, host=host, port=port)
    line = "*" * 79
    out.message(
        "\n".join(
            (
                line,
                say(
                    "OPEN TO THIS MACHINE: every program and every person on it can read, write "
                    "and delete everything in this hub without a key. For tests only."
                ),
                line,
            )
        )
    )
    return opened


def _moved(hub: Hub, host: str, port: int) -> Hub:
    """Return the hub with links that lead to where it answers, when it is tried on loopback."""
    if urlsplit(hub.settings.address).hostname not in {"127.0.0.1", "localhost"}:
        return hub
    return replace(hub, settings=replace(hub.settings, address=near(host, port)))


def near(host: str, port: int) -> str:
    """Return the address at which this computer reaches what answers on a host and port."""
    everywhere = host in {"0.0.0.0", "::"}  # noqa: S104 -- compared, not bound
    shown = f"[{host}]" if ":" in host else host
    return f"http://{'127.0.0.1' if everywhere else shown}:{port}"


def run_hub(  # noqa: PLR0913 -- what the demo and `serve` have in common
    hub: Hub,
    out: Out,
    *,
    host: str,
    port: int,
    began: float,
    before: Callable[[Stores], None] | None,
    workers: int = 0,
    sights: Mapping[str, str] | None = None,
) -> int:
    """Run a hub until it is told to stop, and return the exit code.

    `sights` are paths to look at, and what there is to see there.
    """
    log_to_stderr()
    for warning in hub.warnings:
        out.message(f"{say('warning')}: {warning.say(language())}")

    def ready(address: str) -> None:
        from byalag.app import standards  # noqa: PLC0415 -- loaded with what runs a hub

        spoken = {one.name: f"{address.rstrip('/')}{one.root}/" for one in standards()}
        seconds = time.monotonic() - began
        out.result(
            {
                "event": "ready",
                "address": address,
                "seconds": round(seconds, 3),
                "standards": spoken,
            }
        )
        number = f"{seconds:.1f}".replace(".", "," if language() == "sv" else ".")
        out.message(
            say("Byalag answers at {address} ({seconds} s)", address=address, seconds=number)
        )
        for root in spoken.values():
            out.message(f"  {root}")
        for path, what in (sights or {}).items():
            at = path if "://" in path else f"{address.rstrip('/')}{path}"
            out.message(f"  {at}: {what}")

    heard = serve_hub(hub, host=host, port=port, ready=ready, before=before, workers=workers)
    out.result({"event": "stopped"})
    out.message(say("Byalag has stopped."))
    return INTERRUPTED if heard == signal.SIGINT else 0
