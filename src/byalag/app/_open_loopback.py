"""A hub that is open to the machine that it runs on, so that public test suites can be run.

Such suites write without a key and take away all that they find. Nothing of worth may be there,
and nobody else may reach it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from byalag import Misconfigured
from byalag.app._access import is_loopback
from byalag.app._hub import Hub, Tenant

_FILES = {
    "hub.toml": 'name = "Byalag"\n',
    "kommun/municipality.toml": 'code = "2482"\nname = "Skellefteå"\n',
    "kommun/datasets/written.toml": (
        'title = { sv = "Skrivet", en = "Written" }\nopen = true\nwritten = true\n'
    ),
}


@contextmanager
def throwaway_hub() -> Generator[Path]:
    """Write a hub folder with one municipality in a temporary folder, and take it away after."""
    with TemporaryDirectory(prefix="byalag-open-") as name:
        for path, text in _FILES.items():
            file = Path(name) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        yield Path(name)


def open_loopback(hub: Hub, *, host: str, port: int) -> Hub:
    """Return the hub as it runs when it is open to its own machine. No source or outlet runs.

    Raises:
        Misconfigured: It could be reached from elsewhere, it is of several municipalities, nothing
            can be written in it, or its stores hold something.
    """
    shown = f"[{host}]" if ":" in host else host
    if not is_loopback(f"http://{shown}"):
        message = (
            f"--open-loopback lets anyone write who reaches {host}. "
            "It is for this machine only: leave --host out, or give 127.0.0.1."
        )
        raise Misconfigured(message)
    tenant = _only(hub)
    if tenant.written is None:
        message = (
            f"There is no dataset in {tenant.folder / 'datasets'} to write in: "
            "put written = true in one of its files."
        )
        raise Misconfigured(message)
    _refuse_filled(hub)
    closed = replace(tenant, sources=(), outlets=())
    settings = replace(hub.settings, address=f"http://{shown}:{port}")
    return replace(
        hub, settings=settings, tenants=(closed,), near=closed.municipality.code, warnings=()
    )


def _only(hub: Hub) -> Tenant:
    if len(hub.tenants) != 1:
        message = (
            f"--open-loopback is for a hub of one municipality; {hub.folder} has "
            f"{len(hub.tenants)}. Leave the folder out to have one made for the occasion."
        )
        raise Misconfigured(message)
    return hub.tenants[0]


def _refuse_filled(hub: Hub) -> None:
    if hub.store.is_dir() and any(hub.store.iterdir()):
        message = (
            f"{hub.store} holds something, and with --open-loopback anyone on this machine can "
            "take it all away. Leave the folder out to have one made for the occasion, or name "
            "another store folder in hub.toml."
        )
        raise Misconfigured(message)
