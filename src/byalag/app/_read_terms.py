"""Reading `terms/*.toml`, the hub's and each municipality's: what is meant by which word."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct, structs

from byalag.app._document import Document
from byalag.app._locate import KeyPath
from byalag.app._problem import Problem, suggest
from byalag.model import Words
from byalag.pages import languages
from byalag.terms import Definition, circles, terms

FOLDER = "terms"


class TermsFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`terms/*.toml`: words and what is meant by them."""

    term: tuple[Definition, ...] = ()


class _Read(Struct, frozen=True):
    document: Document
    number: int
    definition: Definition

    def blame(self, path: KeyPath, why: Words, *, warning: bool = False) -> None:
        self.document.blame(("term", self.number, *path), why, warning=warning)


def read_terms(
    folder: Path, homes: Sequence[tuple[Path, str]], problems: list[Problem]
) -> tuple[Definition, ...]:
    """Return every definition of a hub folder, noting what is wrong in its files.

    `homes` are the municipalities' folders with their codes.
    """
    read = list(_read(folder, folder, "", problems))
    for home, code in homes:
        read += _read(home, folder, code, problems)
    _check(read)
    return tuple(one.definition for one in read)


def _read(home: Path, root: Path, code: str, problems: list[Problem]) -> Iterable[_Read]:
    for file in sorted((home / FOLDER).glob("*.toml")):
        document = Document(file, root, problems)
        found = document.read(TermsFile) if document.sound else None
        for number, one in enumerate(found.term if found else ()):
            yield _Read(document, number, structs.replace(one, municipality=code))


def _check(read: Sequence[_Read]) -> None:
    known = {one.id for one in terms()} | {one.definition.id for one in read}
    seen: dict[tuple[str, str], str] = {}
    around = set(circles([one.definition for one in read]))
    for one in read:
        said = one.definition
        where = seen.setdefault((said.municipality, said.id), one.document.file)
        if where != one.document.file or _again(read, one):
            one.blame(
                ("id",),
                {
                    "sv": f"{said.id} står redan i {where}; en kommun menar en sak med ett ord.",
                    "en": f"{said.id} is already in {where}; a municipality means one thing by it.",
                },
            )
        _check_texts(one)
        _check_words(one, known)
        if said.id in around:
            one.blame(
                ("broader",),
                {
                    "sv": f"{said.id} är vidare än sig självt, genom andra ord.",
                    "en": f"{said.id} is broader than itself, by way of other words.",
                },
            )


def _again(read: Sequence[_Read], one: _Read) -> bool:
    first = next(
        each
        for each in read
        if (each.definition.municipality, each.definition.id)
        == (one.definition.municipality, one.definition.id)
    )
    return first is not one


def _check_texts(one: _Read) -> None:
    said = one.definition
    if not any(said.label.get(language) for language in languages()):
        known = ", ".join(f'{language} = "..."' for language in languages())
        one.blame(
            ("label",),
            {
                "sv": f"måste anges på ett språk som sidorna finns på: {{ {known} }}.",
                "en": f"must be given in a language of the pages: {{ {known} }}.",
            },
        )
    if said.status in {"proposed", "adopted"} and not (
        said.owner and any(said.definition.values())
    ):
        one.blame(
            ("status",),
            {
                "sv": "ett ord som föreslås eller gäller behöver en definition och en ägare.",
                "en": "a word that is proposed or adopted needs a definition and an owner.",
            },
        )


def _check_words(one: _Read, known: set[str]) -> None:
    said = one.definition
    if (said.status == "replaced") != bool(said.replaced_by):
        one.blame(
            ("replaced_by",),
            {
                "sv": "anges för ett ord med status replaced, och bara då.",
                "en": "is given for a word with the status replaced, and only then.",
            },
        )
    named = [
        *((("broader", number), word) for number, word in enumerate(said.broader)),
        *((("narrower", number), word) for number, word in enumerate(said.narrower)),
        *([(("replaced_by",), said.replaced_by)] if said.replaced_by else []),
    ]
    for path, word in named:
        if word not in known:
            near = suggest(word, known)
            one.blame(
                path,
                {
                    "sv": f"ordet {word} finns inte; det här liknar: {near}.",
                    "en": f"there is no word {word}; near it are: {near}.",
                },
            )
