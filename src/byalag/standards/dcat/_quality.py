"""How good a dataset is, in the words of the Data Quality Vocabulary (W3C DQV).

Shares from 0 to 1. ISO/IEC 25012 calls the dimensions completeness, currentness, accuracy and
consistency. What comes and goes is of the last seven days. A share of nothing is not told: what
cannot be judged is never taken for bad.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from byalag.model import Words
from byalag.standards.dcat._described import Entry
from byalag.standards.dcat._rdf import Iri, Node, Text, Typed
from byalag.store import Metric as Measured


class Metric(Struct, frozen=True):
    """One share that is measured: its name, what it means, and how it is counted."""

    name: str
    labels: Words
    definitions: Words
    share: Callable[[Entry], tuple[int, int]]


def _kept(name: Measured) -> Callable[[Entry], tuple[int, int]]:
    """Return what reads a share that has been measured day by day."""

    def share(entry: Entry) -> tuple[int, int]:
        found = entry.quality.get(name)
        return (found.part, found.whole) if found is not None else (0, 0)

    return share


METRICS: Final = (
    Metric(
        "completeness",
        {"sv": "Fullständighet", "en": "Completeness"},
        {
            "sv": "Andelen av de väntade värdena, efter seriernas mätintervall, som kom de senaste "
            "sju dygnen. Serier utan mätintervall bedöms efter datamängdens frekvens, eller inte.",
            "en": "The share of the expected values, by the series' cadence, that came in the last "
            "seven days. Series without one are judged by the dataset's frequency, or not at all.",
        },
        _kept("completeness"),
    ),
    Metric(
        "timeliness",
        {"sv": "Aktualitet", "en": "Timeliness"},
        {
            "sv": "Andelen bedömda serier vars senaste värde inte är äldre än två mätintervall.",
            "en": "The share of judged series whose newest value is no older than two intervals.",
        },
        lambda entry: (entry.overview.timely, entry.overview.judged),
    ),
    Metric(
        "validity",
        {"sv": "Giltighet", "en": "Validity"},
        {
            "sv": "Andelen värden de senaste sju dygnen som varken saknas, är misstänkta eller "
            "underkända.",
            "en": "The share of values in the last seven days that are neither missing, suspect "
            "nor failed.",
        },
        _kept("validity"),
    ),
    Metric(
        "uniqueness",
        {"sv": "Entydighet", "en": "Uniqueness"},
        {
            "sv": "Andelen objekt som inte är samma som ett annat: samma slag, namn och läge.",
            "en": "The share of things that are not the same as another: type, name and position.",
        },
        _kept("uniqueness"),
    ),
    Metric(
        "translation",
        {"sv": "Översatt", "en": "Translated"},
        {
            "sv": "Andelen poster de senaste sju dygnen som inte lades åt sidan.",
            "en": "The share of records in the last seven days that were not set aside.",
        },
        _kept("translation"),
    ),
    Metric(
        "description",
        {"sv": "Beskrivning", "en": "Description"},
        {
            "sv": "Andelen objekt som har både namn och läge.",
            "en": "The share of things that have both a name and a position.",
        },
        lambda entry: (entry.overview.complete, entry.overview.things),
    ),
    Metric(
        "coverage",
        {"sv": "Täckning", "en": "Coverage"},
        {
            "sv": "Andelen mätserier som har något värde.",
            "en": "The share of series that have any value.",
        },
        lambda entry: (entry.overview.observed, entry.overview.series),
    ),
)


def metrics(hub: str) -> list[Node]:
    """Return what is measured, so that anyone can read what a share means."""
    return [
        Node(
            _iri(hub, metric),
            ("dqv:Metric",),
            [
                *(("skos:prefLabel", Text(text, t)) for t, text in metric.labels.items()),
                *(("skos:definition", Text(text, t)) for t, text in metric.definitions.items()),
                ("dqv:expectedDataType", Iri("http://www.w3.org/2001/XMLSchema#double")),
            ],
        )
        for metric in METRICS
    ]


def measured(hub: str, dataset: str, entry: Entry) -> list[Node]:
    """Return a dataset's quality as it was last measured."""
    nodes: list[Node] = []
    for metric in METRICS:
        part, whole = metric.share(entry)
        if not whole:
            continue
        nodes.append(
            Node(
                f"{dataset}#quality-{metric.name}",
                ("dqv:QualityMeasurement",),
                [
                    ("dqv:isMeasurementOf", Iri(_iri(hub, metric))),
                    ("dqv:computedOn", Iri(dataset)),
                    ("dqv:value", Typed(f"{part / whole:.4f}", "xsd:double")),
                ],
            )
        )
    return nodes


def _iri(hub: str, metric: Metric) -> str:
    return f"{hub}/terms#quality-{metric.name}"
