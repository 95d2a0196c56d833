"""An OpenAPI document, walked: its operations, parameters, bodies and schemas, where they stand.

References within the document are followed; what is outside of it is not fetched. The walk is
bounded, as a document may come from anywhere and its references may go round in circles.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from msgspec import Struct

from byalag.model import Json

METHODS: Final = ("get", "put", "post", "delete", "patch")
_DEEP = 40
_MANY = 200_000  # parts of a document that are looked at
_HOPS = 20  # references to references


class Placed(Struct, frozen=True):
    """A part of the document and where it stands, as a JSON pointer."""

    at: str
    value: Json

    def __truediv__(self, key: object) -> str:
        """Return where a member of it stands."""
        return f"{self.at}/{str(key).replace('~', '~0').replace('/', '~1')}"


class Operation(Struct, frozen=True):
    """One operation: its path, its method, what it says, and its parameters, all of them."""

    path: str
    method: str
    placed: Placed
    parameters: tuple[Placed, ...]

    @property
    def said(self) -> Mapping[str, Json]:
        """Return what the operation says."""
        return table(self.placed.value)


class Document:
    """An OpenAPI document. Everything asked of it is empty where it says nothing."""

    def __init__(self, root: Json) -> None:
        """Take a document that has been read."""
        self.root = table(root)
        self.info = table(self.root.get("info"))
        self.operations = tuple(self._operations())

    @property
    def paths(self) -> Mapping[str, Json]:
        """Return the paths."""
        return table(self.root.get("paths"))

    def servers(self) -> Iterator[Placed]:
        """Yield the address of each server."""
        for number, server in enumerate(rows(self.root.get("servers"))):
            url = table(server).get("url")
            if isinstance(url, str):
                yield Placed(f"/servers/{number}/url", url)

    def responses(self) -> Iterator[tuple[Operation, str, Placed]]:
        """Yield every response with its operation and its status code."""
        for operation in self.operations:
            for code, response in table(operation.said.get("responses")).items():
                at = f"{operation.placed / 'responses'}"
                yield operation, str(code), self.at(Placed(at, None) / code, response)

    def bodies(self) -> Iterator[tuple[Operation, Placed]]:
        """Yield every operation's request body."""
        for operation in self.operations:
            if "requestBody" in operation.said:
                at = operation.placed / "requestBody"
                yield operation, self.at(at, operation.said["requestBody"])

    def contents(self) -> Iterator[tuple[str, Placed]]:
        """Yield what every request and response holds, with its media type."""
        holders = [placed for _, _, placed in self.responses()]
        holders += [placed for _, placed in self.bodies()]
        for holder in holders:
            content = Placed(holder / "content", None)
            for media, held in table(table(holder.value).get("content")).items():
                yield media, self.at(content / media, held)

    def components(self, kind: str) -> Iterator[tuple[str, Placed]]:
        """Yield the components of a kind with their names."""
        at = Placed(f"/components/{kind}", None)
        for name, value in table(table(self.root.get("components")).get(kind)).items():
            yield name, self.at(at / name, value)

    def properties(self) -> Iterator[tuple[str, Placed]]:
        """Yield every property of every schema, however deep, with its name."""
        left = _MANY
        todo = deque((placed, 0) for _, placed in self.components("schemas"))
        todo.extend(
            (self.at(held / "schema", table(held.value).get("schema")), 0)
            for _, held in self.contents()
        )
        seen: set[int] = set()
        while todo and left > 0:
            schema, depth = todo.popleft()
            said = table(schema.value)
            if id(schema.value) in seen or depth > _DEEP:
                continue
            seen.add(id(schema.value))
            left -= 1
            place = Placed(schema / "properties", None)
            for name, value in table(said.get("properties")).items():
                found = self.at(place / name, value)
                yield name, found
                todo.append((found, depth + 1))
            todo.extend((each, depth + 1) for each in self._inner(schema, said))

    def _inner(self, schema: Placed, said: Mapping[str, Json]) -> Iterator[Placed]:
        for key in ("items", "additionalProperties", "not"):
            if isinstance(said.get(key), dict):
                yield self.at(schema / key, said[key])
        for key in ("allOf", "anyOf", "oneOf"):
            place = Placed(schema / key, None)
            for number, each in enumerate(rows(said.get(key))):
                yield self.at(place / number, each)

    def at(self, place: str, value: Json) -> Placed:
        """Return a part, following references from it within the document."""
        for _ in range(_HOPS):
            said = table(value)
            reference = said.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                break
            place, value = reference[1:], self._found(reference[2:])
        return Placed(place, value)

    def _found(self, pointer: str) -> Json:
        found: Json = self.root
        for step in pointer.split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            found = table(found).get(key)
        return found

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.paths.items():
            place = self.at(Placed("/paths", None) / path, item)
            shared = list(self._parameters(place))
            for method, said in table(place.value).items():
                if method not in METHODS:
                    continue
                found = self.at(place / method, said)
                own = list(self._parameters(found))
                names = {(table(one.value).get("in"), table(one.value).get("name")) for one in own}
                inherited = [
                    one
                    for one in shared
                    if (table(one.value).get("in"), table(one.value).get("name")) not in names
                ]
                yield Operation(path, method, found, (*inherited, *own))

    def _parameters(self, holder: Placed) -> Iterator[Placed]:
        place = Placed(holder / "parameters", None)
        for number, one in enumerate(rows(table(holder.value).get("parameters"))):
            yield self.at(place / number, one)


def table(value: Json) -> dict[str, Any]:
    """Return a value if it is an object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def rows(value: Json) -> list[Any]:
    """Return a value if it is a list, else an empty one."""
    listed: list[Any] = value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]  # of any JSON
    return listed


def text(value: Json) -> str:
    """Return a value if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def named(parameter: Placed) -> str:
    """Return a parameter's name."""
    return text(table(parameter.value).get("name"))


def placed_in(parameter: Placed) -> str:
    """Return where a parameter is sent: path, query, header or cookie."""
    return text(table(parameter.value).get("in"))
