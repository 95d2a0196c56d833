"""Reading one outlet's file: its kind, its settings, and everything that is wrong in them."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from byalag import Misconfigured
from byalag.app._document import Document
from byalag.app._locate import KeyPath
from byalag.app._policy import check_receiver
from byalag.app._problem import Problem, suggest
from byalag.app._read_kind import NAME, blame_setting, check_secrets, kind_of
from byalag.app._sense import check_addresses
from byalag.model import Dataset, Words
from byalag.outlets import (
    PLACES,
    AnyKind,
    Common,
    On,
    Threshold,
    kinds,
    serves_unit,
    unfilled,
)

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
_SERVED: Words = {
    "sv": "utgången tjänar en enhet och berättar inte om något annat: ta bort [on], eller gör en "
    "egen utgång för det.",
    "en": "the outlet serves a unit and tells of nothing else: take [on] away, or make an outlet "
    "of its own for that.",
}
_PERSONAL: Words = {
    "sv": "{name} innehåller personuppgifter, och det som skickas lämnar navet: "
    "se till att mottagaren får ha dem.",
    "en": "{name} holds personal data, and what is sent leaves the hub: "
    "see to it that the receiver may have it.",
}


_INSIDE: Final = frozenset({"file"})  # kinds of outlets that leave what they tell on the machine


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
        if not NAME.match(file.stem):
            self.problems.append(Problem(file=document.file, why=_BAD_NAME))
        kind = kind_of(document, self.kinds)
        settings = document.read(kind.settings) if kind else None
        if kind is None or settings is None:
            return None
        if serves_unit(settings):
            _check_served(document, settings.on)
        else:
            _check_on(document, settings.on, datasets, sources)
        for number, name in enumerate(settings.on.datasets if kind.name not in _INSIDE else ()):
            if name in datasets:
                check_receiver(document, ("on", "datasets", number), datasets[name], file.stem)
        check_addresses(document)
        check_secrets(document, self.folder)
        try:
            kind.check(settings)
        except Misconfigured as error:
            blame_setting(document, str(error))
            return None
        return DeclaredOutlet(name=file.stem, file=document.file, kind=kind, settings=settings)


def _check_served(document: Document, on: On) -> None:
    """Note what an outlet that serves a unit could never tell its contacts of."""
    if on.datasets or on.states:
        document.blame(("on",), _SERVED)


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
