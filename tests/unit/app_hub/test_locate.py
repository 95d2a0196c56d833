"""Every setting is found on the line where it is written."""

import string
import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.app._locate import KeyPath, line_of, locate

BARE = st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=6)
ODD = st.sampled_from(['"a b"', '"dot.ted"', "'q\"uote'", '"hash # here"', '"å"', '"esc\\"aped"'])
KEY = st.one_of(BARE, BARE, ODD)
SCALAR = st.sampled_from(
    [
        "1",
        "-2.5",
        "true",
        '"text"',
        "'[not] a = list'",
        '"# no comment"',
        "1979-05-27 07:32:00Z",
        '"""\nthree\nlines # [x]\n"""',
        "'''\ntwo\n'''",
        '"""ends ""in quotes"""""',
        '"\\""',
    ]
)
GAP = st.sampled_from(["", "\n", "\n# a comment = [1]\n", "\n\n"])


class Writer:
    """Writes a random document, and knows on which line each setting came to stand."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[KeyPath, int] = {}

    def document(self) -> None:
        self.pairs((), self.keys())
        for key in self.keys():
            if key in {path[0] for path in self.lines}:
                continue
            listed = self.draw(st.booleans())
            for index in range(self.draw(st.integers(1, 3)) if listed else 1):
                path: KeyPath = (key, index) if listed else (key,)
                self.text += self.draw(GAP)
                self.note((key,))
                self.note(path)
                self.text += f"[[{self.spelt[key]}]]\n" if listed else f"[{self.spelt[key]}] # t\n"
                self.pairs(path, self.keys())

    spelt: dict[str, str] = {}  # noqa: RUF012 -- shared on purpose: the same key is always spelt alike

    def keys(self) -> list[str]:
        found: dict[str, str] = {}
        for raw in self.draw(st.lists(KEY, max_size=4)):
            found[tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw] = raw
        self.spelt.update(found)
        return list(found)

    def pairs(self, table: KeyPath, keys: list[str]) -> None:
        for key in keys:
            self.text += self.draw(GAP)
            self.note((*table, key))
            self.text += f"{self.spelt[key]} = "
            self.value((*table, key), 2)
            self.text += "\n"

    def value(self, path: KeyPath, depth: int) -> None:
        shape = self.draw(st.sampled_from(["scalar", "list", "table"])) if depth else "scalar"
        if shape == "list":
            self.text += "["
            for index in range(self.draw(st.integers(0, 3))):
                self.text += self.draw(GAP)
                self.note((*path, index))
                self.value((*path, index), depth - 1)
                self.text += ", "
            self.text += self.draw(GAP) + "]"
        elif shape == "table":
            self.text += "{ "
            for index, key in enumerate(self.keys()):
                self.text += ", " if index else ""
                self.note((*path, key))
                self.text += f"{self.spelt[key]} = "
                self.value((*path, key), depth - 1)
            self.text += " }"
        else:
            self.text += self.draw(SCALAR)

    def note(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[KeyPath, int]]:
    writer = Writer(draw)
    writer.document()
    return writer.text, writer.lines


def paths(values: Any, path: KeyPath = ()) -> set[KeyPath]:  # noqa: ANN401 -- any TOML tree
    inner = values.items() if isinstance(values, dict) else enumerate(values)
    found: set[KeyPath] = set()
    for key, value in inner:
        found.add((*path, key))
        if isinstance(value, dict | list):
            found |= paths(value, (*path, key))
    return found


@given(documents())
@settings(deadline=None, max_examples=150)
def test_every_setting_is_found_on_its_own_line(document: tuple[str, dict[KeyPath, int]]) -> None:
    text, lines = document
    assert paths(tomllib.loads(text)) == set(lines)
    assert locate(text) == lines


def test_a_table_inside_an_item_of_a_list_of_tables_belongs_to_that_item() -> None:
    text = "[[series]]\nname = 1\n[series.when]\nx = 1\n[[series]]\n[series.when]\nx = 2\n"
    lines = locate(text)
    assert lines["series", 0, "when", "x"] == 4
    assert lines["series", 1, "when", "x"] == 7


def test_a_dotted_key_is_a_path() -> None:
    assert locate("\nthing.point.lat = 1\n")["thing", "point", "lat"] == 2


def test_a_setting_that_is_missing_is_shown_where_its_table_begins() -> None:
    lines = locate('kind = "x"\n\n[thing]\ntype = "y"\n')
    assert line_of(lines, ("thing", "id")) == 3
    assert line_of(lines, ("url",)) is None
