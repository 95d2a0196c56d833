"""One call of an API: its address from what is filled in, and how it is made in other languages."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from msgspec import Struct

from byalag.pages._developer_document import Operation

GIVEN = "p."  # before the names of an operation's own parameters, in a form
SHOWN = 64 * 1024  # bytes of an answer that are shown on a page


class Called(Struct, frozen=True, kw_only=True):
    """What an API answered when a page asked for somebody."""

    address: str
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    size: int
    milliseconds: float

    @property
    def whole(self) -> bool:
        """Whether all of the answer is shown."""
        return self.size <= SHOWN


class Example(Struct, frozen=True):
    """How a call is made in one language of programming."""

    name: str
    text: str


def filled(operation: Operation, given: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the path below an API's root and the query that a form asks for.

    None where a part of the path is missing. What is not among the operation's own parameters is
    left out.
    """
    path = operation.path
    query: list[tuple[str, str]] = []
    for one in operation.parameters:
        value = given.get(GIVEN + one.name, "").strip()
        if one.where == "path":
            if not value or value in {".", ".."}:
                return None
            path = path.replace(f"{{{one.name}}}", quote(value, safe=":@,;'"))
        elif one.where == "query" and value:
            query.append((one.name, value))
    return path, urlencode(query)


def usual(operation: Operation) -> dict[str, str]:
    """Return what a form is filled in with when nothing has been said: what must be given."""
    return {GIVEN + one.name: one.example for one in operation.parameters if one.where == "path"}


def examples(operation: Operation, address: str) -> tuple[Example, ...]:
    """Write a call with curl, in Python and in JavaScript."""
    keyed, method = operation.keyed, operation.method
    media = operation.body[0].media_type if operation.body else None
    return (
        Example("curl", _curl(method, address, keyed=keyed, media=media)),
        Example("Python", _python(method, address, keyed=keyed, media=media)),
        Example("JavaScript", _javascript(method, address, keyed=keyed, media=media)),
    )


def _curl(method: str, address: str, *, keyed: bool, media: str | None) -> str:
    parts = ["curl"]
    if method != "GET":
        parts.append(f"-X {method}")
    if keyed:
        parts.append('-H "Authorization: Bearer $KEY"')
    if media:
        parts.append(f"-H 'Content-Type: {media}' --data-binary @body")
    return " ".join([*parts, f"'{address.replace(chr(39), '%27')}'"])


def _python(method: str, address: str, *, keyed: bool, media: str | None) -> str:
    headers = _headers(keyed=keyed, media=media)
    told = ", ".join(f'"{name}": {value}' for name, value in headers.items())
    more = f", headers={{{told}}}" if headers else ""
    more += ', data=open("body", "rb").read()' if media else ""
    how = f', method="{method}"' if method != "GET" else ""
    env = "import os\n" if keyed else ""
    return (
        f"{env}from urllib.request import Request, urlopen\n\n"
        f'request = Request("{address}"{more}{how})\n'
        "with urlopen(request) as answer:\n    print(answer.read().decode())"
    )


def _javascript(method: str, address: str, *, keyed: bool, media: str | None) -> str:
    headers = _headers(keyed=keyed, media=media)
    python = 'os.environ["KEY"]'
    told = [f'    "{name}": {value}' for name, value in headers.items()]
    lines = [one.replace(f'"Bearer " + {python}', "`Bearer ${key}`") for one in told]
    options = [f'  method: "{method}",'] if method != "GET" else []
    options += ["  headers: {", *(f"{one}," for one in lines), "  },"] if lines else []
    options += ["  body,"] if media else []
    how = ", {\n" + "\n".join(options) + "\n}" if options else ""
    return (
        f'const answer = await fetch("{address}"{how});\n'
        "if (!answer.ok) throw new Error(await answer.text());\n"
        "console.log(await answer.text());"
    )


def _headers(*, keyed: bool, media: str | None) -> dict[str, str]:
    """Return the headers of a call, by name, each as Python writes it."""
    found = {"Authorization": '"Bearer " + os.environ["KEY"]'} if keyed else {}
    return found | ({"Content-Type": f'"{media}"'} if media else {})
