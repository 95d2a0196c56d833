"""Makes the golden stores of one schema, by the code that wrote that schema.

It is run once for each schema, before the schema is left behind, and what it makes is committed:

    git archive COMMIT src | tar x -C OLD
    PYTHONPATH=OLD/src python tests/upgrades/make.py tests/upgrades

It uses only what was there at the first schema, and more where there is more.
"""

import json
import sys
from math import nan
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import apsw
import numpy as np

from byalag import store as room
from byalag.model import (
    Dataset,
    Delivery,
    Fact,
    Link,
    Observation,
    Point,
    Rejected,
    Series,
    Thing,
)
from byalag.store import Store

HOUR = 3_600_000_000
DAY = 24 * HOUR
START = 1_780_000_000_000_000 // DAY * DAY  # 2026-05-28, midnight
SERIES = "sensor:skelleftea:a1/temperature"
DATASETS = {
    "sensors": Dataset(id="sensors", title={"sv": "Givare"}, open=True),
    "closed": Dataset(id="closed", title={"sv": "Stängt"}),
}


def fill(store: Store) -> None:
    """Write a little of everything."""
    store.publish(DATASETS).result()
    facts: list[Fact] = [
        Thing(
            id="sensor:skelleftea:a1",
            type="Device",
            dataset="sensors",
            name="Åbackens givare",
            municipality="2482",
            point=Point(64.75, 20.95),
            properties={"battery": 3.6, "tags": ["å", "b"], "nested": {"deep": None}},
        ),
        Thing(id="door:skelleftea:1", type="Door", dataset="closed", name="Bakdörren"),
        Series(
            id=SERIES,
            thing="sensor:skelleftea:a1",
            property="temperature",
            dataset="sensors",
            unit="Cel",
        ),
        Series(
            id="door:skelleftea:1/count",
            thing="door:skelleftea:1",
            property="count",
            dataset="closed",
            unit="1",
        ),
        Link(thing="door:skelleftea:1", property="temperature", series=SERIES),
        *(Observation(SERIES, START + n * HOUR, 10 + n / 4, 1 + n % 2) for n in range(50)),
        Observation(SERIES, START + 50 * HOUR, nan, 9),
        Observation("door:skelleftea:1/count", START, 7.0),
    ]
    for number in range(5):
        body = json.dumps({"n": number, "å": "ö" * 300}).encode()
        given = Delivery(
            source="givare", received=START + number, bodies=(body, b"second"), media_type="x/y"
        )
        kept = store.keep(given, key=f"key-{number}").result()
        if number < 4:
            said = facts[number::4]
            aside = [Rejected(where="row 1", why="n: 'x' is not a number", record=b"x")]
            store.commit(
                sorted(said, key=lambda one: isinstance(one, Observation)) if number else facts,
                at=START + number,
                delivery=kept.seq,
                set_aside=aside if number == 1 else [],
                records=3,
            ).result()
    times = START - 40 * DAY + np.arange(2000) * (HOUR // 4)
    series = next(one for one in facts if isinstance(one, Series))
    store.load(series, times, np.sin(np.arange(2000) / 50)).result()
    store.fold(START + 10 * DAY).result()
    store.remember("source:givare", {"cursor": "abc", "at": START}).result()
    if hasattr(room, "Note"):
        for number in range(3):
            line = room.Note(
                at=START + number,
                who="key:abc",
                what="replay",
                about=f"givare {number}",
                details={"records": number},
            )
            store.note(line).result()


def told(path: Path) -> dict[str, object]:
    """Return what is in a store, read with plain SQL: the contract that every schema keeps."""
    connection = apsw.Connection(str(path))
    ask = connection.execute
    answer: dict[str, object] = {
        "schema": connection.pragma("user_version"),
        "things": [
            [id_, json.loads(document)] for id_, document in ask("SELECT id, document FROM thing")
        ],
        "deliveries": [
            list(row)
            for row in ask("SELECT seq, source, received, translated, records FROM delivery")
        ],
        "audit": [],
    }
    if ask("SELECT 1 FROM sqlite_schema WHERE name = 'audit'").fetchall():
        answer["audit"] = [
            list(row) for row in ask("SELECT seq, at, who, what, about, details FROM audit")
        ]
    connection.close()
    return answer


def spoken(store: Store) -> dict[str, object]:
    """Return what the verbs of then answered."""
    run = store.history(SERIES, start=START - 400 * DAY, end=START + 400 * DAY)
    latest = store.latest([SERIES, "door:skelleftea:1/count"])
    bodies = store.delivery(2)
    return {
        "times": run.times.tolist(),
        "values": [None if np.isnan(one) else one for one in run.values.tolist()],
        "flags": run.flags.tolist(),
        "latest": {name: one.at for name, one in sorted(latest.items())},
        "bodies": [body.decode() for body in bodies.bodies] if bodies else [],
        "untranslated": [one.seq for one in store.untranslated()],
        "aside": [one.why for one in store.set_aside()],
        "memory": store.recall("source:givare"),
    }


def main() -> None:
    """Write `schema-N.zip`: the stores, and what they say."""
    with TemporaryDirectory() as folder:
        own, commons = Path(folder) / "2482.sqlite", Path(folder) / "commons.sqlite"
        with Store(own) as store, Store(commons) as everybody:
            fill(store)
            everybody.publish({"sensors": DATASETS["sensors"]}, origin="2482").result()
            everybody.absorb("2482", store.changes(0, 10_000)).result()
            answers = spoken(store)
        answers |= told(own)
        target = Path(sys.argv[1]) / f"schema-{answers['schema']}.zip"
        with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
            for path in (own, commons):
                connection = apsw.Connection(str(path))
                connection.pragma("journal_mode", "delete")
                connection.execute("VACUUM")
                connection.close()
                archive.writestr(ZipInfo(path.name), path.read_bytes(), ZIP_DEFLATED)
            text = json.dumps(answers, ensure_ascii=False)
            archive.writestr(ZipInfo("answers.json"), text, ZIP_DEFLATED)


if __name__ == "__main__":
    main()
