"""Whether what a hub folder says of owners, classes and personal data holds together."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from byalag.app._document import Document
from byalag.app._locate import KeyPath
from byalag.app._problem import Problem
from byalag.governance import Shortfall, highest, inherited, may_be_open, may_leave, shortfalls
from byalag.model import Dataset, Klassa, Municipality, Stewardship, Words
from byalag.sources import Common


class Declares(Protocol):
    """Says what it is set to be: a source that has been read."""

    @property
    def settings(self) -> Common:
        """What its file says."""
        ...


class Owned(Protocol):
    """A municipality with its datasets, each with what it inherits."""

    @property
    def folder(self) -> Path:
        """The municipality's folder in the hub folder."""
        ...

    @property
    def municipality(self) -> Municipality:
        """Whose they are."""
        ...

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        """The datasets by id."""
        ...


_LACKING: Words = {"sv": "ordningen har luckor: ", "en": "the order has gaps: "}


def check_policy(
    described: Iterable[tuple[Document, Dataset]], municipality: Municipality | None
) -> None:
    """Note what each dataset may not be, and what one about people may not lack."""
    for document, dataset in described:
        whole = dataset if municipality is None else inherited(dataset, municipality.governance)
        for one in shortfalls(whole):
            if one.forbids:
                document.blame((one.setting,), one.why)


def gaps(tenants: Iterable[Owned]) -> list[Problem]:
    """Return what each dataset lacks although nothing stops for it: one warning a dataset."""
    return [
        Problem(
            file=f"{tenant.folder.name}/datasets/{id_}.toml", why=_together(lacking), warning=True
        )
        for tenant in tenants
        for id_, dataset in tenant.datasets.items()
        if (lacking := shortfalls(dataset, tenant.municipality.contact))
    ]


def unsealed(tenants: Iterable[Owned], *, sealed: bool) -> list[Problem]:
    """Return a warning for each municipality with personal data, where the hub seals nothing."""
    found: list[Problem] = []
    for tenant in () if sealed else tenants:
        ids = [id_ for id_, one in tenant.datasets.items() if one.personal_data]
        if ids:
            listed = ", ".join(ids)
            words: Words = {
                "sv": f"personuppgifter i {tenant.municipality.code} ({listed}) lagras i klartext: "
                "gör en huvudnyckel med `byalag secret new` och ange den under [sealing].",
                "en": f"personal data of {tenant.municipality.code} ({listed}) is stored in clear: "
                "make a master key with `byalag secret new` and give it under [sealing].",
            }
            found.append(Problem(file="hub.toml", setting="sealing", why=words, warning=True))
    return found


def effective(
    datasets: Mapping[str, Dataset],
    sources: Iterable[Declares | None],
    municipality: Municipality | None,
) -> dict[str, Dataset]:
    """Return datasets with what they inherit, as sensitive as the most sensitive thing in them."""
    home = Stewardship() if municipality is None else municipality.governance
    classes: dict[str, list[Klassa | None]] = {
        name: [one.classification] for name, one in datasets.items()
    }
    for source in sources:
        if source is not None and source.settings.dataset in classes:
            said = source.settings.governance
            told = (said.classification, *(one.classification for one in said.series.values()))
            classes[source.settings.dataset] += told
    return {
        name: replace(inherited(one, home), classification=highest(classes[name]))
        for name, one in datasets.items()
    }


def check_governed(document: Document, settings: Common, datasets: Mapping[str, Dataset]) -> None:
    """Note every class in a source's file that its dataset, being open, cannot have."""
    dataset = datasets.get(settings.dataset)
    if dataset is None or not dataset.open:
        return
    said = settings.governance
    classes: list[tuple[KeyPath, Klassa | None]] = [(("governance",), said.classification)]
    classes += [
        (("governance", "series", name), one.classification) for name, one in said.series.items()
    ]
    for path, class_ in classes:
        if class_ is not None and not may_be_open(dataset, class_).allowed:
            words: Words = {
                "sv": f"konfidentialitet {class_.confidentiality} kan inte vara öppen, och "
                f"{dataset.id} är det: lägg det i en egen datamängd som är stängd.",
                "en": f"confidentiality {class_.confidentiality} cannot be open, and {dataset.id} "
                "is: put it in a dataset of its own that is closed.",
            }
            document.blame((*path, "classification"), words)


def check_receiver(document: Document, path: KeyPath, dataset: Dataset, outlet: str) -> bool:
    """Note that an outlet may not have a dataset; return whether it may."""
    if may_leave(dataset, outlet).allowed:
        return True
    words: Words = {
        "sv": f"{dataset.id} är känslig (konfidentialitet 3 eller högre) och lämnar inte navet: "
        f'skriv recipients = ["{outlet}"] i datamängdens fil om mottagaren får ha den.',
        "en": f"{dataset.id} is sensitive (confidentiality 3 or more) and does not leave the hub: "
        f'write recipients = ["{outlet}"] in the file of the dataset if the receiver may have it.',
    }
    document.blame(path, words)
    return False


def _together(lacking: Iterable[Shortfall]) -> Words:
    told = list(lacking)
    return {
        language: first + " ".join(one.why[language] for one in told)
        for language, first in _LACKING.items()
    }
