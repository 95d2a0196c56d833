"""Every setting of the hub folder and every option of the terminal is in the manual."""

from pathlib import Path

import click
import msgspec
import pytest

from byalag.app._services import file_type
from byalag.app._settings import HubSettings, PlacesFile
from byalag.cli._main import COMMANDS, byalag
from byalag.governance import Key, Life, Plan, Product, ProductChange
from byalag.model import Dataset, Municipality
from byalag.services.care import Unit
from byalag.sources import Common

SERVICES = [file_type("baths"), file_type("parking")]
PRODUCTS = [Product, Plan, Life, ProductChange]
KINDS = [HubSettings, Municipality, Dataset, Common, Key, PlacesFile, Unit, *SERVICES, *PRODUCTS]
DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("page", ["sv/navmapp.md", "en/hub-folder.md"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_in_the_manual(kind: type[msgspec.Struct], page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    missing = [
        field.encode_name for field in msgspec.structs.fields(kind) if field.encode_name not in text
    ]
    assert missing == []


@pytest.mark.parametrize("page", ["sv/terminal.md", "en/terminal.md"])
def test_every_command_and_option_is_in_the_manual(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    context = click.Context(byalag)
    waiting = [(f"byalag {name}", byalag.get_command(context, name)) for name in COMMANDS]
    for name, command in waiting:
        assert command is not None
        if isinstance(command, click.Group):
            waiting += [(f"{name} {inner}", each) for inner, each in command.commands.items()]
            continue
        assert f"`{name}" in text, name
        options = [option for option in command.params if isinstance(option, click.Option)]
        missing = [option.opts[-1] for option in options if option.opts[0] not in text]
        assert missing == [], name
