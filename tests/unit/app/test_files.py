"""Published files of a hub that runs: versions, parts, tags, and never a page of ours."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest

from byalag.testkit import RunningHub, byalag

LARGE = os.urandom(3_000_000)


class Shelf:
    """A hub that runs, and a key to publish with."""

    def __init__(self, folder: Path, hub: RunningHub, key: str) -> None:
        self.folder, self.hub = folder, hub
        self.key = {"Authorization": f"Bearer {key}"}

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> "Answer":
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "PUT":
            told |= self.key
        connection = HTTPConnection("127.0.0.1", self.hub.port, timeout=30)
        connection.request(method, f"/files/v1/{quote(path)}", body, told)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer


class Answer:
    """What came, whole."""

    def __init__(self, answer: HTTPResponse) -> None:
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.body = answer.read()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("files") / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    home = folder / "skelleftea"
    for source in (home / "sources").glob("*.toml"):
        source.unlink()
    (home / "datasets" / "staff.toml").write_text('title = { sv = "Personal" }\n')
    (home / "datasets" / "people.toml").write_text(
        'title = { sv = "Personer" }\npersonal_data = true\nowner = "Skellefteå kommun"\n'
        'legal_basis = "public-task"\nretention = "90d"\nsubjects = { sv = "Anställda" }\n'
        'categories = { sv = "Namn" }\npurposes = { staff = { sv = "Bemanning" } }\n'
        "classification = { confidentiality = 2, integrity = 2, availability = 2 }\n"
    )
    scope = ("--scope", "files:write", "--json")
    key = byalag("key", "new", folder, "--municipality", "2482", *scope).json["key"]
    with RunningHub("serve", folder) as hub:
        yield Shelf(folder, hub, key)


def test_a_file_becomes_versions_that_each_have_an_address(shelf: Shelf) -> None:
    name = "parking/Årets platser.csv"
    first = shelf.send("PUT", name, b"a;b\r\n1;2\r\n", Content_Type="text/csv")
    again = shelf.send("PUT", name, b"a;b\r\n1;2\r\n", Content_Type="text/csv")
    second = shelf.send("PUT", name, b"a;b\r\n1;3\r\n", Content_Type="text/csv")
    assert [one.status for one in (first, again, second)] == [201, 200, 201]
    assert first.headers["location"] == again.headers["location"]
    assert second.headers["location"].endswith("/versions/2")
    assert shelf.send("GET", name).body == b"a;b\r\n1;3\r\n"
    assert shelf.send("GET", f"{name}/versions/1").body == b"a;b\r\n1;2\r\n"
    assert shelf.send("GET", f"{name}/versions/3").status == 404
    listed = shelf.hub.get("/files/v1/parking").json
    ours = [one for one in listed["files"] if one["name"] == "Årets platser.csv"]
    assert [(one["version"], one["newest"]) for one in ours] == [(2, True), (1, False)]
    assert ours[1]["sha256"] == hashlib.sha256(b"a;b\r\n1;2\r\n").hexdigest()
    assert (ours[0]["mediaType"], ours[0]["size"]) == ("text/csv", 10)


def test_a_fetch_that_was_cut_goes_on_where_it_stopped(shelf: Shelf) -> None:
    assert shelf.send("PUT", "parking/stor.bin", LARGE).status == 201
    connection = HTTPConnection("127.0.0.1", shelf.hub.port, timeout=30)
    connection.request("GET", "/files/v1/parking/stor.bin")
    answer = connection.getresponse()
    tag, begun = answer.headers["ETag"], answer.read(1_234_567)
    answer.close()
    connection.close()  # the train goes into a tunnel
    rest = shelf.send("GET", "parking/stor.bin", Range=f"bytes={len(begun)}-", If_Range=tag)
    assert rest.status == 206
    assert rest.headers["content-range"] == f"bytes {len(begun)}-{len(LARGE) - 1}/{len(LARGE)}"
    assert begun + rest.body == LARGE
    changed = shelf.send("GET", "parking/stor.bin", Range="bytes=9-", If_Range='"another"')
    assert (changed.status, changed.body == LARGE) == (200, True)


def test_tags_are_the_digest_and_answer_what_has_not_changed(shelf: Shelf) -> None:
    shelf.send("PUT", "parking/tag.txt", b"0123456789")
    digest = hashlib.sha256(b"0123456789")
    got = shelf.send("GET", "parking/tag.txt", Accept_Encoding="gzip")
    assert got.headers["etag"] == f'"{digest.hexdigest()}"'
    assert got.headers["repr-digest"] == f"sha-256=:{b64encode(digest.digest()).decode()}:"
    assert "content-encoding" not in got.headers
    unchanged = shelf.send("GET", "parking/tag.txt", If_None_Match=got.headers["etag"])
    assert (unchanged.status, unchanged.body) == (304, b"")
    head = shelf.send("HEAD", "parking/tag.txt", Range="bytes=2-3")
    assert (head.status, head.headers["content-length"], head.body) == (200, "10", b"")
    part = shelf.send("GET", "parking/tag.txt", Range="bytes=-3")
    assert (part.status, part.body) == (206, b"789")
    several = shelf.send("GET", "parking/tag.txt", Range="bytes=0-1,4-5")
    assert (several.status, several.body) == (200, b"0123456789")
    beyond = shelf.send("GET", "parking/tag.txt", Range="bytes=10-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, "bytes */10")
    empty = shelf.send("PUT", "parking/empty.txt", b"")
    assert empty.status == 201
    assert shelf.send("GET", "parking/empty.txt").body == b""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sida.html", "text/html; charset=utf-8"),
        ("bild.svg", "image/svg+xml"),
        ("kod.js", "text/javascript"),
        ("fil.xml", "application/xml"),
    ],
)
def test_what_a_browser_could_run_is_saved_and_never_shown(
    shelf: Shelf, name: str, said: str
) -> None:
    shelf.send("PUT", f"parking/{name}", b"<script>alert(1)</script>", Content_Type=said)
    got = shelf.send("GET", f"parking/{name}", Accept="text/html")
    assert got.body == b"<script>alert(1)</script>"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert got.headers["x-content-type-options"] == "nosniff"


def test_a_checksum_that_does_not_match_keeps_nothing(shelf: Shelf) -> None:
    right = b64encode(hashlib.sha256(b"hel").digest()).decode()
    wrong = shelf.send("PUT", "parking/hel.txt", b"halv", Repr_Digest=f"sha-256=:{right}:")
    assert (wrong.status, b"SHA-256" in wrong.body) == (400, True)
    assert shelf.send("GET", "parking/hel.txt").status == 404
    good = shelf.send("PUT", "parking/hel.txt", b"hel", Repr_Digest=f"sha-256=:{right}:")
    assert good.status == 201
    assert not list((shelf.folder / "store" / "files" / "2482" / "incoming").iterdir())


def test_what_is_not_open_is_kept_and_shown_to_nobody(shelf: Shelf) -> None:
    closed = shelf.send("PUT", "staff/lista.csv", b"x")
    assert (closed.status, b'"open":false' in closed.body) == (201, True)
    assert shelf.send("GET", "staff/lista.csv").status == 404
    assert shelf.hub.get("/files/v1/staff").status == 404
    assert shelf.send("PUT", "people/lista.csv", b"x").status == 403
    assert shelf.send("PUT", "nope/lista.csv", b"x").status == 404
    assert shelf.send("PUT", "parking/.gömd", b"x").status == 400
    nobody = shelf.hub.ask("PUT", "/files/v1/parking/x.txt", body=b"x")
    assert nobody.status == 401


def test_a_file_published_at_the_terminal_is_seen_and_a_dataset_that_closes_takes_its_files(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "hub"
    assert byalag("init", folder, "--municipality", "2482").code == 0
    for source in (folder / "skelleftea" / "sources").glob("*.toml"):
        source.unlink()
    (tmp_path / "platser.csv").write_text("a;b\n1;2\n")
    publish = ("file", "publish", folder, "parking", tmp_path / "platser.csv")
    first, again = byalag(*publish, "--json").json, byalag(*publish, "--json").json
    assert (first["version"], first["new"], again["version"], again["new"]) == (1, True, 1, False)
    other = byalag(*publish, "--name", "namn.csv")
    assert other.out.strip().endswith("/files/v1/parking/namn.csv/versions/1")
    listed = byalag("file", "list", folder, "--json").json["files"]
    assert [one["name"] for one in listed] == ["namn.csv", "platser.csv"]
    assert "platser.csv\t1\t8" in byalag("file", "list", folder).out
    assert byalag("file", "publish", folder, "nope", tmp_path / "platser.csv").code == 4
    with RunningHub("serve", folder) as hub:
        assert hub.wait_for("/files/v1/parking/platser.csv", "1;2").status == 200
    dataset = folder / "skelleftea" / "datasets" / "parking.toml"
    dataset.write_text(dataset.read_text().replace("open = true", "open = false"))
    with RunningHub("serve", folder) as hub:
        assert hub.get("/files/v1/parking/platser.csv").status == 404
        assert hub.get("/files/v1/parking").status == 404
    dataset.write_text(dataset.read_text().replace("open = false", "open = true"))
    with RunningHub("serve", folder) as hub:
        assert hub.wait_for("/files/v1/parking/platser.csv", "1;2").status == 200
