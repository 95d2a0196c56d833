"""Finds records in XML and HTML. No DOCTYPE in XML, no entities, no network; prefixes are gone."""

from collections.abc import Iterator
from typing import TypeAlias, cast

from lxml import etree

from byalag.model import Json, Rejected
from byalag.sources import Garbled
from byalag.sources._json import steps
from byalag.sources._unread import what_came

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  lxml has no other name for it


def document(body: bytes, *, html: bool = False) -> Element:
    """Return the root of a document, its names without namespace.

    Raises:
        Garbled: It is not well-formed, or it declares a DOCTYPE (XML only).
    """
    parser = _page_parser() if html else _parser()
    try:
        root = cast("Element | None", etree.fromstring(body, parser))
    except (etree.XMLSyntaxError, ValueError) as error:
        said = "" if html else what_came(body, "XML")
        message = said or f"the answer is not {'HTML' if html else 'XML'}: {error}"
        raise Garbled(message) from error
    if root is None:
        message = "the page is empty"
        raise Garbled(message)
    declared = cast("object", root.getroottree().docinfo.internalDTD)
    if not html and declared is not None:
        said = what_came(body, "XML")
        message = said or "the answer declares a DOCTYPE, which is never read"
        raise Garbled(message)
    if not html:
        _unprefix(root)
    return root


def elements(root: Element, path: str, *, empty: bool = False) -> list[Element]:
    """Return the elements that are records, by names from the root's children or by XPath.

    Raises:
        Garbled: There are none, and the settings do not say that this is normal.
    """
    found = _by_xpath(root, path) if path.startswith("/") else _by_names(root, steps(path))
    if not found and not empty:
        message = f"no records at {path!r}; the root is <{_name(root)}>"
        raise Garbled(message)
    return found


def record_of(
    element: Element,
    lists: frozenset[str] = frozenset(),
    without: frozenset[Element] = frozenset(),
) -> Json:
    """Return an element as a tree: children by name, `@name` attributes, `#` its own text.

    Children of one name become a list when there are several, or when `lists` names them. An
    element with nothing but text is that text; an empty one is None. `without` are left out.
    """
    text = (element.text or "").strip()
    if not len(element) and not element.attrib:
        return text or None
    record: dict[str, Json] = {"@" + str(name): value for name, value in element.attrib.items()}
    if text:
        record["#"] = text
    for child in element.iterchildren(etree.Element):
        if child in without:
            continue
        value, name = record_of(child, lists, without), _name(child)
        if name not in record:
            record[name] = [value] if name in lists else value
        elif isinstance(record[name], list):
            record[name].append(value)
        else:
            record[name] = [record[name], value]
    return record


def picked(
    where: str, element: Element, fields: dict[str, etree.XPath]
) -> tuple[str, Json] | Rejected:
    """Return a record of texts, each found by an XPath from the record's element."""
    record: dict[str, Json] = {}
    for name, expression in fields.items():
        try:
            found = expression(element)
        except etree.XPathError as error:
            return Rejected(where=where, why=f"{name}: {error}", record=shown(element))
        record[name] = _text(found)
    return where, record


def shown(element: Element) -> bytes:
    """Return an element's own bytes, for keeping beside the reason it was set aside."""
    return etree.tostring(element, encoding="utf-8", with_tail=False)


def walk(path: str, found: list[Element]) -> Iterator[tuple[str, Element]]:
    """Yield each record's element and where it is, counted from 1 as XPath does."""
    for number, element in enumerate(found, 1):
        yield f"{path}[{number}]", element


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, huge_tree=False,
    )  # fmt: skip


def _page_parser() -> etree.HTMLParser:
    return etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)


def _unprefix(root: Element) -> None:
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
        for name in [name for name in element.attrib if str(name).startswith("{")]:
            value = element.attrib.pop(name)
            local = etree.QName(name).localname
            if local not in element.attrib:
                element.set(local, value)


def _by_names(root: Element, path: tuple[str, ...]) -> list[Element]:
    found = [root]
    for name in path:
        found = [child for element in found for child in element.iterchildren(name)]
    return found


def _by_xpath(root: Element, path: str) -> list[Element]:
    found = cast("object", root.xpath(path))
    if not isinstance(found, list):
        message = f"{path!r} gives a {type(found).__name__}, not elements"
        raise Garbled(message)
    return [one for one in cast("list[object]", found) if etree.iselement(one)]


def _name(element: Element) -> str:
    return etree.QName(element).localname


def _text(found: object) -> str | None:
    """Return what an XPath found as one line of text; of several nodes the first."""
    first: object = (
        next(iter(cast("list[object]", found)), None) if isinstance(found, list) else found
    )
    if first is None:
        return None
    text = "".join(map(str, first.itertext())) if etree.iselement(first) else str(first)
    return " ".join(text.split()) or None
