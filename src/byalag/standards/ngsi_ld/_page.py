"""Telling of entities: as a list or a collection of Features, with the way to more (6.3.10)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec

from byalag.model import Json
from byalag.standards import Reply
from byalag.standards.ngsi_ld._answer import told
from byalag.standards.ngsi_ld._find_entities import Page, Part
from byalag.standards.ngsi_ld._operation import GEO_JSON
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._request import Request

MOST: Final = 1_000
_USUAL: Final = 20
_FURTHEST: Final = 10_000_000


def part_of(request: Request) -> Part:
    """Return which part of what is found a request wants.

    Raises:
        Refused: There is no such part (BadRequestData), or it is too large (TooManyResults).
    """
    count = request.flag("count")
    limit = request.whole("limit", _USUAL, MOST)
    if limit == 0 and not count:
        refuse_data("limit is 0 only where count is true")
    return Part(limit, request.whole("offset", 0, _FURTHEST), count)


def told_page(request: Request, content: Json, part: Part, page: Page) -> Reply:
    """Return the answer that holds one page, with links to those around it."""
    headers: dict[str, str] = {}
    if part.count and page.total is not None:
        headers["NGSILD-Results-Count"] = str(page.total)
    return with_links(told_entities(request, content, headers), _around(request, part, page))


def told_entities(
    request: Request, content: Json, headers: Mapping[str, str] | None = None
) -> Reply:
    """Return an answer in the context of its request; GeoJSON has it within unless told not to."""
    reply = told(request, content, headers=headers)
    if request.gives != GEO_JSON or _only_json(request) or not isinstance(content, dict):
        return reply
    within = msgspec.json.encode({**content, "@context": request.context.whole})
    return msgspec.structs.replace(reply, body=within)


def with_links(reply: Reply, links: list[str]) -> Reply:
    """Return an answer with more links in its Link header."""
    if not links:
        return reply
    before = reply.headers.get("Link")
    each = [before, *links] if before else links
    return msgspec.structs.replace(reply, headers={**reply.headers, "Link": ", ".join(each)})


def _only_json(request: Request) -> bool:
    """Return whether a GeoJSON answer shall have no @context within (Prefer: body=json, 6.3.6)."""
    prefer = request.spoken.headers.get("prefer", "")
    return "body=json" in prefer.replace(" ", "").lower().split(",")


def _around(request: Request, part: Part, page: Page) -> list[str]:
    """Return links to the pages before and after. After an answer to a body there are none."""
    if request.spoken.method != "GET" or not part.limit:
        return []
    links: list[str] = []
    if page.more:
        links.append(_link(request, part.offset + part.limit, "next"))
    if part.offset:
        links.append(_link(request, max(0, part.offset - part.limit), "prev"))
    return links


def _link(request: Request, offset: int, relation: str) -> str:
    query = urlencode({**request.query, "offset": str(offset)})
    address = f"{request.spoken.root}{request.spoken.path}?{query}"
    return f'<{address}>; rel="{relation}"; type="{request.gives}"'
