"""Promise 16 at every door: LibreOffice opens what is for spreadsheets, and computes nothing."""

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from byalag.model import Dataset, Fact, Link, Observation, Point, Series, Thing
from byalag.standards.profile import EXACT, SPREADSHEET, Cell, harmless
from byalag.store import Store
from byalag.testkit import byalag
from tests.pages import _hub, _serve
from tests.promises._tenants import B, write_hub
from tests.promises._whole import whole

SHEET = SPREADSHEET.partition(";")[0]
TRAP = "bath:ange:trap"
API = "/baths/v1/bathing-places"
NAMES = {
    TRAP: '=HYPERLINK("http://example.org";"klicka")',
    "bath:ange:comma": "Badet,=1+1",
    "bath:ange:semicolon": "Badet;=1+1",
    "bath:ange:wide": "\uff1d1+1",
}
NOTES = {"note": "-3.2", "depth": -3.2, "many": 12345}
SERIES = "sensor:ange:trap/waterTemperature"
VALUES = [-3.2, -0.5, 0.001, 17.5]
PAGES = (
    (f"/bad/{TRAP}", "varden", "-kalkylblad.csv", "-3,2"),
    (f"/en/baths/{TRAP}", "values", "-spreadsheet.csv", "-3.2"),
)
OFFICE = shutil.which("soffice")


def facts(dataset: str, now: int) -> list[Fact]:
    things = [
        Thing(
            id=id_,
            type="BathingPlace",
            dataset=dataset,
            name=name,
            municipality=B,
            point=Point(62.52, 15.66),
            properties=NOTES,
        )
        for id_, name in NAMES.items()
    ]
    sensor = SERIES.partition("/")[0]
    series = Series(
        id=SERIES, thing=sensor, property="waterTemperature", dataset=dataset, unit="Cel"
    )
    link = Link(thing=TRAP, property="waterTemperature", series=SERIES)
    seen = [
        Observation(SERIES, now - place * _hub.MINUTE, value) for place, value in enumerate(VALUES)
    ]
    return [*things, Thing(id=sensor, type="Device", dataset=dataset), series, link, *seen]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with Store(tmp_path_factory.mktemp("commons") / "commons.sqlite") as store:
        now = _hub.micros(_hub.NOW)
        dataset = "bathing-places"
        store.publish({dataset: Dataset(id=dataset, title={"sv": "Bad"}, open=True)}).result()
        store.commit(facts(dataset, now), at=now).result()
        yield TestClient(_serve.application_of(store, "http://testserver", _hub.NOW))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a municipality that `byalag export` wrote, in Swedish."""
    folder = write_hub(tmp_path_factory.mktemp("export") / "hub")
    with whole(folder) as (_, _, stores):
        stores[B].commit(facts("ange-open", 10**12), at=10**12).result()
    out = folder.parent / "out"
    said = byalag("--lang", "sv", "export", folder, "--to", out, "--json")
    assert said.code == 0, said.err
    return out / B


def rows(text: str, between: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=between))


def tame(exact: Sequence[Sequence[str]]) -> list[list[Cell]]:
    """Return what a table of texts and numbers is to spreadsheets, decimals with a point."""
    return [[cell if _is_number(cell) else harmless(cell) for cell in row] for row in exact]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.proves(16)
@pytest.mark.parametrize("path", [API, f"{API}/{TRAP}/history"])
def test_an_api_gives_both_kinds_by_names_of_their_own(hub: TestClient, path: str) -> None:
    exact = hub.get(path, headers={"Accept": "text/csv"})
    sheet = hub.get(path, headers={"Accept": SHEET})
    assert (exact.headers["content-type"], sheet.headers["content-type"]) == (EXACT, SPREADSHEET)
    assert sheet.headers["content-disposition"].endswith('-spreadsheet.csv"')
    assert exact.headers["etag"] != sheet.headers["etag"]
    assert rows(sheet.text, ";") == tame(rows(exact.text, ","))
    assert any("-3.2" in row for row in rows(sheet.text, ";")[1:]) or path == API


@pytest.mark.proves(16)
@pytest.mark.parametrize(("place", "last", "name", "coldest"), PAGES)
def test_a_page_links_to_both_kinds_and_says_which_to_choose(
    hub: TestClient, place: str, last: str, name: str, coldest: str
) -> None:
    for page in (place, f"{place}/{last}"):
        told = hub.get(page, headers={"Accept": "text/html"}).text
        assert f'href="{place}/{last}.csv"' in told
        assert f'href="{place}/{last}{name}"' in told
        assert "LibreOffice" in told
    exact, sheet = hub.get(f"{place}/{last}.csv"), hub.get(f"{place}/{last}{name}")
    assert (exact.headers["content-type"], sheet.headers["content-type"]) == (EXACT, SPREADSHEET)
    assert sheet.headers["content-disposition"].endswith(f'{name}"')
    values = [row[1] for row in rows(exact.text, ",")[1:]]
    assert values == [str(value) for value in reversed(VALUES)]  # to the byte
    assert coldest in [row[1] for row in rows(sheet.text, ";")]
    assert hub.get(f"/bad/bath:no:where/varden{PAGES[0][2]}").status_code == 404


@pytest.mark.proves(16)
def test_an_export_is_exact_beside_what_is_for_spreadsheets(exported: Path) -> None:
    exact = rows((exported / "ange-open.csv").read_text("utf-8"), ",")
    by_id = {row[0]: dict(zip(exact[0], row, strict=True)) for row in exact[1:]}
    assert by_id[TRAP]["name"] == NAMES[TRAP]
    assert (by_id[TRAP]["depth"], by_id[TRAP]["note"]) == ("-3.2", "-3.2")
    sheet = rows((exported / "ange-open-kalkylblad.csv").read_text("utf-8"), ";")
    told = {row[0]: dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]}
    assert told[TRAP]["name"] == "'" + NAMES[TRAP]
    assert (told[TRAP]["depth"], told[TRAP]["note"]) == ("-3,2", "'-3.2")
    seen = rows((exported / "ange-open.observations.csv").read_text("utf-8"), ",")
    shown = rows((exported / "ange-open.observations-kalkylblad.csv").read_text("utf-8"), ";")
    assert [row[2] for row in seen[1:]] == [str(value) for value in reversed(VALUES)]
    assert [row[2] for row in shown[1:]] == [row[2].replace(".", ",") for row in seen[1:]]


@pytest.mark.promise
@pytest.mark.proves(16)
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not on this computer")
def test_libreoffice_computes_nothing_of_what_is_for_spreadsheets(
    hub: TestClient, exported: Path, tmp_path: Path
) -> None:
    """It does of the exact one, which is why there are two: this proves that the test can fail."""
    made: dict[str, bytes] = {
        "api-spreadsheet": hub.get(API, headers={"Accept": SHEET}).content,
        "api-exact": hub.get(API, headers={"Accept": "text/csv"}).content,
        "page-spreadsheet": hub.get(f"{PAGES[1][0]}/values-spreadsheet.csv").content,
        "page-kalkylblad": hub.get(f"{PAGES[0][0]}/varden-kalkylblad.csv").content,
        "export-kalkylblad": (exported / "ange-open-kalkylblad.csv").read_bytes(),
    }
    for name, body in made.items():
        (tmp_path / f"{name}.csv").write_bytes(body)
    english, swedish = 1033, 1053  # as Windows numbers regions
    ways = ((";", english, "spreadsheet"), (";", swedish, "kalkylblad"), (",", english, "exact"))
    for between, region, kind in ways:
        opened(tmp_path, sorted(tmp_path.glob(f"*-{kind}.csv")), between, region)
    kinds = {name: cells(tmp_path / f"{name}.xlsx") for name in made}
    assert "f" in {kind for kind, _ in kinds["api-exact"]}
    for name in made.keys() - {"api-exact"}:
        assert {kind for kind, _ in kinds[name]} <= {"s", "n", "b", "d"}, name
    for name in ("api-spreadsheet", "export-kalkylblad"):
        assert ("s", "'" + NAMES[TRAP]) in kinds[name]
        assert {("s", text) for text in ("Badet,=1+1", "Badet;=1+1", "'\uff1d1+1")} <= kinds[name]
    for name in ("page-spreadsheet", "page-kalkylblad", "export-kalkylblad"):
        assert ("n", -3.2) in kinds[name]
    assert ("s", "'-3.2") in kinds["export-kalkylblad"]


def opened(folder: Path, files: Sequence[Path], between: str, region: int) -> None:
    """Let LibreOffice open CSV files, as in a region, and save them as its own."""
    form = f"--infilter=Text - txt - csv (StarCalc):{ord(between)},34,76,1,,{region}"
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    asked = ["soffice", own, "--headless", "--convert-to", "xlsx", form, "--outdir", str(folder)]
    subprocess.run([*asked, *map(str, files)], check=True, capture_output=True, timeout=120)


def cells(file: Path) -> set[tuple[str, object]]:
    """Return the type and content of each cell of a workbook; "f" is a formula."""
    sheet = load_workbook(file).worksheets[0]
    return {(cell.data_type, cell.value) for row in sheet.iter_rows() for cell in row}
