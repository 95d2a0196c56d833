"""A hub of two municipalities, Skellefteå and Ånge, each with something open, something closed."""

import json
from pathlib import Path

from byalag.testkit import Page, RunningHub, byalag

A, B = "2482", "2260"
HOMES = {A: "skelleftea", B: "ange"}
_DATASET = """\
title = {{ sv = "{title}" }}
description = {{ sv = "{title}, som den är" }}
owner = "Kommunen"
classification = {{ confidentiality = {class_}, integrity = 1, availability = 1 }}
open = {open}
"""
_PLACE = """\
dataset = "{dataset}"

[[place]]
id = "bath:{home}:{dataset}"
type = "BathingPlace"
name = "{name}"
lat = 64.75
lon = 20.95
properties = {{ note = "{name} anmärkning" }}

[[place.measured]]
property = "waterTemperature"
series = "sensor:{home}:{dataset}/waterTemperature"
"""
_SOURCE = """\
kind = "push"
dataset = "{dataset}"
title = {{ sv = "{name} givare" }}

[[series]]
id = "sensor:{home}:{dataset}/waterTemperature"
unit = "Cel"
"""


def write_hub(folder: Path, names: dict[str, str] | None = None) -> Path:
    """Write the hub; `names` are what is said in each dataset, by its id."""
    assert byalag("init", folder, "--municipality", A).code == 0
    for file in (folder / HOMES[A]).glob("*/*.toml"):
        file.unlink()
    assert byalag("municipality", "add", folder, B).code == 0
    for home in HOMES.values():
        for dataset, open_ in ((f"{home}-open", True), (f"{home}-closed", False)):
            add_dataset(folder, home, dataset, (names or {}).get(dataset, dataset), open_=open_)
    assert byalag("check", folder).code == 0
    return folder


def add_dataset(folder: Path, home: str, dataset: str, name: str, *, open_: bool) -> None:
    told = {"dataset": dataset, "home": home, "name": name}
    said = _DATASET.format(title=name, open=str(open_).lower(), class_=0 if open_ else 2)
    for part, text in (
        ("datasets", said),
        ("places", _PLACE.format(**told)),
        ("sources", _SOURCE.format(**told)),
    ):
        (folder / home / part).mkdir(parents=True, exist_ok=True)
        (folder / home / part / f"{dataset}.toml").write_text(text, "utf-8")


def new_key(folder: Path, code: str, *scopes: str) -> str:
    """Make a key with all these scopes."""
    given = [part for scope in scopes for part in ("--scope", scope)]
    made = byalag("key", "new", folder, "--municipality", code, *given, "--json")
    assert made.code == 0, made.out
    key: str = made.json["key"]
    return key


def push(hub: RunningHub, key: str, dataset: str, minute: int, value: float = 1.0) -> Page:
    home = dataset.partition("-")[0]
    said = {
        "series": f"sensor:{home}:{dataset}/waterTemperature",
        "time": f"2026-07-{1 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z",
        "value": value,
    }
    body = json.dumps([said]).encode()
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    return hub.ask("POST", "/observations/v1/observations", body=body, headers=headers)
