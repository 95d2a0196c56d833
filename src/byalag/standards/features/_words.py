"""The words of the pages, in each language."""

from collections.abc import Mapping
from typing import Final

_PAIRS: Final[Mapping[str, tuple[str, str]]] = {
    "home": ("Geodata", "Geographic data"),
    "skip": ("Till innehållet", "Skip to content"),
    "other": ("English", "Svenska"),
    "start": ("Till startsidan", "To the start page"),
    "crumbs": ("Du är här", "You are here"),
    "languages": ("Språk", "Languages"),
    "machine": ("Samma sida för maskiner", "This page for machines"),
    "collections": ("Samlingar", "Collections"),
    "collections_none": ("Det finns inga samlingar än.", "There are no collections yet."),
    "conformance": ("Vad som följs", "What is conformed to"),
    "conformance_lead": (
        "De delar av standarderna som API:et följer, med sina adresser.",
        "The parts of the standards that the API conforms to, by address.",
    ),
    "api": ("API:et i ord", "The API in words"),
    "api_document": ("OpenAPI-dokumentet", "The OpenAPI document"),
    "functions": ("Funktioner i filter", "Functions in filters"),
    "start_here": ("Börja här", "Begin here"),
    "gis": (
        "Ge adressen till den här sidan till QGIS (WFS / OGC API Features) eller GDAL (OAPIF).",
        "Give the address of this page to QGIS (WFS / OGC API Features) or GDAL (OAPIF).",
    ),
    "items": ("Objekt", "Items"),
    "see_items": ("Se objekten", "See the items"),
    "queryables": ("Vad man kan fråga efter", "What can be asked for"),
    "schema": ("Schema", "Schema"),
    "extent": ("Utbredning", "Extent"),
    "extent_west": ("väst", "west"),
    "extent_south": ("syd", "south"),
    "extent_east": ("öst", "east"),
    "extent_north": ("nord", "north"),
    "period": ("Senast observerat", "Last observed"),
    "owner": ("Ägare", "Owner"),
    "licence": ("Licens", "Licence"),
    "systems": ("Koordinatsystem", "Coordinate reference systems"),
    "count": ("{count} objekt i allt.", "{count} items in all."),
    "count_none": ("Inga objekt passar in på frågan.", "No items meet what was asked."),
    "next": ("Nästa sida", "Next page"),
    "nameless": ("Utan namn", "Without a name"),
    "properties": ("Egenskaper", "Properties"),
    "property": ("Egenskap", "Property"),
    "place": ("Plats", "Place"),
    "placeless": ("Ingen plats är känd.", "No place is known."),
    "name": ("Namn", "Name"),
    "value": ("Värde", "Value"),
    "sort": ("Typ", "Type"),
    "unit": ("Enhet", "Unit"),
    "means": ("Betyder", "Means"),
    "takes": ("Tar", "Takes"),
    "gives": ("Ger", "Gives"),
    "address": ("Adress", "Address"),
}
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    language: {name: pair[at] for name, pair in _PAIRS.items()}
    for at, language in enumerate(("sv", "en"))
}
