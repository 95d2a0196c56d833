"""`byalag demo`: a hub to look at, ready in seconds, without network."""

import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from byalag.app import Hub, Stores, open_hub
from byalag.cli._language import say
from byalag.cli._out import PORT, Out, shared_options
from byalag.cli._serve import near, run_hub


@click.command()
@click.option("--port", type=PORT, default=8080, show_default=True, help="Port to answer on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to answer on.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the demo's hub folder here and keep it.",
)
@shared_options
def demo(port: int, host: str, folder: Path | None, out: Out) -> int:
    """Start a demonstration hub: three municipalities, simulated values, no network."""
    began = time.monotonic()
    from byalag.testkit import Replay  # noqa: PLC0415 -- only the demo plays operators
    from byalag.testkit.demo import operators, write_hub  # noqa: PLC0415 -- as above

    with ExitStack() as stack:
        home = folder or Path(stack.enter_context(TemporaryDirectory(prefix="byalag-demo-")))
        replay = stack.enter_context(Replay(operators(_now)))
        write_hub(home, replay.url, address=near(host, port))
        out.message(say("Simulated values. The demo's hub folder: {folder}", folder=home))
        hub = open_hub(home)
        return run_hub(
            hub,
            out,
            host=host,
            port=port,
            began=began,
            before=lambda stores: fill_all(hub, stores, replay.url, _now()),
            sights=_sights(replay.url),
        )


def fill_all(hub: Hub, stores: Stores, operators: str, now: int) -> None:
    """Load the demo's history, and say what has been agreed of its homes; what is there stays."""
    from byalag.app._care_book import books  # noqa: PLC0415 -- as above
    from byalag.governance import pseudonym  # noqa: PLC0415 -- as above
    from byalag.store import Note  # noqa: PLC0415 -- as above
    from byalag.testkit.demo import (  # noqa: PLC0415 -- as above
        CARE,
        CLIENT,
        LOGIN,
        RELATIVE,
        agreed,
        fill,
        identities,
    )

    fill(stores.own, now)
    book, journal = books(hub, stores.own)[CARE], stores.own[CARE].journal("care")
    key = hub.secret(hub.settings.login.pseudonyms) if hub.settings.login else ""
    people = {
        name: pseudonym(key.encode(), f"{operators}{LOGIN}", "sub", name)
        for name in (RELATIVE, CLIENT)
    }
    known = {home.id for home in book.homes()}
    for home, at, said in agreed(now, people):
        if home not in known:
            book.write(home, said, who="demo", at=at).result()
    for subject, document in identities().items():
        note = Note(at=now, who="demo", what="identity-written", about=subject)
        journal.identify(subject, document, at=now, note=note).result()


def _now() -> int:
    return time.time_ns() // 1000


def _sights(operators: str) -> dict[str, str]:
    """Return where to look in the demo, and what there is to see there."""
    from byalag.testkit.demo import OUTBOX  # noqa: PLC0415 -- as above

    return {
        "/": say("what is open to everybody"),
        "/kommun/2482": say("one municipality, with its own colours and statement"),
        "/ordlista/ord/employee": say("a word by which municipalities mean different things"),
        "/utvecklare": say("the APIs: try a call, register an application, get a key"),
        "/drift": say("how the sources are doing"),
        "/konto": say(
            "log in as a steward, an operator, a board member or an administrator: all are made up"
        ),
        "/omsorg": say("two simulated homes with home care; one goes quiet after two minutes"),
        f"{operators}{OUTBOX}": say("the outbox: text messages that would have left this computer"),
    }
