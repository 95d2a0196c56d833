"""Reading one outlet's file: its kind, its settings, and everything that is wrong in them."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import cast

from msgspec import Struct

from byalag import Misconfigured
from byalag.app._document import Document, parsed
from byalag.app._locate import KeyPath
from byalag.app._problem import Problem, suggest
from byalag.app._secret import references, secrets
from byalag.app._sense import check_addresses
from byalag.model import Dataset, Json, Words
from byalag.outlets import PLACES, AnyKind, Common, On, Threshold, kinds, unfilled

_SETTING = re.compile(r"^([A-Za-z_][\w.\[\]-]*): ")
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]*$")
_SECRET = {"password", "secrets", "ca"}
_REFERENCE = re.compile(r"^(env|file):\S+$")
_BAD_NAME: Words = {
    "sv": "en utgångs filnamn skrivs med a-z, 0-9 och bindestreck.",
    "en": "the file name of an outlet is written with a-z, 0-9 and hyphens.",
}
_NOTHING: Words = {
    "sv": "utgången berättar inte om något: ange datasets eller states under [on], "
    "om inte en tjänst använder den.",
    "en": "the outlet tells of nothing: give datasets or states under [on], "
    "unless a service uses it.",
}
_WHICH: Words = {
    "sv": "datamängderna är angivna men inte vad som ska berättas: "
    'observations = "changes", things = true eller [[on.threshold]].',
    "en": "datasets are given but not what is to be told of them: "
    'observations = "changes", things = true or [[on.threshold]].',
}
_PERSONAL: Words = {
    "sv": "{name} innehåller personuppgifter, och det som skickas lämnar navet: "
    "se till att mottagaren får ha dem.",
    "en": "{name} holds personal data, and what is sent leaves the hub: "
    "see to it that the receiver may have it.",
}


class DeclaredOutlet(Struct, frozen=True, kw_only=True):
    """An outlet as a file in the hub folder declares it."""

    name: str
    file: str
    kind: AnyKind
    settings: Common


class OutletReader:
    """Reads the outlets of a hub."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        """Begin with no outlet read."""
        self.folder = folder
        self.problems = problems
        self.kinds = kinds()

    def read(
        self, file: Path, datasets: Mapping[str, Dataset], sources: Collection[str]
    ) -> DeclaredOutlet | None:
        """Return an outlet, unless something in its file is wrong."""
        document = Document(file, self.folder, self.problems)
        if not document.sound:
            return None
        if not _NAME.match(file.stem):
            self.problems.append(Problem(file=document.file, why=_BAD_NAME))
        kind = self._kind(document)
        settings = document.read(kind.settings) if kind else None
        if kind is None or settings is None:
            return None
        _check_on(document, settings.on, datasets, sources)
        check_addresses(document)
        self._secrets(document)
        try:
            kind.check(settings)
        except Misconfigured as error:
            found = _SETTING.match(str(error))
            why = str(error)[found.end() :] if found else str(error)
            document.blame(
                parsed(found[1]) if found else (), {"en": why, "sv": f"{why} (på engelska)"}
            )
            return None
        return DeclaredOutlet(name=file.stem, file=document.file, kind=kind, settings=settings)

    def _kind(self, document: Document) -> AnyKind | None:
        given = document.values.get("kind")
        if isinstance(given, str) and given in self.kinds:
            return self.kinds[given]
        known = suggest(str(given), self.kinds)
        words: Words = (
            {"sv": f"måste anges: {known}.", "en": f"must be given: {known}."}
            if given is None
            else {
                "sv": f"{given!r} finns inte; det här finns: {known}.",
                "en": f"{given!r} is not known; use one of {known}.",
            }
        )
        document.blame(("kind",), words)
        return None

    def _secrets(self, document: Document) -> None:
        resolve = secrets(self.folder)
        for path, reference in {*references(document.values), *_whole(document.values, ())}:
            try:
                resolve(reference)
            except Misconfigured as error:
                words = {"sv": f"hemligheten {reference} går inte att läsa.", "en": str(error)}
                document.blame(path, words, warning=True, secret=True)


def _whole(values: Json, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Find the settings that are a secret's name and nothing else."""
    if isinstance(values, dict):
        for key, value in cast("dict[str, Json]", values).items():
            yield from _whole(value, (*path, key))
    elif isinstance(values, list):
        for position, value in enumerate(cast("list[object]", values)):
            yield from _whole(value, (*path, position))
    elif isinstance(values, str) and _SECRET & set(path) and _REFERENCE.match(values):
        yield path, values


def _check_on(
    document: Document, on: On, datasets: Mapping[str, Dataset], sources: Collection[str]
) -> None:
    """Note what an outlet could never tell of."""
    if not on.datasets and not on.states:
        document.blame(("on",), _NOTHING, warning=True)
    if on.datasets and on.observations == "none" and not on.things and not on.threshold:
        document.blame(("on", "datasets"), _WHICH)
    for number, name in enumerate(on.datasets):
        path: KeyPath = ("on", "datasets", number)
        if name not in datasets:
            document.blame(path, _unknown("datamängden", "the dataset", name, datasets))
        elif datasets[name].personal_data:
            words = {language: said.replace("{name}", name) for language, said in _PERSONAL.items()}
            document.blame(path, words, warning=True)
    for number, name in enumerate(on.sources):
        if name not in sources:
            words = _unknown("källan", "the source", name, sources)
            document.blame(("on", "sources", number), words)
    for number, rule in enumerate(on.threshold):
        for path, words in _limits(rule):
            document.blame(("on", "threshold", number, *path), words)


def _unknown(swedish: str, english: str, name: str, known: Collection[str]) -> Words:
    near = suggest(name, known)
    return {
        "sv": f"{swedish} {name!r} finns inte; det här finns: {near or 'ingenting'}.",
        "en": f"{english} {name!r} is not there; there is {near or 'nothing'}.",
    }


def _limits(rule: Threshold) -> Iterator[tuple[KeyPath, Words]]:
    """Find what is wrong in a limit."""
    if (rule.above is None) == (rule.below is None):
        yield (
            (),
            {
                "sv": "ange antingen above eller below.",
                "en": "give either above or below.",
            },
        )
    elif rule.clear is not None and _is_crossed(rule, rule.clear):
        yield (
            ("clear",),
            {
                "sv": "ska ligga på den sida av gränsen där det är som det ska.",
                "en": "must be on the side of the limit where all is well.",
            },
        )
    for setting in ("subject", "text"):
        for language, template in getattr(rule, setting).items():
            for name in unfilled(template):
                known = ", ".join(f"{{{each}}}" for each in PLACES)
                yield (
                    (setting, language),
                    {
                        "sv": f"{{{name}}} finns inte; det här finns: {known}.",
                        "en": f"{{{name}}} is not known; use {known}.",
                    },
                )


def _is_crossed(rule: Threshold, clear: float) -> bool:
    """Tell whether a value that counts as back is beyond the limit itself."""
    too_high = rule.above is not None and clear > rule.above
    return too_high or (rule.below is not None and clear < rule.below)
