"""How published files are described, and which of them there are."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from byalag.app import _questions
from byalag.app._cabinet import Cabinet
from byalag.app._face import Face
from byalag.app._files import ALL, NAME, ONE, VERSION, FileReceipt, PublishedFile, told
from byalag.standards.profile import Api, Body, NotAnswered, Operation

_SHA256 = "44afd0ab2cb2325052567582ca0cfaa591163ffeff5391c5f5bbc417c15a6c38"
_EXAMPLE = PublishedFile(
    name="platser.csv",
    version=2,
    newest=True,
    media_type="text/csv",
    size=5_242_880,
    sha256=_SHA256,
    published=datetime(2026, 7, 1, 12, tzinfo=UTC),
    address="https://hub.example.se/files/v1/parking/platser.csv/versions/2",
)
_ONE = {"dataset": "parking", "name": "platser.csv"}


class FilesOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which files are published in a dataset?"""

    dataset: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class FileAt(Struct, frozen=True, forbid_unknown_fields=True):
    """Which file."""

    dataset: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    name: str


class VersionAt(FileAt, frozen=True, forbid_unknown_fields=True):
    """Which version of a file."""

    version: Annotated[int, Meta(ge=1)]


class Files(Struct, frozen=True, kw_only=True):
    """Files of a dataset with all their versions, by name and the newest first."""

    files: list[PublishedFile]
    total: int
    limit: int
    offset: int


def api(face: Face, cabinet: Cabinet) -> Api:
    """Describe published files."""
    return Api(
        name=NAME,
        version="1.0.0",
        released="2026-11-22",
        title={"sv": "Filer", "en": "Files"},
        description={
            "sv": "Filer som kommunerna delar: varje fil hör till en datamängd och finns i alla "
            "sina versioner, med storlek, typ och kontrollsumma. Hämtningen kan återupptas.",
            "en": "Files that the municipalities share: each belongs to a dataset and is there in "
            "all its versions, with size, type and checksum. A fetch can be resumed.",
        },
        limitations={
            "sv": "Kända begränsningar: högst en del åt gången (Range), och filer visas inte i "
            "webbläsaren utan hämtas.",
            "en": "Known limitations: one part at a time (Range), and files are fetched, not shown "
            "in the browser.",
        },
        operations=(_list(_answer(face, cabinet)), _get(), _get_version(), _put()),
        base_url=face.base_url,
        contact=_questions.contact(face),
        sla=_questions.SLA,
    )


def _answer(face: Face, cabinet: Cabinet) -> Callable[[FilesOf], Files]:
    def answer(ask: FilesOf) -> Files:
        if ask.dataset not in cabinet.commons.datasets():
            msg = f"There is no open dataset {ask.dataset[:100]}."
            raise NotAnswered(msg, trouble="not-found")
        shelf = cabinet.commons.files
        found = shelf.versions(ask.dataset, limit=ask.limit, offset=ask.offset)
        newest = {name: shelf.version(ask.dataset, name) for name in {one.name for one in found}}
        return Files(
            files=[told(one, face.base_url, newest=one == newest[one.name]) for one in found],
            total=shelf.count(ask.dataset),
            limit=ask.limit,
            offset=ask.offset,
        )

    return answer


def _list(answer: Callable[[FilesOf], Files]) -> Operation:
    return Operation(
        name="listFiles",
        path=ALL,
        ask=FilesOf,
        answer=answer,
        answers=Files,
        rows="files",
        thing="dataset",
        summary={"sv": "Filer i en datamängd", "en": "Files of a dataset"},
        description={
            "sv": "Alla versioner av datamängdens filer. `address` är versionens fasta adress.",
            "en": "All versions of the dataset's files. `address` is where a version stays.",
        },
        example={"dataset": "parking"},
        example_answer=Files(files=[_EXAMPLE], total=1, limit=100, offset=0),
    )


def _get() -> Operation:
    return Operation(
        name="getFile",
        path=ONE,
        ask=FileAt,
        answers=None,
        binary=True,
        thing="file",
        summary={"sv": "Hämta en fil", "en": "Fetch a file"},
        description={
            "sv": "Den nyaste versionen. Range ger en del; If-Range med ETag återupptar bara om "
            "filen är densamma. ETag är filens SHA-256.",
            "en": "The newest version. Range gives a part; If-Range with the ETag resumes only if "
            "the file is the same. The ETag is the file's SHA-256.",
        },
        example=_ONE,
        example_answer=None,
        headers=_RANGE,
        successes=_FETCHED,
        carries=("ETag", "Repr-Digest", "Content-Range", "Link"),
        failures=("unknown-parameter", "range-not-satisfiable", "unavailable"),
    )


def _get_version() -> Operation:
    return Operation(
        name="getFileVersion",
        path=VERSION,
        ask=VersionAt,
        answers=None,
        binary=True,
        thing="version",
        summary={"sv": "Hämta en version av en fil", "en": "Fetch a version of a file"},
        description={
            "sv": "En bestämd version, som aldrig ändras. I övrigt som den nyaste.",
            "en": "A certain version, which never changes. Otherwise like the newest.",
        },
        example={**_ONE, "version": "2"},
        example_answer=None,
        headers=_RANGE,
        successes=_FETCHED,
        carries=("ETag", "Repr-Digest", "Content-Range", "Link"),
        failures=("unknown-parameter", "range-not-satisfiable", "unavailable"),
    )


def _put() -> Operation:
    receipt = {name: getattr(_EXAMPLE, name) for name in PublishedFile.__struct_fields__}
    return Operation(
        name="publishFile",
        path=ONE,
        method="PUT",
        keyed=True,
        ask=FileAt,
        answers=FileReceipt,
        thing="dataset",
        summary={"sv": "Dela en fil", "en": "Publish a file"},
        description={
            "sv": "Filen blir nästa version; de tidigare finns kvar. Samma innehåll och typ som "
            "den nyaste blir ingen ny version. Med Repr-Digest kontrolleras att filen kom fram "
            "hel. Filen syns för alla om datamängden är öppen.",
            "en": "The file becomes the next version; the earlier ones stay. The same content and "
            "type as the newest make no new version. With Repr-Digest it is checked that the file "
            "came whole. Everyone can see the file if the dataset is open.",
        },
        example=_ONE,
        example_answer=FileReceipt(**receipt, dataset="parking", open=True),
        successes={
            "201": {"sv": "En ny version är sparad.", "en": "A new version is saved."},
            "200": {
                "sv": "Filen är densamma som den nyaste versionen.",
                "en": "The file is the same as the newest version.",
            },
        },
        carries=("Location", "ETag", "Repr-Digest"),
        headers={
            "Repr-Digest": {
                "sv": "Filens SHA-256: `sha-256=:…:` (RFC 9530).",
                "en": "The SHA-256 of the file: `sha-256=:…:` (RFC 9530).",
            }
        },
        body=Body(
            types={"application/octet-stream": None},
            examples={"application/octet-stream": "namn;platser\r\nNorra torget;40\r\n"},
            description={
                "sv": "Filen som den är, med sin egen Content-Type.",
                "en": "The file as it is, with its own Content-Type.",
            },
        ),
        failures=(
            "unknown-parameter",
            "digest-mismatch",
            "too-slow",
            "too-large",
            "unsupported-media-type",
            "unavailable",
            "full",
        ),
    )


_FETCHED = {
    "200": {"sv": "Hela filen.", "en": "The whole file."},
    "206": {"sv": "Den del som efterfrågades.", "en": "The part that was asked for."},
    "304": {"sv": "Filen är densamma som er.", "en": "The file is the same as yours."},
}
_RANGE = {
    "Range": {
        "sv": "Vilka byte: `bytes=1048576-`, en del åt gången.",
        "en": "Which bytes: `bytes=1048576-`, one part at a time.",
    },
    "If-Range": {
        "sv": "ETag för den fil som en del redan är hämtad av.",
        "en": "The ETag of the file that a part has been fetched of already.",
    },
}
