"""DCAT-AP-SE 3.0.1: the catalogue that dataportal.se harvests, and the dictionary as SKOS."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from byalag.standards.dcat._catalogue import catalogue, dataset, missing, serves
from byalag.standards.dcat._described import Catalogue, Entry, Service
from byalag.standards.dcat._rdf import Node, json_ld, rdf_xml, turtle
from byalag.standards.dcat._terms import concepts, dictionary

RDF_XML: Final = "application/rdf+xml"
FORMATS: Final[Mapping[str, Callable[[Iterable[Node]], bytes]]] = {
    RDF_XML: rdf_xml,
    "text/turtle": turtle,
    "application/ld+json": json_ld,
}
"""How a graph is written, by media type; the first is what the harvest reads."""

__all__ = [
    "FORMATS",
    "RDF_XML",
    "Catalogue",
    "Entry",
    "Node",
    "Service",
    "catalogue",
    "concepts",
    "dataset",
    "dictionary",
    "json_ld",
    "missing",
    "rdf_xml",
    "serves",
    "turtle",
]
