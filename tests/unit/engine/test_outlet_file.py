"""Files and lines, on a real disk."""

import json
from pathlib import Path

import pytest

from byalag.engine._send_file import write
from byalag.outlets import FileSending
from byalag.store import Store
from byalag.testkit import running, soon

from ._outlets import engine_of, hurried, left, notice, outlet

pytestmark = pytest.mark.anyio


async def test_each_message_is_a_whole_file(store: Store, commons: Store, tmp_path: Path) -> None:
    told = outlet("ut", tmp_path, kind="file", folder="ut")
    engine = engine_of(store, commons, told)
    async with running(engine):
        await engine.tell("2482", "ut", [notice(n) for n in range(5)])
        await soon(lambda: len(left(store, "ut")["sent"]) == 5)
    files = sorted((tmp_path / "ut").iterdir())
    assert [file.name for file in files] == [f"2026-07-01-msg_{n:04}.json" for n in range(5)]
    assert json.loads(files[0].read_text())["text"]["sv"] == "Nummer 0"


async def test_lines_are_added_in_order_when_there_is_room_again(
    store: Store, commons: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried(monkeypatch)
    (tmp_path / "ut").write_text("in the way")
    told = outlet(
        "ut", tmp_path, kind="file", folder="ut", write="lines", name="a.jsonl", ordered=True
    )
    engine = engine_of(store, commons, told)
    async with running(engine):
        await engine.tell("2482", "ut", [notice(n) for n in range(5)])
        await soon(lambda: left(store, "ut")["waiting"][0].tries)
        assert "cannot be written" in engine.outlets()[0].error
        (tmp_path / "ut").unlink()
        await soon(lambda: len(left(store, "ut")["sent"]) == 5)
    lines = (tmp_path / "ut" / "a.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"msg_{n:04}" for n in range(5)]


@pytest.mark.parametrize("half", [0, 1, 10, 17])
def test_a_line_that_a_crash_cut_is_made_whole_and_none_is_repeated(
    tmp_path: Path, half: int
) -> None:
    def line(number: int) -> FileSending:
        said = b'{"id":"msg_%d","x":1}\n' % number
        return FileSending(folder=".", name="a", content=said, append=True, id=f"msg_{number}")

    write(line(1), tmp_path)
    with (tmp_path / "a").open("ab") as file:
        file.write(line(2).content[:half])
    write(line(2), tmp_path)
    write(line(2), tmp_path)
    write(line(1), tmp_path)
    assert (tmp_path / "a").read_bytes() == line(1).content + line(2).content


def test_what_another_left_half_at_the_end_stays_on_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"other")
    sending = FileSending(folder=".", name="a", content=b'{"id":"m"}\n', append=True, id="m")
    write(sending, tmp_path)
    assert (tmp_path / "a").read_bytes() == b'other\n{"id":"m"}\n'
