"""How good a dataset is, in the words of the Data Quality Vocabulary (W3C DQV).

Four shares, each from 0 to 1, of what the store holds now: ISO/IEC 25012 calls the dimensions
completeness, currentness and accuracy. A share of nothing is not told.
"""

from collections.abc import Callable

from msgspec import Struct

from byalag.model import Words
from byalag.standards.dcat._rdf import Iri, Node, Text, Typed
from byalag.store import Overview


class Metric(Struct, frozen=True):
    """One share that is measured: its name, what it means, and how it is counted."""

    name: str
    labels: Words
    definitions: Words
    share: Callable[[Overview], tuple[int, int]]


METRICS = (
    Metric(
        "completeness",
        {"sv": "Fullständighet", "en": "Completeness"},
        {
            "sv": "Andelen objekt som har både namn och läge.",
            "en": "The share of things that have both a name and a position.",
        },
        lambda held: (held.complete, held.things),
    ),
    Metric(
        "coverage",
        {"sv": "Täckning", "en": "Coverage"},
        {
            "sv": "Andelen mätserier som har något värde.",
            "en": "The share of series that have any value.",
        },
        lambda held: (held.observed, held.series),
    ),
    Metric(
        "timeliness",
        {"sv": "Aktualitet", "en": "Timeliness"},
        {
            "sv": "Andelen mätserier vars senaste värde inte är äldre än två mätintervall.",
            "en": "The share of series whose newest value is no older than two intervals.",
        },
        lambda held: (held.timely, held.judged),
    ),
    Metric(
        "validity",
        {"sv": "Giltighet", "en": "Validity"},
        {
            "sv": "Andelen serier med värde vars senaste värde varken saknas eller är misstänkt.",
            "en": "The share of observed series whose newest value is neither missing nor suspect.",
        },
        lambda held: (held.usable, held.observed),
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


def measured(hub: str, dataset: str, held: Overview) -> list[Node]:
    """Return a dataset's quality as it is measured now."""
    nodes: list[Node] = []
    for metric in METRICS:
        part, whole = metric.share(held)
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
