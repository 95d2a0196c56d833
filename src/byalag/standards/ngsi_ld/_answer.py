"""Answering: a request finds its row in the table, is parsed, done, and told of."""

from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import msgspec

from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.standards import Reply, Spoken, Window
from byalag.standards.ngsi_ld._operation import LD_JSON, Operation
from byalag.standards.ngsi_ld._problem import Refused, refusal
from byalag.standards.ngsi_ld._request import Request, parse

_TENANT = "ngsild-tenant"
_VARIABLE = "{"


async def answer(table: Sequence[Operation], spoken: Spoken, window: Window) -> Reply:
    """Answer a request by the table."""
    try:
        operation, named = find(table, spoken)
        request = await parse(spoken, window, operation, named)
        reply = await operation.run(request, window)
    except Refused as refused:
        reply = refusal(refused, spoken)
    tenant = spoken.headers.get(_TENANT)
    if tenant is None:
        return reply
    return msgspec.structs.replace(reply, headers={**reply.headers, "NGSILD-Tenant": tenant})


def find(table: Sequence[Operation], spoken: Spoken) -> tuple[Operation, Mapping[str, str]]:
    """Return the row for a request and the variables of its path.

    Raises:
        Refused: There is no such resource, or it has no such method.
    """
    parts = divided(spoken)
    fits = [(one, named) for one in table if (named := _named(one.path, parts)) is not None]
    for operation, named in fits:
        if operation.method == spoken.method:
            return operation, named
    lacking = [(one, left) for one in table if (left := _lacking(one, spoken))]
    if any(not left & set(one.up) for one, left in lacking):
        message = f"the address {spoken.path[:200]} lacks a name or an id"
        raise Refused(message, "BadRequestData")
    if not fits and not lacking:
        there = "/types lists what there is to ask for, /openapi.json how it is asked"
        message = f"there is nothing at {spoken.path[:200]}; {there}"
        raise Refused(message, "ResourceNotFound")
    allowed = ", ".join(sorted({operation.method for operation, _ in fits}))
    message = f"{spoken.method} cannot be used here; these can: {allowed}"
    raise Refused(message, 405, {"Allow": allowed})


def _lacking(operation: Operation, spoken: Spoken) -> set[str]:
    """Return the variables that a path leaves empty, if it would be an operation's with them."""
    wanted = operation.path.split("/")[1:]
    parts = spoken.path.split("/")[1:]
    if len(parts) == len(wanted) + 1 and not parts[-1]:
        parts.pop()
    if operation.method != spoken.method or len(wanted) != len(parts):
        return set()
    pairs = list(zip(wanted, parts, strict=True))
    if not all(name == part or name.startswith(_VARIABLE) for name, part in pairs):
        return set()
    return {name.strip("{}") for name, part in pairs if not part}


def find_path(table: Sequence[Operation], path: str) -> list[Operation]:
    """Return the rows for a path, whatever the method."""
    parts = path.strip("/").split("/")
    return [one for one in table if _named(one.path, parts) is not None]


def divided(spoken: Spoken) -> list[str]:
    """Return the parts of a path, decoded; a "/" within a name was sent as %2F."""
    path = spoken.raw or spoken.path
    parts = path.strip("/").split("/")
    return [unquote(part) for part in parts] if spoken.raw else parts


def _named(pattern: str, parts: Sequence[str]) -> Mapping[str, str] | None:
    """Return the variables of a path, None where it is another; a fixed part goes before them."""
    wanted = pattern.strip("/").split("/")
    if len(wanted) != len(parts):
        return None
    named: dict[str, str] = {}
    for name, part in zip(wanted, parts, strict=True):
        if name.startswith(_VARIABLE) and part:
            named[name.strip("{}")] = part
        elif name != part:
            return None
    return named


def told(
    request: Request, content: Json, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """Return an answer in the request's context: in the body as JSON-LD, else linked to (6.3.6)."""
    more = dict(headers or {})
    if request.gives == LD_JSON:
        content = _in_context(content, request.context.whole)
    else:
        more["Link"] = request.context.link
    return Reply(
        status=status, body=msgspec.json.encode(content), media_type=request.gives, headers=more
    )


def _in_context(content: Json, context: Json) -> Json:
    if is_list(content):
        return [_in_context(one, context) for one in content]
    return {**content, "@context": context} if is_object(content) else content


def done(status: int = 204, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an answer that has nothing more to say."""
    return Reply(status=status, media_type="", headers=headers or {})
