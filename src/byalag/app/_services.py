"""The hub's services, and how each is set: `services/{name}.toml`, one file a service."""

import pkgutil
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Optional

import msgspec
from msgspec import Struct, structs

import byalag.services
from byalag.app._document import Document
from byalag.app._municipality import municipalities
from byalag.app._problem import Problem, suggest
from byalag.model import Duration, Municipality, Words, span
from byalag.services import Service

Settings = Mapping[str, Any]  # a service's own type of settings, by the service's name


def declared(settings: Settings, known: Iterable[Municipality] = ()) -> list[Service]:
    """Return the services, as they are with a hub's settings: adding a folder adds a service."""
    complete = completed(settings, known)
    return [module.declare(complete[name]) for name, module in _modules().items()]


def completed(settings: Settings, known: Iterable[Municipality] = ()) -> Settings:
    """Return every service's settings, with the names of all municipalities."""
    named = {code: Municipality(code=code, name=name) for code, name in municipalities().items()}
    named |= {each.code: each for each in known}
    return {
        name: structs.replace(settings.get(name) or module.Settings(), municipalities=named)
        for name, module in _modules().items()
    }


def read_services(folder: Path, problems: list[Problem]) -> Settings:
    """Return what the files of a hub's `services` folder say, noting what cannot be said."""
    found: dict[str, Any] = {}
    for file in sorted(folder.glob("services/*.toml")):
        document = Document(file, folder, problems)
        if not document.sound:
            continue
        module = _modules().get(file.stem)
        if module is None:
            document.blame((), _unknown(file.stem))
            continue
        said = document.read(file_type(file.stem))
        if said is not None:
            given = {name: span(text) for name, text in structs.asdict(said).items() if text}
            found[file.stem] = structs.replace(module.Settings(), **given)
    return found


@cache
def file_type(name: str) -> type[Struct]:
    """Return the type of a service's file: each length of time that the service goes by."""
    fields: list[tuple[str, Any, Any]] = [
        (field.name, Optional[Duration], None)  # noqa: UP045 -- an Annotated in a variable takes no |
        for field in structs.fields(_modules()[name].Settings)
        if field.type is timedelta
    ]
    title = f"{name.title()}File"
    return msgspec.defstruct(title, fields, frozen=True, kw_only=True, forbid_unknown_fields=True)


def _unknown(name: str) -> Words:
    known = suggest(name, _modules())
    return {
        "sv": f"tjänsten {name!r} finns inte; det här finns: {known}.",
        "en": f"there is no service {name!r}; there is {known}.",
    }


@cache
def _modules() -> Mapping[str, ModuleType]:
    """Return the services that answer anybody's questions; others have no API of their own."""
    names = (found.name for found in pkgutil.iter_modules(byalag.services.__path__))
    every = {
        name: import_module(f"byalag.services.{name}") for name in names if not name.startswith("_")
    }
    return {name: module for name, module in every.items() if hasattr(module, "declare")}
