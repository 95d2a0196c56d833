"""Finds where the records of a web page can be: rows of tables, and blocks that repeat."""

from collections import Counter
from itertools import count
from typing import Final, TypeAlias, cast

from lxml import etree

from byalag.draft._block import Fields, block_fields
from byalag.draft._reading import Reading, Undraftable
from byalag.draft._words import fold
from byalag.model import Json

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  lxml has no other name for it

_LEAST_ROWS: Final = 2
_LEAST_BLOCKS: Final = 3
_MOST_BLOCKS: Final = 3000
_PASSED: Final = frozenset(
    {"script", "style", "svg", "path", "meta", "link", "head", "html", "body", "span", "i", "br",
     "option", "input", "button", "img", "table", "tr", "td", "th", "tbody", "thead", "nav"}
)  # fmt: skip


def html_readings(body: bytes) -> list[Reading]:
    """Return every table and repeated block of a page.

    Raises:
        Undraftable: If the page has neither.

    """
    root = etree.fromstring(body, etree.HTMLParser(no_network=True, remove_comments=True))
    if root is None:  # pyright: ignore[reportUnnecessaryComparison]  lxml returns None for an empty page
        message = "the page is empty; look at the address in a browser"
        raise Undraftable(message)
    title = " ".join((root.findtext(".//title") or "").split())
    found = [*_tables(root), *_blocks(root)]
    if not found:
        message = (
            "the page has no table and no blocks that repeat; its data may be fetched by scripts: "
            "look for the address that they ask"
        )
        raise Undraftable(message)
    for reading in found:
        reading.about = title
    return found


def _tables(root: Element) -> list[Reading]:
    found: list[Reading] = []
    for number, table in zip(count(), root.iter("table"), strict=False):
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        names, first = _header(rows)
        if len(rows) - first < _LEAST_ROWS or len(names) < _LEAST_ROWS:
            continue
        name = table.get("id")
        place = f"@id='{name}'" if name and "'" not in name else _counted(number)
        skip = f"[position()>{first}]" if first else ""
        wide = f"count(td|th)>={max(2, len(names) - 1)}"
        records = f"//table[{place}]//tr{skip}[td][{wide}]"
        fields: Fields = {label: f"*[{n}]" for label, n in names.items()}
        linked = next((n for n in names.values() if all(_links(row, n) for row in rows[first:])), 0)
        fields |= {"link": f"*[{linked}]//a/@href"} if linked else {}
        found.append(_reading(records, fields))
    return found


def _counted(number: int) -> str:
    return f"count(preceding::table)+count(ancestor::table)={number}"


def _links(row: Element, place: int) -> bool:
    return bool(row.xpath(f"*[{place}]//a/@href"))


def _header(rows: list[Element]) -> tuple[dict[str, int], int]:
    """Return the columns by name, and how many rows stand before the first record."""
    for number, row in enumerate(rows[:5]):
        cells = [" ".join("".join(map(str, cell.itertext())).split()) for cell in row]
        named = [cell for cell in cells if cell and not cell.replace(",", "").isdecimal()]
        if len(named) < _LEAST_ROWS:
            continue
        labels: dict[str, int] = {}
        for place, cell in enumerate(cells, 1):
            label = cell[:60] or f"column{place}"
            labels[label if label not in labels else f"{label} {place}"] = place
        heads = row.find("th") is not None or number == 0
        return labels, number + 1 if heads else number
    return {}, 0


def _blocks(root: Element) -> list[Reading]:
    """Return blocks of one tag and class that come again and again, the richest first."""
    groups: dict[tuple[str, str], list[Element]] = {}
    for element in root.iter(etree.Element):
        tag, name = str(element.tag), element.get("class") or ""
        if tag in _PASSED or (not name and tag not in {"li", "article", "dl"}):
            continue
        groups.setdefault((tag, name), []).append(element)
    rich: list[tuple[float, Reading]] = []
    for (tag, name), elements in groups.items():
        if not _LEAST_BLOCKS <= len(elements) <= _MOST_BLOCKS or "'" in name:
            continue
        fields = block_fields(elements)
        if len(fields) < _LEAST_ROWS:
            continue
        where = f"[@class='{name}']" if name else ""
        rich.append((min(len(fields), 8), _reading(f"//{tag}{where}", fields)))
    rich.sort(key=lambda one: -one[0])
    return [reading for _, reading in rich[:5]]


def _reading(records: str, fields: Fields) -> Reading:
    taken: Counter[str] = Counter()
    said: dict[str, Json] = {}
    for name, path in fields.items():
        label = fold(name)[:60] if name.isascii() else name[:60]
        taken[label] += 1
        said[label if taken[label] == 1 else f"{label}{taken[label]}"] = path
    return Reading(
        kind="http-xml",
        settings={"html": True, "records": records, "fields": cast("Json", said)},
        records=[],
    )
