"""A municipality pauses, goes on and leaves while the hub runs, and the other notices nothing."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from byalag.testkit import RunningHub, byalag
from tests.promises._tenants import A, B, new_key, push, write_hub

pytestmark = pytest.mark.promise
PLACE = "/baths/v1/bathing-places/bath:ange:ange-open"


def test_who_pauses_takes_nothing_in_and_stays_to_be_read(tmp_path: Path) -> None:
    folder = write_hub(tmp_path / "hub")
    keys = {code: new_key(folder, code, "observations:write") for code in (A, B)}
    with RunningHub("serve", folder) as hub:
        assert push(hub, keys[B], "ange-open", 1, 11.25).status == 201
        hub.wait_for(PLACE, "11.25")
        assert byalag("municipality", "pause", folder, B, "--why", "avtalet ses över").code == 0
        until(lambda: push(hub, keys[B], "ange-open", 1, 11.25).status == 503)
        assert "avtalet ses över" in push(hub, keys[B], "ange-open", 2).text
        assert push(hub, keys[A], "skelleftea-open", 1).status == 201
        assert "11.25" in hub.get(PLACE).text
        assert "avtalet ses över" in hub.wait_for(f"/kommun/{B}", "avtalet").text
        assert byalag("municipality", "resume", folder, B).code == 0
        until(lambda: push(hub, keys[B], "ange-open", 3, 33.75).status == 201)
        hub.wait_for(PLACE, "33.75")


def test_who_leaves_while_the_hub_runs_is_gone_from_it(tmp_path: Path) -> None:
    folder, to = write_hub(tmp_path / "hub"), tmp_path / "ange.zip"
    keys = {code: new_key(folder, code, "observations:write") for code in (A, B)}
    with RunningHub("serve", folder) as hub:
        assert push(hub, keys[B], "ange-open", 1, 11.25).status == 201
        hub.wait_for(PLACE, "11.25")
        said = byalag("municipality", "leave", folder, B, "--to", to, "--yes", "--delete", "--json")
        assert said.code == 0, said.out + said.err
        assert said.json["pending"]
        until(lambda: push(hub, keys[B], "ange-open", 2).status == 401)
        assert hub.get(PLACE).status == 404
        assert push(hub, keys[A], "skelleftea-open", 1).status == 201
    assert (folder / f"store/{B}.sqlite").exists()
    with RunningHub("serve", folder) as hub:
        assert hub.get(f"/kommun/{B}").status == 404
        assert push(hub, keys[A], "skelleftea-open", 2).status == 201
    assert not (folder / f"store/{B}.sqlite").exists()
    assert not list((folder / "store/left").glob(f"{B}*"))


def until(so: Callable[[], bool], times: int = 100) -> None:
    """Ask up to so many times, a tenth of a second apart at least."""
    for _ in range(times):
        if so():
            return
        time.sleep(0.1)
    pytest.fail("it never became so")
