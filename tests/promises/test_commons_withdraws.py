"""What is no longer open is withdrawn from everything that is open while the hub runs."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from byalag.testkit import RunningHub, byalag
from tests.promises._tenants import HOMES, A, B, new_key, push, write_hub

pytestmark = pytest.mark.promise
PLACE, SERIES = "bath:ange:ange-open", "sensor:ange:ange-open/waterTemperature"
SHOWN = [  # where what is open is found, each in its own way
    "/bad",
    f"/bad/{PLACE}",
    f"/bad/{PLACE}/varden.csv",
    "/om/data",
    "/baths/v1/bathing-places?limit=1000",
    f"/baths/v1/bathing-places/{PLACE}",
    f"/baths/v1/bathing-places/{PLACE}/history",
    "/datasets/dcat",
    f"/{B}/datasets/dcat",
    "/datasets/ange-open",
    "/files/v1/ange-open",
    "/files/v1/ange-open/plan.txt",
    "/features/v1/collections?limit=1000",
    "/features/v1/collections/ange-open/items",
    f"/features/v1/collections/ange-open/items/{PLACE}",
    "/sensorthings/v1.1/Things",
    "/ngsi-ld/v1/entities?type=BathingPlace&limit=100",
    f"/ngsi-ld/v1/entities/urn:ngsi-ld:BathingPlace:{PLACE}",
]
CANARY = "Kanariebadet"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_hub(tmp_path / "hub", {"ange-open": CANARY})


@pytest.fixture
def hub(folder: Path, tmp_path: Path) -> Iterator[RunningHub]:
    plan = tmp_path / "plan.txt"
    plan.write_text(f"{CANARY} plan", "utf-8")
    key = new_key(folder, B, "observations:write")
    with RunningHub("serve", folder) as hub:
        assert push(hub, key, "ange-open", 1).status == 201
        published = byalag("file", "publish", folder, "ange-open", plan, "--municipality", B)
        assert published.code == 0, published.err
        hub.wait_for("/files/v1/ange-open", "plan.txt", seconds=60)
        yield hub


def shown(hub: RunningHub) -> dict[str, tuple[int, str]]:
    """Ask twice, so that the second answer is one that was kept."""
    for address in SHOWN:
        hub.get(address)
    return {address: (page.status, page.text) for address in SHOWN for page in [hub.get(address)]}


def told(hub: RunningHub) -> list[str]:
    """Return where the canary is still seen."""
    return [
        address
        for address, (status, text) in shown(hub).items()
        if CANARY in text or (status == 200 and "ange-open" in text)
    ]


def close(folder: Path, how: str) -> None:
    file = folder / HOMES[B] / "datasets" / "ange-open.toml"
    if how == "command":
        assert byalag("dataset", "close", folder, "ange-open").code == 0
    elif how == "editor":
        file.write_text(file.read_text("utf-8").replace("open = true", "open = false"), "utf-8")
    else:
        file.unlink()


@pytest.mark.parametrize("how", ["command", "editor", "removed"])
def test_a_dataset_that_is_closed_is_seen_nowhere(folder: Path, hub: RunningHub, how: str) -> None:
    before = shown(hub)
    seen = [address for address, (status, _) in before.items() if status == 200]
    assert len(seen) >= 14, {address: status for address, (status, _) in before.items()}
    tags = {address: hub.get(address).headers.get("etag", "") for address in seen}
    close(folder, how)
    eventually(lambda: not told(hub), lambda: told(hub))
    for address, tag in tags.items():
        assert hub.get(address, **{"if-none-match": tag}).status != 304 or not tag
    assert "skelleftea-open" in hub.get("/om/data").text
    hub.stop()
    out = folder.parent / "export"
    if how != "removed":  # a source whose dataset is gone stops the hub from starting, as it should
        assert byalag("export", folder, "--to", out).code == 0
        assert (out / A / "skelleftea-open.csv").exists()
        assert not (out / B).exists()


def test_what_is_opened_again_comes_back(folder: Path, hub: RunningHub) -> None:
    file = folder / HOMES[B] / "datasets" / "ange-open.toml"
    text = file.read_text("utf-8")
    close(folder, "editor")
    eventually(lambda: not told(hub), lambda: told(hub))
    file.write_text(text, "utf-8")
    eventually(
        lambda: CANARY in hub.get(f"/baths/v1/bathing-places/{PLACE}").text,
        lambda: hub.said[-2000:],
    )


def test_the_commons_is_built_again_the_same(folder: Path) -> None:
    key = new_key(folder, A, "observations:write")
    with RunningHub("serve", folder) as hub:
        for minute in range(20):
            assert push(hub, key, "skelleftea-open", minute, minute / 7).status == 201
        hub.wait_for("/baths/v1/bathing-places/bath:skelleftea:skelleftea-open", "2.714")
    (first, second) = (byalag("commons", "rebuild", folder, "--json").json for _ in range(2))
    assert first["before"] == first["after"] == second["before"] == second["after"]
    (folder / "store/commons.sqlite").unlink()
    third = byalag("commons", "rebuild", folder, "--json").json
    assert third["before"] == ""
    assert third["after"] == first["after"]


def eventually(so: Callable[[], bool], instead: Callable[[], object], times: int = 100) -> None:
    """Ask up to so many times, a tenth of a second apart at least."""
    for _ in range(times):
        if so():
            return
        time.sleep(0.1)
    raise AssertionError(instead())
