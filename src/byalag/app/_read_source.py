"""Reading one source's file: its kind, its settings, and everything that is wrong in them."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from byalag import Misconfigured
from byalag.app._document import Document
from byalag.app._policy import check_governed
from byalag.app._problem import Problem, suggest
from byalag.app._read_kind import NAME, blame_setting, check_secrets, kind_of
from byalag.app._sense import check_addresses, check_pushed
from byalag.model import Dataset, Words
from byalag.sources import AnyKind, Common, Receive, kinds

_BAD_NAME: Words = {
    "sv": "en källas filnamn skrivs med a-z, 0-9 och bindestreck.",
    "en": "the file name of a source is written with a-z, 0-9 and hyphens.",
}


class Declared(Struct, frozen=True, kw_only=True):
    """A source as a file in the hub folder declares it."""

    name: str
    file: str
    kind: AnyKind
    settings: Common


class SourceReader:
    """Reads the sources of a hub, and remembers which series are pushed where."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        """Begin with no source read."""
        self.folder = folder
        self.problems = problems
        self.kinds = kinds()
        self.pushed: dict[str, str] = {}

    def read(self, file: Path, datasets: Mapping[str, Dataset]) -> Declared | None:
        """Return a source, unless something in its file is wrong."""
        document = Document(file, self.folder, self.problems)
        if not document.sound:
            return None
        if not NAME.match(file.stem):
            self.problems.append(Problem(file=document.file, why=_BAD_NAME))
        kind = kind_of(document, self.kinds)
        settings = document.read(kind.settings) if kind else None
        if kind is None or settings is None:
            return None
        check_declared(document, settings.dataset, datasets)
        check_governed(document, settings, datasets)
        check_addresses(document)
        try:
            if kind.gather is not None:
                settings = kind.gather(settings, self._file)
            reach = kind.reach(settings)
            kind.prepare(settings)
        except Misconfigured as error:
            blame_setting(document, str(error))
            return None
        if isinstance(reach, Receive):
            check_pushed(document, reach.series, self.pushed)
        check_secrets(document, self.folder)
        return Declared(name=file.stem, file=document.file, kind=kind, settings=settings)

    def _file(self, name: str) -> bytes:
        """Return what a file of the hub folder holds, and of nowhere else."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            message = f"{name} is not a file in the hub folder"
            raise Misconfigured(message)
        return path.read_bytes()


def check_declared(document: Document, name: str, datasets: Mapping[str, Dataset]) -> None:
    """Note that a file names a dataset that is not declared."""
    if name in datasets:
        return
    known = suggest(name, datasets)
    document.blame(
        ("dataset",),
        {
            "sv": f"datamängden {name!r} finns inte i datasets/; "
            + (f"det här finns: {known}." if known else f"skriv datasets/{name}.toml."),
            "en": f"the dataset {name!r} is not declared in datasets/; "
            + (f"there is {known}." if known else f"write datasets/{name}.toml."),
        },
    )
