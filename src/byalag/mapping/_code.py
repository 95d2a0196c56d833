"""Writes a mapping out as one Python function, in which a usual record takes the shortest way.

Every part of a mapping has a careful reader, which decides what any record means. The lines that
the parts write here read usual values in place (a short text, a whole number, two plain degrees)
and leave all others to the careful reader, so that they say the same, sooner.

What is compiled consists of our own lines and of names made here (`c1`, `r2`). Keys, words and
limits are handed over as values under such names, so nothing that a setting says becomes code.
"""

from collections.abc import Callable, Mapping
from textwrap import indent
from typing import Any, Final

from byalag.mapping._path import keys_of, path_at
from byalag.mapping._value import MISSING

_DEPTH: Final = " " * 12  # of the lines in a frame
_NOTHING: Final[dict[str, object]] = {}


class Code:
    """The lines of one function that is being written, and the values its names stand for."""

    def __init__(self, values: Mapping[str, object]) -> None:
        """Begin with values under names of their own."""
        self.values: dict[str, object] = {"MISSING": MISSING, "nothing": _NOTHING, **values}
        self.lines: list[str] = []
        self._objects: dict[tuple[str, ...], str] = {(): "r0"}
        self._opening = ["r0 = record if record.__class__ is dict else nothing"]

    def value(self, value: object) -> str:
        """Hand over a value, and return the name it has in the lines."""
        name = f"c{len(self.values)}"
        self.values[name] = value
        return name

    def add(self, lines: str) -> None:
        """Write lines at the end."""
        self.lines.append(lines.strip("\n"))

    def read(self, path: str, where: str) -> str:
        """Return an expression for what stands at a path of the record, MISSING if there is none.

        Raises:
            Misconfigured: If the path cannot be read.

        """
        careful = path_at(path, where)
        keys = keys_of(path)
        if keys is None:
            return f"{self.value(careful)}(record, context)"
        return f"{self._object(keys[:-1])}.get({self.value(keys[-1])}, MISSING)"

    def function(self, name: str, frame: str, first: str) -> Callable[..., Any]:
        """Return the function that `frame` defines, with the lines where it says so.

        `first` comes before all others, and before any object is looked up.
        """
        lines = "\n".join((first.strip("\n"), *self._opening, *self.lines))
        text = frame.format(lines=indent(lines, _DEPTH))
        names: dict[str, Any] = dict(self.values)
        exec(compile(text, f"<{name}>", "exec"), names)  # noqa: S102 - the text is ours, see above
        function: Callable[..., Any] = names[name]
        return function

    def _object(self, keys: tuple[str, ...]) -> str:
        """Return the name of the object at some keys; where there is none it is an empty one."""
        if keys not in self._objects:
            outer = self._object(keys[:-1])
            name = self._objects[keys] = f"r{len(self._objects)}"
            found = f"{name} if ({name} := {outer}.get({self.value(keys[-1])})).__class__ is dict"
            self._opening.append(f"{name} = {found} else nothing")
        return self._objects[keys]
