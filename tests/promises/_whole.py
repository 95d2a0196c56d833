"""A whole hub's application in this process: all its parts, as `serve` puts them together."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from byalag.app import open_hub
from byalag.app._connected import connected
from byalag.app._http import Application
from byalag.app._stores import declare, open_stores
from byalag.app._web import web
from byalag.engine import Engine
from byalag.model import MunicipalityCode
from byalag.store import Store
from byalag.testkit import StoppedClock, byalag

SCOPES = (
    "observations:write",
    "facts:read",
    "facts:write",
    "deliveries:write",
    "files:write",
    "operations:read",
    "operations:write",
    "metrics:read",
)
PLACE = "ange"
WRITTEN = 'title = { sv = "Skrivet" }\nopen = true\nwritten = true\n'
DOOR = """\
kind = "webhook"
dataset = "lots"

[thing]
type = "OffStreetParking"
operator = "prov"
id = "{lot}"
"""
SERIES = """\
kind = "push"
dataset = "sensors"

[[series]]
id = "sensor:ange:a/waterTemperature"
unit = "Cel"
"""


def hub_folder(
    folder: Path, address: str = "https://hub.example.se"
) -> tuple[Path, dict[str, str]]:
    """Write a hub of one municipality with every way in; return its folder and a key by scope."""
    assert byalag("init", folder, "--municipality", "2260").code == 0
    settings = folder / "hub.toml"
    lines = settings.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("address")]
    settings.write_text("\n".join([f'address = "{address}"', *kept, ""]), "utf-8")
    home = folder / PLACE
    for source in (home / "sources").glob("*.toml"):
        source.unlink()
    (home / "sources" / "lots.toml").write_text(DOOR, "utf-8")
    (home / "sources" / "sensors.toml").write_text(SERIES, "utf-8")
    (home / "datasets" / "written.toml").write_text(WRITTEN, "utf-8")
    for name in ("lots", "sensors", "files"):
        declared = f'title = {{ sv = "{name}" }}\nopen = true\n'
        (home / "datasets" / f"{name}.toml").write_text(declared, "utf-8")
    keys: dict[str, str] = {}
    for scope in SCOPES:
        said = byalag("key", "new", folder, "--municipality", "2260", "--scope", scope, "--json")
        assert said.code == 0, said.err
        keys[scope] = said.json["key"]
    return folder, keys


@contextmanager
def whole(folder: Path) -> Iterator[tuple[Application, TestClient, dict[MunicipalityCode, Store]]]:
    """Run a hub's application; give it, a client that stands outside, and the stores."""
    hub, clock = open_hub(folder), StoppedClock()
    with open_stores(hub) as stores:
        declare(hub, stores, clock.now())
        engine = Engine(stores.own, stores.commons, connected(hub), clock=clock, secret=hub.secret)
        app = web(hub, stores, engine, clock)
        outside = ("192.0.2.7", 50000)
        with TestClient(app, base_url=hub.settings.address, client=outside) as client:
            yield app, client, dict(stores.own)
