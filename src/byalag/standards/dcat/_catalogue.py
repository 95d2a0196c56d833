"""A catalogue by DCAT-AP-SE 3.0.1: what is published, by whom, and where it can be read.

Every main thing has an address of its own (no blank nodes); the publisher's is dataportal.se's,
made of the organisation number (DCAT-AP-SE, "Publisher"; the harvest's rules). A dataset keeps its
address for ever: the hub's, and the dataset's id.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from byalag.model import Contact, Micros, Municipality, Words
from byalag.standards.dcat import _words
from byalag.standards.dcat._described import Catalogue, Entry, Service
from byalag.standards.dcat._quality import measured, metrics
from byalag.standards.dcat._rdf import Iri, Node, Text, Typed, Value

Said = list[tuple[str, Value]]
_ORGANISATION = 10  # digits of a Swedish organisation number


def catalogue(given: Catalogue) -> list[Node]:
    """Return the graph of one catalogue: itself, then all that it holds.

    What nobody can read yet, since nothing is in it, is not listed.
    """
    entries = [entry for entry in given.entries if not missing(entry) and _held(given, entry)]
    homes = {entry.municipality.code: entry.municipality for entry in entries}
    if given.municipality is not None:
        homes.setdefault(given.municipality.code, given.municipality)
    own = {code: [e for e in entries if e.municipality.code == code] for code in homes}
    offered = [
        (home, service, served)
        for code, home in homes.items()
        for service in given.services
        if (served := [entry for entry in own[code] if serves(service, entry)])
    ]
    nodes = [_catalogue(given, entries, offered)]
    for entry in entries:
        nodes += dataset(given, entry)
    nodes += [_service(given, *one) for one in offered]
    nodes += [_publisher(given, home) for home in homes.values()]
    for home in homes.values():
        nodes += _contact(_contact_iri(given, home), home.contact)
    nodes += [_place(given, home) for home in homes.values() if not home.spatial]
    if given.municipality is None:
        nodes.append(_hub(given))
    nodes += list(_licences(entries))
    return [*nodes, *(metrics(given.hub) if entries else ())]


def missing(entry: Entry) -> list[Words]:
    """Return what a dataset lacks that the catalogue must say of it; nothing when it is whole."""
    home, said = entry.municipality, entry.dataset
    lacking: list[Words] = []
    if not organisation(home):
        lacking.append(
            {"sv": "kommunens organisationsnummer", "en": "the municipality's organisation number"}
        )
    if not home.contact.email or not home.contact.name:
        lacking.append(
            {"sv": "kommunens kontakt: name och email", "en": "a contact: name and email"}
        )
    if not said.title.get("sv"):
        lacking.append({"sv": "titel på svenska", "en": "a title in Swedish"})
    if not said.description.get("sv"):
        lacking.append({"sv": "beskrivning på svenska", "en": "a description in Swedish"})
    return lacking


def organisation(home: Municipality) -> str:
    """Return a municipality's organisation number as ten digits; empty if it has none such."""
    digits = "".join(c for c in home.organisation_number if c.isdigit())
    return digits if len(digits) == _ORGANISATION else ""


def serves(service: Service, entry: Entry) -> bool:
    """Tell whether a dataset can be read through an API."""
    types = entry.overview.types
    if service.placed and not entry.overview.placed:
        return False
    return any(kind in types for kind in service.kinds) if service.kinds else bool(types)


def _held(given: Catalogue, entry: Entry) -> bool:
    """Tell whether there is anything to read in a dataset."""
    return bool(entry.files) or any(serves(service, entry) for service in given.services)


def dataset_iri(hub: str, id_: str) -> str:
    """Return a dataset's address, the same for ever."""
    return f"{hub}/datasets/{id_}"


def dataset(given: Catalogue, entry: Entry) -> list[Node]:
    """Return a dataset, its distributions and its quality."""
    said, home = entry.dataset, entry.municipality
    iri = dataset_iri(given.hub, said.id)
    ways = [service for service in given.services if serves(service, entry)]
    distributions = [_way(given, entry, service) for service in ways]
    distributions += [_file(given, entry, *one) for one in entry.files.items()]
    quality = measured(given.hub, iri, entry)
    told: Said = [
        *_texts("dct:title", said.title),
        *_texts("dct:description", said.description),
        ("dct:identifier", Text(iri)),
        ("dct:publisher", Iri(_publisher_iri(given, home))),
        ("dcat:contactPoint", Iri(_contact_iri(given, home))),
        ("dct:accessRights", Iri(_words.PUBLIC)),
        ("dct:spatial", Iri(_place_iri(given, home))),
        *(("dcat:theme", Iri(f"{_words.THEMES}/{theme}")) for theme in said.theme),
        *(("dct:conformsTo", Iri(one)) for one in said.conforms_to),
        *(("dcat:keyword", Text(w, tongue)) for tongue, ws in said.keywords.items() for w in ws),
        *_high_value(said.hvd, categories=True),
        *(("dcat:distribution", Iri(node.iri)) for node in distributions),
        *(("dqv:hasQualityMeasurement", Iri(node.iri)) for node in quality),
    ]
    if said.frequency is not None:
        told.append(("dct:accrualPeriodicity", Iri(f"{_words.EU}/frequency/{said.frequency}")))
    if said.issued is not None:
        told.append(("dct:issued", _date(said.issued)))
    nodes = [Node(iri, ("dcat:Dataset",), told)]
    overview = entry.overview
    if overview.oldest is not None and overview.newest is not None:
        told.append(("dct:modified", _date(_day(overview.newest))))
        told.append(("dct:temporal", Iri(f"{iri}#time")))
        period: Said = [("dcat:startDate", _date(_day(overview.oldest)))]
        nodes.append(Node(f"{iri}#time", ("dct:PeriodOfTime",), period))
    return [*nodes, *distributions, *quality]


def _catalogue(
    given: Catalogue,
    entries: Sequence[Entry],
    offered: Sequence[tuple[Municipality, Service, Sequence[Entry]]],
) -> Node:
    home = given.municipality
    name = given.name if home is None else home.name
    titles: Words = {"sv": f"Öppna data från {name}", "en": f"Open data from {name}"}
    about: Words = {
        "sv": f"Datamängder som {name} publicerar, och var de kan läsas.",
        "en": f"Datasets that {name} publishes, and where they can be read.",
    }
    tongues = ("sv", "en") if home is None else home.languages
    said: Said = [
        *_texts("dct:title", titles),
        *_texts("dct:description", about),
        ("dct:publisher", Iri(_hub_iri(given) if home is None else _publisher_iri(given, home))),
        ("dct:license", Iri(_words.CC0)),
        ("foaf:homepage", Iri(f"{given.hub}/")),
        ("dcat:themeTaxonomy", Iri(_words.THEMES)),
        *(("dct:language", Iri(one)) for one in map(_words.language, tongues) if one),
        *(("dcat:dataset", Iri(dataset_iri(given.hub, e.dataset.id))) for e in entries),
        *(("dcat:service", Iri(_service_iri(given, *one[:2]))) for one in offered),
    ]
    place = _words.SWEDEN if home is None else _place_iri(given, home)
    said.append(("dct:spatial", Iri(place)))
    issued = [entry.dataset.issued for entry in entries if entry.dataset.issued is not None]
    if issued:
        said.append(("dct:issued", _date(min(issued))))
    said.append(("dct:modified", _date(_day(given.now))))
    return Node(f"{_root(given, home)}#catalog", ("dcat:Catalog",), said)


def _way(given: Catalogue, entry: Entry, service: Service) -> Node:
    """Return a dataset as it is read through an API."""
    types = entry.overview.types
    kind = next((each for each in service.kinds if each in types), next(iter(types), ""))
    address = service.reads.format(
        dataset=entry.dataset.id, type=kind, municipality=entry.municipality.code
    )
    said: Said = [
        *_texts("dct:title", service.title),
        *_texts("dct:description", service.description),
        ("dcat:accessURL", Iri(address)),
        ("dcat:accessService", Iri(_service_iri(given, entry.municipality, service))),
        ("dct:conformsTo", Iri(service.openapi)),
        *_given(entry, service.media_type),
    ]
    iri = f"{dataset_iri(given.hub, entry.dataset.id)}#{service.name}"
    return Node(iri, ("dcat:Distribution",), said)


def _file(given: Catalogue, entry: Entry, address: str, media_type: str) -> Node:
    name = address.rpartition("/")[2]
    said: Said = [
        *_texts("dct:title", {"sv": name, "en": name}),
        *_texts("dct:description", {"sv": f"Filen {name}", "en": f"The file {name}"}),
        ("dcat:accessURL", Iri(address)),
        ("dcat:downloadURL", Iri(address)),
        *_given(entry, media_type),
    ]
    iri = f"{dataset_iri(given.hub, entry.dataset.id)}#file-{name}"
    return Node(iri, ("dcat:Distribution",), said)


def _given(entry: Entry, media_type: str) -> Said:
    """Return what all distributions of a dataset say: format, licence, availability."""
    plain = media_type.partition(";")[0]
    return [
        ("dct:format", Iri(_words.file_type(media_type))),
        ("dcat:mediaType", Iri(f"{_words.IANA}/{plain}")),
        ("dct:license", Iri(_words.licence(entry.dataset.licence))),
        ("dcatap:availability", Iri(_words.AVAILABLE)),
        *_high_value(entry.dataset.hvd, categories=False),
    ]


def _service(
    given: Catalogue, home: Municipality, service: Service, served: Sequence[Entry]
) -> Node:
    values = dict.fromkeys(value for entry in served for value in entry.dataset.hvd)
    themes = dict.fromkeys(theme for entry in served for theme in entry.dataset.theme)
    licences = dict.fromkeys(_words.licence(entry.dataset.licence) for entry in served)
    said: Said = [
        *_texts("dct:title", service.title),
        *_texts("dct:description", service.description),
        ("dct:publisher", Iri(_publisher_iri(given, home))),
        ("dcat:contactPoint", Iri(_contact_iri(given, home))),
        ("dcat:endpointURL", Iri(service.url)),
        ("dcat:endpointDescription", Iri(service.openapi)),
        ("foaf:page", Iri(service.page)),
        ("dct:format", Iri(_words.file_type(service.media_type))),
        ("dct:accessRights", Iri(_words.PUBLIC)),
        *(("dct:license", Iri(one)) for one in licences),
        *(("dct:conformsTo", Iri(one)) for one in service.conforms_to),
        *(("dcat:theme", Iri(f"{_words.THEMES}/{theme}")) for theme in themes),
        *_high_value(tuple(values), categories=True),
        *(("dcat:servesDataset", Iri(dataset_iri(given.hub, e.dataset.id))) for e in served),
        *(
            ("dcat:keyword", Text(word, t))
            for t, word in (("sv", "öppna data"), ("en", "open data"))
        ),
    ]
    return Node(_service_iri(given, home, service), ("dcat:DataService",), said)


def _publisher(given: Catalogue, home: Municipality) -> Node:
    said: Said = [
        ("foaf:name", Text(home.contact.name or home.name, "sv")),
        ("dct:type", Iri(_words.LOCAL_AUTHORITY)),
        ("dct:identifier", Text(organisation(home) or home.code)),
        ("dct:description", Text("Kommun", "sv")),
        ("dct:description", Text("Municipality", "en")),
    ]
    return Node(_publisher_iri(given, home), ("foaf:Agent",), said)


def _hub(given: Catalogue) -> Node:
    said: Said = [
        ("foaf:name", Text(given.name, "sv")),
        ("dct:type", Iri(_words.LOCAL_AUTHORITY)),
        ("dct:identifier", Text(given.hub)),
        ("dct:description", Text("Ett nav som kommuner driver tillsammans", "sv")),
        ("dct:description", Text("A hub that municipalities run together", "en")),
    ]
    return Node(_hub_iri(given), ("foaf:Agent",), said)


def _contact(iri: str, contact: Contact) -> Iterator[Node]:
    """Yield who answers questions, with the telephone and the postal address that there are."""
    said: Said = [("vcard:fn", Text(contact.name))]
    if contact.email:
        said.append(("vcard:hasEmail", Iri(f"mailto:{contact.email}")))
    if contact.url:
        said.append(("vcard:hasURL", Iri(contact.url)))
    if contact.phone:
        number = "".join(c for c in contact.phone if c.isdigit() or c == "+")
        said.append(("vcard:hasTelephone", Iri(f"{iri}-phone")))
        value: Said = [("vcard:hasValue", Iri(f"tel:{number}"))]
        yield Node(f"{iri}-phone", ("vcard:Voice",), value)
    if contact.address:
        said.append(("vcard:hasAddress", Iri(f"{iri}-address")))
        where: Said = [("vcard:street-address", Text(contact.address))]
        yield Node(f"{iri}-address", ("vcard:Address",), where)
    yield Node(iri, ("vcard:Organization", "vcard:Kind"), said)


def _place(given: Catalogue, home: Municipality) -> Node:
    said: Said = [("skos:prefLabel", Text(home.name, "sv"))]
    return Node(_place_iri(given, home), ("dct:Location",), said)


def _licences(entries: Sequence[Entry]) -> Iterator[Node]:
    """Yield the licences that are used, each with the EU's own address for the same."""
    names = dict.fromkeys(["CC0-1.0", *(entry.dataset.licence for entry in entries)])
    for name in names:
        if name in _words.LICENCES:
            address, eu = _words.LICENCES[name]
            same: Said = [("skos:exactMatch", Iri(eu))]
            yield Node(address, ("dct:LicenseDocument",), same)


def _high_value(names: Sequence[str], *, categories: bool) -> Said:
    """Return what regulation (EU) 2023/138 wants to be said of what it applies to."""
    if not names:
        return []
    said: Said = [("dcatap:applicableLegislation", Iri(_words.HVD_LAW))]
    if categories:
        said += [("dcatap:hvdCategory", Iri(_words.HIGH_VALUE[name])) for name in names]
    return said


def _texts(name: str, words: Words) -> Said:
    return [(name, Text(text, language)) for language, text in words.items() if text]


def _date(day: date) -> Typed:
    return Typed(day.isoformat(), "xsd:date")


def _day(at: Micros) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).date()


def _root(given: Catalogue, home: Municipality | None) -> str:
    return (
        f"{given.hub}/datasets/dcat" if home is None else f"{given.hub}/{home.code}/datasets/dcat"
    )


def _publisher_iri(given: Catalogue, home: Municipality) -> str:
    """Return dataportal.se's address of a municipality; ours for one without a number."""
    number = organisation(home)
    if not number:
        return f"{_root(given, home)}#publisher"
    return f"http://dataportal.se/organisation/SE{number}"


def _hub_iri(given: Catalogue) -> str:
    return f"{given.hub}/datasets/dcat#publisher"


def _contact_iri(given: Catalogue, home: Municipality) -> str:
    return f"{_root(given, home)}#contact"


def _place_iri(given: Catalogue, home: Municipality) -> str:
    return home.spatial or f"{_root(given, home)}#place"


def _service_iri(given: Catalogue, home: Municipality, service: Service) -> str:
    return f"{_root(given, home)}#service-{service.name}"
