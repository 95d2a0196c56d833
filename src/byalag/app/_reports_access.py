"""How each dataset is reached: every page, API and file, with formats, languages and gaps."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from byalag.app._flow import Around, served
from byalag.app._inventory import Holding
from byalag.app._services import declared
from byalag.app._standards import standards
from byalag.model import Json, Words
from byalag.standards.dcat import FORMATS, Service
from byalag.standards.profile import SPREADSHEET

Row = Mapping[str, Json]
_STATEMENT: Final[Mapping[str, str]] = {
    "sv": "/om/tillganglighet",
    "en": "/en/about/accessibility",
}
_TABLES: Final = ("application/json", "text/csv", SPREADSHEET.partition(";")[0])
_PLACES: Final = "application/geo+json"
_CLOSED: Final[Words] = {
    "sv": "stängd: bara kommunens egna når den, med nyckel eller inloggning",
    "en": "closed: only the municipality's own reach it, with a key or logged in",
}
_UNDESCRIBED: Final[Words] = {
    "sv": "beskrivning saknas på {language}",
    "en": "there is no description in {language}",
}
_UNTITLED: Final[Words] = {
    "sv": "titel saknas på {language}",
    "en": "there is no title in {language}",
}


def reached(around: Around, holdings: Iterable[Holding]) -> Iterator[Row]:
    """Yield each way to each dataset, and what is known to be lacking on it."""
    limits = _limitations(around)
    for one in holdings:
        gaps = list(_gaps(one))
        if not one.dataset.open:
            yield _row(around, one, "none", "", "", (), (), [*gaps, _CLOSED])
            continue
        yield _page(around, one, gaps)
        for service in served(around, one.tenant, one.dataset):
            yield _api(around, one, service, [*gaps, *limits.get(service.name, ())])
        address = f"/datasets/{one.dataset.id}"
        yield _row(around, one, "catalogue", "dcat", address, tuple(FORMATS), ("sv", "en"), gaps)


def _page(around: Around, one: Holding, gaps: list[Words]) -> Row:
    languages = around.hub.settings.languages
    address = f"/om/data#{one.dataset.id}"
    return _row(around, one, "page", "data", address, ("text/html",), languages, gaps)


def _api(around: Around, one: Holding, service: Service, gaps: list[Words]) -> Row:
    types = around.overview(one.tenant.municipality.code, one.dataset.id).types
    kind = next((each for each in service.kinds if each in types), next(iter(types), ""))
    address = service.reads.format(
        dataset=one.dataset.id, type=kind, municipality=one.tenant.municipality.code
    )
    own = not service.conforms_to
    formats = (*_TABLES, _PLACES) if own else (service.media_type,)
    path = "/" + address.partition("//")[2].partition("/")[2]
    return _row(
        around, one, "service" if own else "standard", service.name, path, formats, ("sv",), gaps
    )


def _row(  # noqa: PLR0913, PLR0917 -- these are the parts of a row
    around: Around,
    one: Holding,
    kind: str,
    name: str,
    address: str,
    formats: Iterable[str],
    languages: Iterable[str],
    gaps: Iterable[Words],
) -> Row:
    town = one.tenant.municipality
    shown = [code for code in around.hub.settings.languages if code in _STATEMENT]
    return {
        "municipality": town.code,
        "dataset": one.dataset.id,
        "title": dict(one.dataset.title),
        "open": one.dataset.open,
        "kind": kind,
        "name": name,
        "address": address,
        "formats": list(formats),
        "languages": list(languages),
        "statement": [f"{_STATEMENT[code]}?kommun={town.code}" for code in shown],
        "contact": town.contact.email,
        "gaps": [dict(words) for words in gaps],
    }


def _gaps(one: Holding) -> Iterator[Words]:
    """Yield what whoever reads in one of the municipality's languages does not get."""
    for language in one.tenant.municipality.languages:
        for said, words in (
            (one.dataset.title, _UNTITLED),
            (one.dataset.description, _UNDESCRIBED),
        ):
            if not said.get(language):
                yield {code: text.format(language=language) for code, text in words.items()}


def _limitations(around: Around) -> Mapping[str, list[Words]]:
    """Return what each API says that it cannot do."""
    towns = [one.municipality for one in around.hub.tenants]
    said = {one.name: one.limitations for one in declared(around.hub.services, towns)}
    said |= {one.name: one.limitations for one in standards()}
    return {name: [words] for name, words in said.items() if words}
