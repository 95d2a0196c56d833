"""Finds where the records of XML can be: elements that come again and again."""

from collections import Counter
from typing import Final, TypeAlias

from lxml import etree

from byalag.draft._path import quoted
from byalag.draft._reading import Reading, Undraftable
from byalag.model import Json

Names: TypeAlias = tuple[str, ...]
Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  lxml has no other name for it

MOST: Final = 12
LARGEST: Final = 200_000  # elements that are counted


def xml_readings(body: bytes) -> list[Reading]:
    """Return every kind of element that can be a record.

    Raises:
        Undraftable: If it is not well-formed.

    """
    root = _root(body)
    counted: Counter[Names] = Counter()
    inside: Counter[Names] = Counter()
    for names, element in _walk(root):
        counted[names] += 1
        inside[names] += len(element) + len(element.attrib)
    found = [
        Reading(
            kind="http-xml",
            settings=_settings(names),
            records=[],
            count=count,
            about=" ".join([_name(root), *names]),
            sure=-0.2 * len(names),
        )
        for names, count in counted.items()
        if names and inside[names] > count
    ]
    found.sort(key=lambda one: -_worth(one, counted))
    if not found:
        message = f"the XML under <{_name(root)}> has no element with anything inside it"
        raise Undraftable(message)
    return found[:MOST]


def _worth(reading: Reading, counted: Counter[Names]) -> float:
    names = tuple(str(reading.settings["records"]).split("."))
    return min(counted[names], 50) - 3 * len(names)


def _settings(names: Names) -> dict[str, Json]:
    return {"records": ".".join(quoted(name) for name in names)}


def _root(body: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, huge_tree=False,
    )  # fmt: skip
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        message = f"the answer looks like XML and cannot be read ({error}); try again, or save it"
        raise Undraftable(message) from error


def _walk(root: Element) -> list[tuple[Names, Element]]:
    found: list[tuple[Names, Element]] = []
    left: list[tuple[Names, Element]] = [((), root)]
    while left and len(found) < LARGEST:
        names, element = left.pop()
        found.append((names, element))
        left += [((*names, _name(child)), child) for child in element.iterchildren(etree.Element)]
    return found


def _name(element: Element) -> str:
    return etree.QName(element).localname
