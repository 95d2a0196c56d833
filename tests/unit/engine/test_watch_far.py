"""Files on other machines: an SFTP server that must show its key, and a bucket."""

import asyncio
import io
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import anyio
import asyncssh
import pytest

from byalag.store import Store
from byalag.testkit import ObjectStorage, SftpServer, running, soon

from .watching import engine, names, rows, series, watched

pytestmark = pytest.mark.anyio
PROOF = "AWS4-HMAC-SHA256 Credential=key/20260701/us-east-1/s3/aws4_request, SignedHeaders=host"
HEADERS = {"content-type": "application/octet-stream", "authorization": f"{PROOF}, Signature=0"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "export"
    made.mkdir()
    return made


@pytest.fixture
def server(folder: Path) -> Iterator[SftpServer]:
    with SftpServer(folder) as started:
        yield started


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStorage]:
    with ObjectStorage(tmp_path_factory.mktemp("s3")) as started:
        yield started


def sftp(server: SftpServer, **said: str) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "path": "/",
        "user": server.user,
        "host_key": server.host_key,
        "password": "env:PASSWORD",
        **said,
    }


def s3(storage: ObjectStorage) -> dict[str, Any]:
    return {"endpoint": storage.url, "access_key": "env:KEY", "secret_key": "env:SECRET"}


def secret(reference: str) -> str:
    return {"env:PASSWORD": SftpServer.password, "env:KEY": "key", "env:SECRET": "secret"}[
        reference
    ]


def put(storage: ObjectStorage, path: str, body: bytes = b"", method: str = "PUT") -> bytes:
    request = Request(f"{storage.url}/{path}", body, HEADERS, method=method)  # noqa: S310 -- our own server
    with urlopen(request, timeout=10) as answer:  # noqa: S310 -- as above
        content: bytes = answer.read()
        return content


async def listing(storage: ObjectStorage, path: str) -> str:
    await anyio.sleep(0.05)
    return (await anyio.to_thread.run_sync(lambda: put(storage, path, method="GET"))).decode()


async def test_files_are_taken_from_a_server_moved_and_receipted(
    folder: Path, server: SftpServer, store: Store, commons: Store
) -> None:
    (folder / "p å.csv").write_text(rows(5))
    (folder / "q.csv.filepart").write_text(rows(6))
    (folder / "link.csv").symlink_to("/etc/hostname")
    (folder / "taken").mkdir()
    (folder / "taken" / "p å.csv").write_text("old")
    source = watched("sftp", **sftp(server), after="move")
    again = folder / "taken" / "p å.20260701T120000.000000Z.csv"
    async with running(engine(store, commons, source, secret=secret)):
        await soon(Path(f"{again}.receipt.json").exists)
    assert store.latest([series(0)])[series(0)].value == 5
    assert names(store) == ["p å.csv"]
    assert again.read_text() == rows(5)
    assert (folder / "taken" / "p å.csv").read_text() == "old"
    assert (folder / "q.csv.filepart").exists()


async def test_a_server_that_shows_another_key_is_not_logged_in_to(
    folder: Path, server: SftpServer, store: Store, commons: Store, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "p.csv").write_text(rows(5))
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    hub = engine(store, commons, watched("sftp", **sftp(server, host_key=other)), secret=secret)
    async with running(hub):
        await soon(lambda: "does not show the key in `host_key`" in hub.status()[0].error)
    assert not store.deliveries("files")
    assert SftpServer.password not in hub.status()[0].error


async def test_a_wrong_password_says_what_to_check_and_holds_no_secret(
    server: SftpServer, store: Store, commons: Store
) -> None:
    hub = engine(store, commons, watched("sftp", **sftp(server)), secret=lambda _: "fel lösen")
    async with running(hub):
        await soon(lambda: "check `password` or `private_key`" in hub.status()[0].error)
    assert "fel lösen" not in hub.status()[0].error


async def test_a_key_of_our_own_lets_us_in(folder: Path, store: Store, commons: Store) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    (folder / "p.csv").write_text(rows(5))
    with SftpServer(folder, key=key.export_public_key().decode()) as server:
        said = sftp(server, password="", private_key="file:key")
        private = key.export_private_key().decode()
        hub = engine(store, commons, watched("sftp", **said), secret=lambda _: private)
        async with running(hub):
            await soon(lambda: store.latest([series(0)]))


async def test_a_server_that_goes_away_is_found_again_and_nothing_is_taken_twice(
    folder: Path, server: SftpServer, store: Store, commons: Store
) -> None:
    (folder / "a.csv").write_text(rows(5))
    hub = engine(store, commons, watched("sftp", **sftp(server)), secret=secret)
    async with running(hub):
        await soon(lambda: store.latest([series(0)]))
        await anyio.to_thread.run_sync(server.stop)
        await soon(lambda: "cannot be reached by SFTP" in hub.status()[0].error)
        (folder / "b.csv").write_text(rows(6, first=1))
        await anyio.to_thread.run_sync(server.start)
        await soon(lambda: store.latest([series(1)]))
        await soon(lambda: not hub.status()[0].error)
    assert names(store) == ["a.csv", "b.csv"]


async def test_a_file_that_grows_on_a_server_is_left(
    folder: Path, server: SftpServer, store: Store, commons: Store
) -> None:
    text = rows(*range(30))
    source = watched("sftp", **sftp(server), settled=0.4)
    async with running(engine(store, commons, source, secret=secret)):
        with (folder / "p.csv").open("w") as file:
            for start in range(0, len(text), 100):
                file.write(text[start : start + 100])
                file.flush()
                await asyncio.sleep(0.1)
        await soon(lambda: store.latest([series(29)]))
    assert len(store.deliveries("files")) == 1


async def test_an_address_that_is_not_allowed_is_never_connected_to(
    server: SftpServer, store: Store, commons: Store
) -> None:
    source = watched("sftp", **sftp(server, host="localhost"))
    municipality = type(source.municipality)(code="2482", name="Skellefteå")
    closed = type(source)(
        name=source.name, municipality=municipality, kind=source.kind, settings=source.settings
    )
    hub = engine(store, commons, closed, secret=secret)
    async with running(hub):
        await soon(lambda: "on_premises" in hub.status()[0].error)
    assert server.connections == 0


async def test_objects_of_a_bucket_are_taken_page_by_page_and_moved(
    storage: ObjectStorage, store: Store, commons: Store
) -> None:
    put(storage, "export")
    put(storage, "export/other/x.csv", rows(9, first=9).encode())
    put(storage, "export/in/taken/p%201.csv", b"old")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", rows(2, first=2))
    put(storage, "export/in/lots%20%C3%A5%2B1.zip", packed.getvalue())
    put(storage, "export/in/2026/07/p.csv", rows(1, first=1).encode())
    put(storage, "export/in/p%201.csv", rows(5).encode())
    source = watched("s3", **s3(storage), bucket="export", prefix="in", after="move")
    async with running(engine(store, commons, source, secret=secret)):
        for number in range(3):
            await soon(partial(store.latest, [series(number)]))
        listed = ""
        while listed.count("receipt.json") < 3:
            listed = await listing(storage, "export?list-type=2&prefix=in")
    assert sorted(names(store)) == ["2026/07/p.csv", "lots å+1.zip", "p 1.csv"]
    for name in (
        "in/taken/2026/07/p.csv",
        "in/taken/lots å+1.zip",
        "in/taken/p 1.csv",
        "in/taken/p 1.20260701T120000.000000Z.csv.receipt.json",
    ):
        assert f"<Key>{name}</Key>" in listed
    assert put(storage, "export/in/taken/p%201.csv", method="GET") == b"old"


async def test_more_objects_than_a_page_are_all_seen_and_marked(
    storage: ObjectStorage, store: Store, commons: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byalag.engine._s3._AT_ONCE", 7)
    put(storage, "many")
    for number in range(20):
        put(storage, f"many/{number:04}.csv", b"x")
    put(storage, "many/z.csv", rows(5).encode())
    source = watched("s3", **s3(storage), bucket="many", pattern="?.csv")
    hub = engine(store, commons, source, secret=secret)
    async with running(hub):
        await soon(lambda: store.latest([series(0)]))
        await anyio.sleep(0.3)
        assert names(store) == ["z.csv"]
        newer = rows(6, at="2026-07-01T11:59:30Z").encode()
        await anyio.to_thread.run_sync(lambda: put(storage, "many/z.csv", newer))
        await soon(lambda: store.latest([series(0)])[series(0)].value == 6)
    assert names(store) == ["z.csv", "z.csv"]


async def test_a_bucket_that_is_not_there_is_told(
    storage: ObjectStorage, store: Store, commons: Store
) -> None:
    source = watched("s3", **s3(storage), bucket="nowhere")
    hub = engine(store, commons, source, secret=secret)
    async with running(hub):
        await soon(lambda: "there is no bucket 'nowhere'" in hub.status()[0].error)
    assert "check `bucket`" in hub.status()[0].error
