"""Several requests in one: one after the other, or together in one commit (18-088, 12).

A request may point to what an earlier one made: `{"@iot.id": "$id"}` in its body, and in its
address `$id/Datastreams` or `Things($id)`.
"""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import groupby
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from byalag.mapping import is_list, is_object
from byalag.model import Json
from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._act import Done, act, answer, change, media_type
from byalag.standards.sensorthings._batch_read import Part, read_json_batch, read_multipart
from byalag.standards.sensorthings._create_body import read_json
from byalag.standards.sensorthings._create_facts import Saying
from byalag.standards.sensorthings._problem import Refused, problem, unfit
from byalag.standards.sensorthings._read import read

Made = dict[str, Done]
_REFERENCE: Final = re.compile(r"\$([A-Za-z0-9_.:,;-]+)")
_BOUNDARY: Final = "batch_byalag"


async def batch(spoken: Spoken, window: Window) -> Reply:
    """Answer a batch of requests, each with its own answer.

    Raises:
        Refused: It is no batch.
    """
    parts = _read(spoken)
    made: Made = {}
    told: list[tuple[Part, Reply]] = []
    for group, some in groupby(parts, key=lambda part: part.group):
        if group:
            told += await _together(spoken, window, list(some), made)
        else:
            told += [(part, await _alone(spoken, window, part, made)) for part in some]
    if media_type(spoken.headers).startswith("multipart/"):
        return _multipart(told)
    return Reply(body=msgspec.json.encode({"responses": [_json(*one) for one in told]}))


def _read(spoken: Spoken) -> list[Part]:
    media = media_type(spoken.headers)
    if media == "multipart/mixed":
        return read_multipart(spoken.body, spoken.headers["content-type"])
    if media == "application/json":
        return read_json_batch(spoken.body)
    message = "a batch is application/json or multipart/mixed"
    raise Refused(415, message)


async def _alone(spoken: Spoken, window: Window, part: Part, made: Made) -> Reply:
    try:
        if part.method == "GET":
            return await _got(spoken, window, part, made)
        done = await change(window, lambda saying: _do(saying, spoken, part, made))
    except Refused as refused:
        return problem(spoken, refused.status, refused.said)
    made[part.id] = done
    return await answer(spoken, window, done)


async def _got(spoken: Spoken, window: Window, part: Part, made: Made) -> Reply:
    path, query = _address(spoken, part, made)
    asked = msgspec.structs.replace(spoken, method="GET", path=path, query=query, body=b"")
    return await read(asked, window)


async def _together(
    spoken: Spoken, window: Window, parts: list[Part], made: Made
) -> list[tuple[Part, Reply]]:
    """Do requests in one commit; where one of them cannot be done, none is."""
    try:
        done = await change(window, lambda saying: list(_each(saying, spoken, parts, dict(made))))
    except Refused as refused:
        return [(part, problem(spoken, refused.status, refused.said)) for part in parts]
    made.update(zip((part.id for part in parts), done, strict=True))
    return [
        (part, await answer(spoken, window, one)) for part, one in zip(parts, done, strict=True)
    ]


def _each(saying: Saying, spoken: Spoken, parts: list[Part], made: Made) -> Iterator[Done]:
    for part in parts:
        try:
            done = made[part.id] = _do(saying, spoken, part, made)
        except Refused as refused:
            message = f"request {part.id[:40]!r}: {refused.said}"
            raise Refused(refused.status, message) from refused
        yield done


def _do(saying: Saying, spoken: Spoken, part: Part, made: Made) -> Done:
    if part.method == "GET":
        message = "a group holds only requests that write"
        raise unfit(message)
    path, _ = _address(spoken, part, made)
    body = part.body
    if made and b"$" in body:
        body = msgspec.json.encode(_pointed(read_json(body), made))
    return act(part.method, path, part.headers, body)(saying)


def _address(spoken: Spoken, part: Part, made: Made) -> tuple[str, str]:
    """Return where a request points within the service, and its question."""
    where = part.url.removeprefix(spoken.root)
    path, _, query = where.partition("?")
    path = unquote(path)
    root = urlsplit(spoken.root).path
    path = "/" + path.removeprefix(root).lstrip("/")
    if "$" in path:
        first, slash, rest = path[1:].partition("/")
        match = _REFERENCE.fullmatch(first)
        if match is not None and match[1] in made:
            path = f"/{_place(made[match[1]])}{slash}{rest}"
        path = re.sub(r"\((\$[^()]*)\)", lambda found: f"({_number(found[1], made)})", path)
    return path, query


def _place(done: Done) -> str:
    if done.entity is None:
        message = "what is pointed to has been deleted"
        raise unfit(message)
    return f"{done.entity.plural}({done.no})"


def _number(said: str, made: Mapping[str, Done]) -> Json:
    """Return the number of what an earlier request made; a text that points to none as it is."""
    match = _REFERENCE.fullmatch(said)
    return made[match[1]].no if match is not None and match[1] in made else said


def _pointed(value: Json, made: Made) -> Json:
    """Return a body with the numbers of what earlier requests made."""
    if is_list(value):
        return [_pointed(one, made) for one in value]
    if not is_object(value):
        return value
    return {
        key: _number(one, made)
        if key == "@iot.id" and isinstance(one, str)
        else _pointed(one, made)
        for key, one in value.items()
    }


def _json(part: Part, reply: Reply) -> dict[str, Json]:
    told: dict[str, Json] = {"id": part.id, "status": reply.status}
    if "Location" in reply.headers:
        told["location"] = reply.headers["Location"]
    if reply.body:
        bare = reply.media_type.startswith("text/")
        told["body"] = reply.body.decode() if bare else msgspec.Raw(reply.body)
    return told


def _multipart(told: list[tuple[Part, Reply]]) -> Reply:
    """Return the answers as parts; those of a group are parts of one part."""
    out: list[bytes] = []
    for group, some in groupby(told, key=lambda one: one[0].group):
        answers = [_http(part, reply) for part, reply in some]
        if group:
            head = f"Content-Type: multipart/mixed; boundary={group}_byalag\r\n\r\n"
            out.append(head.encode() + _joined(answers, f"{group}_byalag"))
        else:
            out += answers
    media_type = f"multipart/mixed; boundary={_BOUNDARY}"
    return Reply(body=_joined(out, _BOUNDARY), media_type=media_type)


def _joined(parts: list[bytes], boundary: str) -> bytes:
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _http(part: Part, reply: Reply) -> bytes:
    headers = dict(reply.headers)
    if reply.body:
        headers |= {"Content-Type": reply.media_type, "Content-Length": str(len(reply.body))}
    safe = re.sub(r"[^\x21-\x7e]", "", part.id)[:80]
    lines = [
        "Content-Type: application/http",
        f"Content-ID: {safe}",
        "",
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + reply.body
