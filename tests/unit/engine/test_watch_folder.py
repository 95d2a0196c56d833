"""A watched folder: each file is taken when it is complete, once, and leaves a receipt."""
# ruff: noqa: ASYNC240 -- a test may wait for its own small files

import io
import json
import os
import zipfile
from datetime import timedelta
from functools import partial
from pathlib import Path

import anyio
import pytest
from openpyxl import Workbook

from byalag.engine import try_source
from byalag.store import Store
from byalag.testkit import StoppedClock, running, soon

from .watching import engine, names, rows, series, watched

pytestmark = pytest.mark.anyio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


async def test_a_file_is_taken_moved_and_receipted(
    folder: Path, store: Store, commons: Store
) -> None:
    (folder / "p.csv").write_text(rows(5, 7) + "p9;P9\n")
    source = watched("folder", path=str(folder), after="move")
    receipt = folder / "taken" / "p.csv.receipt.json"
    async with running(engine(store, commons, source)):
        await soon(receipt.exists)
    assert store.latest([series(1)])[series(1)].value == 7
    assert not (folder / "p.csv").exists()
    assert (folder / "taken" / "p.csv").read_text() == rows(5, 7) + "p9;P9\n"
    said = json.loads(receipt.read_text())
    assert said["state"] == "translated"
    assert said["delivery"] == store.deliveries("files")[0].seq
    assert (said["records"], said["things"], said["observations"]) == (3, 2, 2)
    assert said["reasons"][0]["where"] == "line 4"
    assert said["taken"] == "2026-07-01T12:00:00+00:00"
    assert names(store) == ["p.csv"]


async def test_a_file_that_grows_is_left_until_it_has_been_still(
    folder: Path, store: Store, commons: Store
) -> None:
    text = rows(*range(40))
    source = watched("folder", path=str(folder), settled=0.3)
    async with running(engine(store, commons, source)):
        with (folder / "p.csv").open("w") as file:
            for start in range(0, len(text), 100):
                file.write(text[start : start + 100])
                file.flush()
                await anyio.sleep(0.06)
                assert not store.deliveries("files")
        await soon(lambda: store.latest([series(39)]))
    assert len(store.deliveries("files")) == 1


async def test_unfinished_names_links_and_folders_are_not_taken(
    folder: Path, store: Store, commons: Store, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text(rows(1))
    for name in ("a.csv.part", "b.tmp", "C.FILEPART", ".hidden.csv"):
        (folder / name).write_text(rows(1))
    (folder / "link.csv").symlink_to(outside)
    (folder / "dir.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder / "z.csv").write_text(rows(5))
    (folder / "z.txt").write_text(rows(5))
    source = watched("folder", path=str(folder), pattern="*.csv*", settled=0.05)
    async with running(engine(store, commons, source)):
        await soon(lambda: store.deliveries("files"))
        await anyio.sleep(0.4)
    assert names(store) == ["z.csv"]


async def test_a_marked_file_is_not_taken_again_until_its_content_is_new(
    folder: Path, store: Store, commons: Store
) -> None:
    file = folder / "p.csv"
    file.write_text(rows(5))
    source = watched("folder", path=str(folder), settled=0.05)
    async with running(engine(store, commons, source)):
        await soon(lambda: store.deliveries("files"))
    async with running(engine(store, commons, source)):
        await anyio.sleep(0.3)
        file.touch()
        await anyio.sleep(0.3)
        assert len(store.deliveries("files")) == 1
        file.write_text(rows(6, at="2026-07-01T11:59:30Z"))
        await soon(lambda: len(store.deliveries("files")) == 2)
        file.write_text(rows(5))  # as it was at first, and news all the same
        await soon(lambda: len(store.deliveries("files")) == 3)
    assert file.exists()


async def test_a_moved_file_never_takes_anothers_place(
    folder: Path, store: Store, commons: Store
) -> None:
    (folder / "taken").mkdir()
    (folder / "taken" / "p.csv").write_text("old")
    source = watched("folder", path=str(folder), after="move", settled=0.05)
    async with running(engine(store, commons, source)):
        for number in range(3):
            (folder / "p.csv").write_text(rows(number))
            await soon(lambda: not (folder / "p.csv").exists())
    found = sorted(file.name for file in (folder / "taken").glob("*.csv"))
    assert found == [
        "p.20260701T120000.000000Z.2.csv",
        "p.20260701T120000.000000Z.3.csv",
        "p.20260701T120000.000000Z.csv",
        "p.csv",
    ]
    assert (folder / "taken" / "p.csv").read_text() == "old"
    assert len(names(store)) == 3


async def test_what_cannot_be_read_is_told_and_holds_up_no_other(
    folder: Path, store: Store, commons: Store
) -> None:
    (folder / "big.csv").write_text(rows(*range(100)))
    (folder / "bad.csv").write_text("\0 nothing that anyone could read")
    (folder / "good.csv").write_text(rows(5))
    nameless = Path(os.fsdecode(os.fsencode(folder) + b"/\xff.csv"))
    nameless.touch()
    source = watched("folder", path=str(folder), max_bytes=500, after="move", settled=0.05)
    hub = engine(store, commons, source)
    async with running(hub):
        await soon(lambda: store.latest([series(0)]))
        await soon((folder / "taken" / "bad.csv.receipt.json").exists)
        await soon(lambda: "2 files cannot be taken" in hub.status()[0].error)
        status = hub.status()[0]
        assert "raise `max_bytes`" in status.error
        assert "its name is not UTF-8" in status.error
        (folder / "big.csv").unlink()
        nameless.unlink()
        (folder / "next.csv").write_text(rows(5))
        await soon(lambda: store.deliveries("files")[0].seq == 3)
        await soon(lambda: not hub.status()[0].error)
    assert sorted(names(store)) == ["bad.csv", "good.csv", "next.csv"]
    receipt = json.loads((folder / "taken" / "bad.csv.receipt.json").read_text())
    assert receipt["setAside"] == 1


async def test_a_folder_that_is_not_there_is_told_and_found_when_it_comes(
    folder: Path, store: Store, commons: Store
) -> None:
    away = folder.rename(folder.with_name("away"))
    source = watched("folder", path=str(folder), settled=0.05)
    hub = engine(store, commons, source)
    async with running(hub):
        await soon(lambda: "create it, or check `path`" in hub.status()[0].error)
        (away / "p.csv").write_text(rows(5))
        away.rename(folder)
        await soon(lambda: store.latest([series(0)]))


async def test_a_link_named_taken_leads_nothing_out_of_the_folder(
    folder: Path, store: Store, commons: Store, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "taken").symlink_to(outside)
    (folder / "p.csv").write_text(rows(5))
    hub = engine(store, commons, watched("folder", path=str(folder), after="move", settled=0.05))
    async with running(hub):
        await soon(lambda: "it was taken, but" in hub.status()[0].error)
    assert [*outside.iterdir()] == []
    assert (folder / "p.csv").exists()
    assert len(names(store)) == 1


@pytest.mark.proves(27)
async def test_the_clock_may_be_moved_an_hour_both_ways(
    folder: Path, store: Store, commons: Store
) -> None:
    clock = StoppedClock()
    source = watched("folder", path=str(folder), after="move", settled=0.05)
    async with running(engine(store, commons, source, clock=clock)):
        for number, hours in enumerate((0, 1, -2, 1)):
            clock.advance(timedelta(hours=hours))
            (folder / f"{number}.csv").write_text(rows(number, first=number))
            await soon(partial(store.latest, [series(number)]))
    assert names(store) == ["0.csv", "1.csv", "2.csv", "3.csv"]


async def test_archives_and_workbooks_are_read(folder: Path, store: Store, commons: Store) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../a.csv", rows(1))
        archive.writestr("b.csv", rows(2, first=1))
        archive.writestr("read-me.txt", "hej")
    (folder / "lots.zip").write_bytes(packed.getvalue())
    source = watched("folder", path=str(folder), members="*.csv", settled=0.05)
    async with running(engine(store, commons, source)):
        await soon(lambda: store.latest([series(1)]))
    book = Workbook()
    assert book.active is not None
    book.active.append(["id", "name", "free", "at"])
    book.active.append(["p7", "P7", 70, "2026-07-01T11:00:00Z"])
    made = folder / "excel"
    made.mkdir()
    book.save(made / "lots.xlsx")
    source = watched("folder", path=str(made), format="xlsx", settled=0.05)
    async with running(engine(store, commons, source)):
        await soon(lambda: store.latest([series(7)]))
    assert not store.set_aside("files")


async def test_many_files_are_taken_in_steps_and_in_order_of_age(
    folder: Path, store: Store, commons: Store
) -> None:
    for number in range(300):
        file = folder / f"{number * 7919 % 300:03}.csv"
        file.write_text(rows(number, first=number % 5))
        os.utime(file, ns=(number * 10**9, number * 10**9))
    source = watched("folder", path=str(folder), settled=0.05)
    async with running(engine(store, commons, source)):
        await soon(lambda: len(store.deliveries("files", 1000)) == 300)
        await soon(lambda: not [*store.untranslated()])
    assert names(store) == [f"{number * 7919 % 300:03}.csv" for number in range(300)]
    assert all(one.translated for one in store.deliveries("files", 1000))


async def test_trying_reads_the_first_file_and_takes_nothing(folder: Path, store: Store) -> None:
    (folder / "p.csv.part").write_text(rows(1))
    (folder / "p.csv").write_text(rows(5, 7))
    source = watched("folder", path=str(folder), after="move")
    tried = await try_source(source)
    assert (tried.things, tried.observations, tried.error) == (2, 2, "")
    assert sorted(file.name for file in folder.iterdir()) == ["p.csv", "p.csv.part"]
    assert not store.deliveries("files")
    (folder / "p.csv").unlink()
    assert f"no finished file in {folder}" in (await try_source(source)).error
