"""Outlets for tests: connected to real receivers, with short waits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from byalag.engine import ConnectedOutlet, Engine, _outlet
from byalag.model import Municipality
from byalag.outlets import Message, kinds
from byalag.store import Parcel, Store
from byalag.testkit import StoppedClock

SKELLEFTEA = Municipality(code="2482", name="Skellefteå", on_premises=("127.0.0.0/8",))


def outlet(
    name: str,
    home: Path,
    /,
    **settings: Any,  # noqa: ANN401 -- whatever a file may say
) -> ConnectedOutlet:
    kind = kinds()[settings["kind"]]
    read = msgspec.convert(settings, kind.settings)
    kind.check(read)
    return ConnectedOutlet(name=name, municipality=SKELLEFTEA, kind=kind, settings=read, home=home)


def engine_of(
    store: Store,
    commons: Store,
    *outlets: ConnectedOutlet,
    secrets: Mapping[str, str] | None = None,
    clock: StoppedClock | None = None,
    sources: tuple[Any, ...] = (),
) -> Engine:
    known = secrets or {}
    return Engine(
        {"2482": store},
        commons,
        list(sources),
        clock=clock or StoppedClock(),
        secret=lambda reference: known[reference],
        outlets=outlets,
    )


def notice(number: int, text: str = "") -> Message:
    words = {"sv": text or f"Nummer {number}", "en": text or f"Number {number}"}
    return Message(
        id=f"msg_{number:04}",
        at=1_782_907_200_000_000,
        municipality="2482",
        matter="notice",
        subject=words,
        text=words,
        dataset="sensors",
        facts=({"thing": f"room:hus:{number}", "property": "temperature", "value": 21.5},),
    )


def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every wait a hundredth of what it is."""
    monkeypatch.setattr(_outlet, "WAITS", tuple(seconds / 100 for seconds in (5, 15, 20, 30)))
    monkeypatch.setattr(_outlet, "LEFT_ALONE", 0.3)


def left(store: Store, name: str) -> dict[str, list[Parcel]]:
    queue = store.queue
    return {state: queue.listed(name, state, 9999) for state in ("waiting", "aside", "sent")}
