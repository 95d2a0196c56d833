"""What a rule would flag is told at the terminal, and nothing is written."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from byalag.app import open_hub
from byalag.mapping import QualitySpec, rule_of_spec, told_of
from byalag.model import Series, Thing
from byalag.store import Store
from byalag.testkit import byalag

MINUTE = 60_000_000
THING = "sensor:ange:a"
RULED, PLAIN, PERSON = (f"{THING}/{name}" for name in ("water", "air", "bed"))
FILES = {
    "hub.toml": 'name = "Prov"\n',
    "ange/municipality.toml": 'code = "2260"\nname = "Ånge"\n',
    "ange/datasets/water.toml": 'title = { sv = "Vatten" }\n',
    "ange/datasets/care.toml": (
        'title = { sv = "Hemma" }\npersonal_data = true\nowner = "Ånge"\nowner_role = "chef"\n'
        "classification = { confidentiality = 3, integrity = 3, availability = 3 }\n"
        'legal_basis = "public-task"\nretention = "90d"\n'
        'purposes = { care = { sv = "Omsorg", en = "Care" } }\n'
        'subjects = { sv = "Omsorgstagare" }\ncategories = { sv = "Rörelse" }\n'
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a hub with an hour of values, one of which is 85."""
    home = tmp_path_factory.mktemp("nav")
    for name, text in FILES.items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    hub = open_hub(home)
    hub.store.mkdir()
    now = round(datetime.now(UTC).timestamp()) * 1_000_000
    rule = told_of(rule_of_spec(QualitySpec(range=(-2, 40)), "quality"))
    times = now - np.arange(60, 0, -1, dtype=np.int64) * MINUTE
    values = np.full(60, 17.0)
    values[30] = 85.0
    with Store(hub.store / "2260.sqlite") as store:
        store.publish(hub.tenants[0].datasets).result()
        things = [
            Thing(id=THING, type="Device", dataset="water", municipality="2260"),
            Thing(id="home:ange:b", type="Home", dataset="care", municipality="2260"),
        ]
        store.commit(things, at=now).result()
        for name, dataset, details in (
            (RULED, "water", rule), (PLAIN, "water", {}), (PERSON, "care", {}),
        ):  # fmt: skip
            series = Series(
                id=name, thing="home:ange:b" if dataset == "care" else THING,
                property=name.partition("/")[2], dataset=dataset, cadence=MINUTE, details=details,
            )  # fmt: skip
            store.load(series, times, values).result()
    return home


def test_the_rule_of_a_series_is_tried_with_another_limit_and_nothing_is_written(
    folder: Path,
) -> None:
    file = open_hub(folder).store / "2260.sqlite"
    before = sha256(file.read_bytes()).digest()
    told = byalag("quality", "try", folder, RULED, "--flat", "10m,20m", "--json").json
    assert told["values"] == 60
    assert told["own"] != told["rule"]
    assert told["tests"]["range"] == {
        "good": 59, "suspect": 0, "fail": 1, "notEvaluated": 0, "missing": 0,
    }  # fmt: skip
    assert told["tests"]["flat"]["fail"] > 0
    assert told["tests"]["spike"]["notEvaluated"] == 60
    assert len(told["flagged"]) == 5
    few = byalag("quality", "try", folder, RULED, "--range=-2,100", "--json").json
    assert few["flagged"] == []
    assert before == sha256(file.read_bytes()).digest()


def test_what_would_be_flagged_is_said_in_words(folder: Path) -> None:
    said = byalag("quality", "try", folder, PLAIN, "--range", "-2,40", "--lang", "sv").out
    assert "85.0  fel: gränser" in said
    said = byalag("quality", "try", folder, PLAIN, "--range", "-2,100", "--lang", "sv").out
    assert "Ingenting skulle flaggas." in said


@pytest.mark.parametrize(
    ("given", "code", "hint"),
    [
        ((PLAIN,), 4, "ange en gräns att pröva"),
        ((PLAIN, "--range", "varm"), 2, "varm går inte att läsa"),
        ((PLAIN, "--range", "40,-2"), 4, "range"),
        ((f"{THING}/none",), 4, "visas inte"),
        ((PERSON, "--range", "0,1"), 4, "visas inte"),
    ],
)
def test_what_cannot_be_tried_is_said_and_people_are_not_shown(
    folder: Path, given: tuple[str, ...], code: int, hint: str
) -> None:
    told = byalag("quality", "try", folder, *given, "--lang", "sv")
    assert told.code == code
    assert hint in told.out + told.err
