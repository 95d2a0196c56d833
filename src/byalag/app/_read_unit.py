"""Reading `MUNICIPALITY/care/UNIT.toml`: a unit of home care, and what is wrong with it."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from byalag.app._document import Document
from byalag.app._problem import Problem, suggest
from byalag.model import Dataset, Words
from byalag.pages import languages
from byalag.services.care import Unit

UNITS: Final = "care"  # the folder of a municipality where its units are


def read_unit(
    file: Path,
    root: Path,
    datasets: Mapping[str, Dataset],
    outlets: Collection[str],
    problems: list[Problem],
) -> Unit | None:
    """Return a unit, unless its file cannot be read; what is wrong in it is noted.

    `datasets` and `outlets` are the municipality's.
    """
    document = Document(file, root, problems)
    if not document.sound:
        return None
    document.values.setdefault("id", file.stem)
    unit = document.read(Unit)
    if unit is None:
        return None
    if unit.id != file.stem:
        document.blame(
            ("id",),
            {
                "sv": f"ska vara filens namn, {file.stem!r}.",
                "en": f"must be the name of the file, {file.stem!r}.",
            },
        )
    if not any(unit.title.get(language) for language in languages()):
        known = ", ".join(f'{language} = "..."' for language in languages())
        document.blame(
            ("title",),
            {
                "sv": f"måste anges på ett språk som sidorna finns på: title = {{ {known} }}.",
                "en": f"must be given in a language of the pages: title = {{ {known} }}.",
            },
        )
    for number, name in enumerate(unit.datasets):
        for why in _of_dataset(name, unit.purpose, datasets):
            document.blame(("datasets", number), why)
    for way, outlet in unit.ways.items():
        if outlet not in outlets:
            document.blame(("ways", way), _unknown("utgången", "the outlet", outlet, outlets))
    _advise(document, unit)
    return unit


def _of_dataset(name: str, purpose: str, datasets: Mapping[str, Dataset]) -> list[Words]:
    """Return why a unit's sensors cannot be in a dataset."""
    dataset = datasets.get(name)
    if dataset is None:
        return [_unknown("datamängden", "the dataset", name, datasets)]
    found: list[Words] = []
    if not dataset.personal_data:
        found.append(
            {
                "sv": f"{name} måste ha personal_data = true: den berättar om människor i deras "
                "hem.",
                "en": f"{name} must have personal_data = true: it tells of people in their homes.",
            }
        )
    if dataset.open:
        found.append(
            {
                "sv": f"{name} är öppen, och det som händer i någons hem blir aldrig öppet.",
                "en": f"{name} is open, and what happens in somebody's home never is.",
            }
        )
    if purpose not in dataset.purposes:
        known = suggest(purpose, dataset.purposes)
        found.append(
            {
                "sv": f"{name} har inte ändamålet {purpose!r}; den har {known or 'inget'}.",
                "en": f"{name} does not have the purpose {purpose!r}; it has {known or 'none'}.",
            }
        )
    return found


def _unknown(swedish: str, english: str, name: str, known: Collection[str]) -> Words:
    near = suggest(name, known)
    return {
        "sv": f"{swedish} {name!r} finns inte; det här finns: {near or 'ingenting'}.",
        "en": f"{english} {name!r} is not there; there is {near or 'nothing'}.",
    }


def _advise(document: Document, unit: Unit) -> None:
    """Note what can be meant, and is seldom wanted."""
    if not unit.ways:
        document.blame(
            ("ways",),
            {
                "sv": "ingen kan få veta något: ange en utgång för sms, email eller push.",
                "en": "nobody can be told: give an outlet for sms, email or push.",
            },
            warning=True,
        )
    if not (unit.contact.phone or unit.contact.email or unit.contact.url):
        document.blame(
            ("contact",),
            {
                "sv": "ingen att fråga: ange hur anhöriga når enheten.",
                "en": "nobody to ask: give how relatives reach the unit.",
            },
            warning=True,
        )
    if not any(unit.basis.values()):
        document.blame(
            ("basis",),
            {
                "sv": "säg med vilket stöd i lag som enheten gör detta, i ord.",
                "en": "say by which law the unit does this, in words.",
            },
            warning=True,
        )
