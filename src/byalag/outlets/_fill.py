"""Filling templates with what a message says. Values are never read as templates themselves."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from byalag import Misconfigured
from byalag.model import Micros
from byalag.outlets._message import Message

_NAME = re.compile(r"\{(\w+)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MESSAGE = ("id", "municipality", "matter", "dataset", "thing", "property", "series", "date")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a template with each name in braces replaced; a name without a value stays."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), template)


def names(template: str) -> list[str]:
    """Return the names in braces in a template."""
    return _NAME.findall(template)


def check_names(setting: str, template: str, known: Collection[str]) -> None:
    """Refuse a template that says a name nobody fills in.

    Raises:
        Misconfigured: If it does.

    """
    for name in names(template):
        if name not in known:
            message = f"{setting}: {{{name}}} is not known; use {_braced(known)}"
            raise Misconfigured(message)


def check_named(setting: str, secret: str) -> None:
    """Refuse a secret that is written out in the settings.

    Raises:
        Misconfigured: If it is not by reference.

    """
    if secret and not secret.startswith(("env:", "file:", "credential:")):
        message = f'{setting}: is named, not written: "env:NAME", "file:PATH" or "credential:NAME"'
        raise Misconfigured(message)


def _braced(known: Collection[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in known)


def one_line(text: str) -> str:
    """Return text with line breaks and other control characters made into spaces."""
    return _CONTROL.sub(" ", text).strip()


def iso(at: Micros) -> str:
    """Return a time as RFC 3339 writes it, UTC."""
    said = _EPOCH + timedelta(microseconds=at)
    return said.isoformat(timespec="milliseconds" if at % 1_000_000 else "seconds")[:-6] + "Z"


def from_message(message: Message) -> dict[str, str]:
    """Return what a topic or a file's name may say of a message."""
    first = message.facts[0] if message.facts else {}
    return {
        "id": message.id,
        "municipality": message.municipality,
        "matter": message.matter,
        "dataset": message.dataset or message.matter,
        "thing": str(first.get("thing", "")),
        "property": str(first.get("property", "")),
        "series": str(first.get("series", "")),
        "date": iso(message.at)[:10],
    }
