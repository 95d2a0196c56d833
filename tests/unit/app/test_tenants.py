"""A municipality comes, pauses, takes everything along and leaves, beside a hub or without one."""

import csv
import io
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from byalag.app import check_hub, open_hub
from byalag.app._leave import check_archive
from byalag.app._stores import REGISTER
from byalag.model import Look, Observation, Series, Thing
from byalag.pages import contrast, poor
from byalag.pages._look import readable, sheet
from byalag.store import Damaged, Note, Register, Store, Tenancy
from byalag.testkit import byalag
from tests.promises._tenants import HOMES, A, B, new_key, write_hub
from tests.promises._whole import whole

THING, SERIES = "bath:ange:ange-open", "sensor:ange:ange-open/waterTemperature"
VALUES = [0.1, 1 / 3, -3.25, float("nan"), 1e-17]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_hub(tmp_path_factory.mktemp("tenants") / "hub")
    with whole(folder) as (_, _, stores):
        store = stores[B]
        thing = Thing(id=THING, type="BathingPlace", dataset="ange-open", name="Badet")
        series = Series(
            id=SERIES,
            thing="sensor:ange:ange-open",
            property="waterTemperature",
            dataset="ange-open",
            unit="Cel",
        )
        seen = [Observation(SERIES, at, value) for at, value in enumerate(VALUES)]
        store.commit([thing, series, *seen], at=1).result()
        store.note(Note(at=1, who="someone", what="did", about="ange-open")).result()
    return folder


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[ZipFile]:
    to = folder.parent / "ange.zip"
    said = byalag("municipality", "export", folder, B, "--to", to, "--json")
    assert said.code == 0, said.out
    assert check_archive(to) > 10
    with ZipFile(to) as found:
        yield found


def test_a_new_municipality_has_what_the_official_list_says(tmp_path: Path) -> None:
    assert byalag("init", tmp_path / "hub", "--municipality", A).code == 0
    said = byalag("municipality", "add", tmp_path / "hub", "2505", "--dry-run", "--json")
    assert said.json["files"] == ["municipality.toml"]
    assert not Path(said.json["folder"]).exists()
    home = Path(byalag("municipality", "add", tmp_path / "hub", "2505", "--json").json["folder"])
    told = tomllib.loads((home / "municipality.toml").read_text("utf-8"))
    assert (told["code"], told["name"]) == ("2505", "Arvidsjaur")
    assert check_hub(tmp_path / "hub")[0]
    again = byalag("municipality", "add", tmp_path / "hub", "2505")
    assert (again.code, "already" in again.err) == (4, True)
    assert byalag("municipality", "add", tmp_path / "hub", "9999").code == 4


def test_the_file_holds_every_value_exactly(archive: ZipFile) -> None:
    rows = csv.DictReader(io.StringIO(archive.read("datasets/ange-open/observations.csv").decode()))
    told = [float(row["value"] or "nan") for row in rows]
    assert np.array_equal(told, VALUES, equal_nan=True)
    table = pq.read_table(io.BytesIO(archive.read("datasets/ange-open/observations.parquet")))
    parquet = [float("nan") if one is None else one for one in table["value"].to_pylist()]
    assert np.array_equal(parquet, VALUES, equal_nan=True)
    (thing,) = (json.loads(line) for line in archive.open("datasets/ange-open/things.jsonl"))
    assert thing["id"] == THING


def test_the_file_holds_all_of_one_municipality_and_nothing_of_another(archive: ZipFile) -> None:
    names = archive.namelist()
    assert {"README.txt", "audit.jsonl", "deliveries.jsonl", "catalogue.ttl", "terms.ttl"} <= set(
        names
    )
    assert "settings/municipality.toml" in names
    assert not any("keys.toml" in name for name in names)
    assert any(name.startswith("datasets/ange-closed/") for name in names)
    assert not any("skelleftea" in archive.read(name).decode("latin-1") for name in names)


def test_a_file_that_has_been_damaged_is_noticed(archive: ZipFile, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with ZipFile(other, "w") as copy:
        for name in archive.namelist():
            body = archive.read(name)
            copy.writestr(name, b"" if name == "audit.jsonl" else body)
    with pytest.raises(Damaged, match=r"audit\.jsonl"):
        check_archive(other)


def test_whoever_leaves_is_gone_from_the_hub_and_its_key_is_dead(tmp_path: Path) -> None:
    folder = write_hub(tmp_path / "hub")
    key = new_key(folder, B, "facts:read")
    with whole(folder) as (_, _, stores):
        stores[B].commit([], at=1).result()
    said = byalag("municipality", "leave", folder, B, "--to", tmp_path / "b.zip", "--yes", "--json")
    assert said.code == 0, said.out
    assert check_archive(tmp_path / "b.zip") > 10
    assert not (folder / HOMES[B]).exists()
    assert not (folder / f"store/{B}.sqlite").exists()
    assert (Path(said.json["aside"]) / f"{B}.sqlite").is_file()
    assert [one.municipality.code for one in open_hub(folder).tenants] == [A]
    with Store(folder / "store/commons.sqlite") as commons:
        assert B not in commons.origins()
    with whole(folder) as (_, client, _):
        asked = client.get("/ngsi-ld/v1/types", headers={"authorization": f"Bearer {key}"})
        assert asked.status_code == 401
    with Register(folder / "store" / REGISTER) as register:
        assert Tenancy(register).all()[B].state == "left"
        notes = [line.what for line in register.audit.notes()]
    assert notes.index("leave") < notes.index("export municipality")


def test_a_poor_colour_is_refused_with_its_ratio_and_one_that_will_do(tmp_path: Path) -> None:
    folder = write_hub(tmp_path / "hub")
    file = folder / HOMES[B] / "municipality.toml"
    text = file.read_text("utf-8")
    file.write_text(f'{text}\n[look]\naccent = "#00a0df"\n', "utf-8")
    said = byalag("check", folder)
    assert said.code == 4
    assert "2.44:1" in said.err
    near = said.err.partition("4.5:1 is needed; ")[2][:7]
    file.write_text(f'{text}\n[look]\naccent = "{near}"\n', "utf-8")
    assert byalag("check", folder).code == 0


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>",
        '<rect onclick="x()"/>',
        '<image href="https://elsewhere.example/x.png"/>',
        '<rect fill="url(https://elsewhere.example/x)"/>',
        "<foreignObject/>",
        "<style>@import 'x'</style>",
        '<rect fill="URL(https://elsewhere.example/x)"/>',
        '<rect style="background:image-set(&quot;https://elsewhere.example/x&quot; 1x)"/>',
        '<rect style="background:u\\72l(https://elsewhere.example/x)"/>',
    ],
)
def test_a_logo_may_only_be_a_picture(folder: Path, tmp_path: Path, inside: str) -> None:
    other = write_hub(tmp_path / "hub")
    home = other / HOMES[B]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    (home / "logo.svg").write_text(svg, "utf-8")
    with (home / "municipality.toml").open("a", encoding="utf-8") as file:
        file.write('\n[look]\nlogo = "logo.svg"\n')
    _, problems = check_hub(other)
    assert [one.setting for one in problems if not one.warning] == ["look.logo"]


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml-stylesheet type="text/xsl" href="data:x"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg"/><?xml-stylesheet href="data:x"?>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE svg [<!ATTLIST svg onload CDATA "x()">]>'
        '<svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16"),
    ],
)
def test_a_logo_has_nothing_around_it_either(tmp_path: Path, body: bytes) -> None:
    folder = write_hub(tmp_path / "hub")
    (folder / HOMES[B] / "logo.svg").write_bytes(body)
    with (folder / HOMES[B] / "municipality.toml").open("a", encoding="utf-8") as file:
        file.write('\n[look]\nlogo = "logo.svg"\n')
    _, problems = check_hub(folder)
    assert [one.setting for one in problems if not one.warning] == ["look.logo"]


@settings(deadline=None, max_examples=50)
@given(st.text("0123456789abcdef", min_size=6, max_size=6))
def test_there_is_always_a_readable_colour_near(digits: str) -> None:
    light, dark = (readable(f"#{digits}", scheme) for scheme in ("light", "dark"))
    ink = max(("#ffffff", "#000000"), key=lambda one: contrast(one, light))
    look = Look(accent=light, accent_dark=dark, accent_ink=ink)
    assert list(poor(look)) == []
    assert light.encode() in sheet(look)


def test_a_municipality_has_a_page_with_its_look_and_its_own_statement(tmp_path: Path) -> None:
    folder = write_hub(tmp_path / "hub")
    home = folder / HOMES[B]
    (home / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    with (home / "municipality.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[look]\naccent = "#0b4f6c"\nlogo = "logo.svg"\n\n[accessibility]\n'
            'status = "none"\nfaults = [{ sv = "Kartan saknar ord" }]\n'
        )
    with whole(folder) as (_, client, _):
        page = _page(client, f"/kommun/{B}")
        assert "ange-open" in page
        assert "ange-closed" not in page
        sheets = [part for part in page.split('"') if part.startswith("/s/look-2260")]
        assert b"#0b4f6c" in client.get(sheets[0]).content
        logo = client.get(next(part for part in page.split('"') if part.startswith("/s/logo-")))
        assert logo.headers["content-type"] == "image/svg+xml"
        assert "sandbox" in logo.headers["content-security-policy"]
        assert "/s/look-" not in _page(client, f"/kommun/{A}")
        assert "Kartan saknar ord" in _page(client, f"/om/tillganglighet?kommun={B}")
        assert "Kartan saknar ord" not in _page(client, "/om/tillganglighet")
        assert client.get("/kommun/9999", headers={"accept": "text/html"}).status_code == 404


def _page(client: TestClient, address: str) -> str:
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text
