"""Entities of an NGSIv2 context broker: asked for, or told of as they change."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from byalag.mapping import Context, Heard
from byalag.model import Delivery, Json, span
from byalag.sources import Admit, Ask, Kind, Paging, Poll, Subscribe, Translate
from byalag.sources._context_broker import Broker, lives, wants
from byalag.sources._entities import Naming, compile_entities
from byalag.sources._entity_body import counted, found_in
from byalag.sources._local_id import local_of, type_in
from byalag.sources.ngsi_v2._read import read

MODIFIED = "dateModified"
ENDED = ("expired", "inactive")
COUNT = "Fiware-Total-Count"

Trigger: TypeAlias = Literal["entityUpdate", "entityChange", "entityCreate", "entityDelete"]


class Settings(Broker, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "ngsi-v2"` may say.

    `url` ends in `/v2`. `tenant` is the `Fiware-Service`, `path` the `Fiware-ServicePath`.
    `triggers` is what a subscription tells of, where the broker knows such words (Orion 3.7).
    """

    path: Annotated[str, Meta(pattern=r"^/[A-Za-z0-9_/#,-]*$")] | None = None
    triggers: tuple[Trigger, ...] = ()


def reach(settings: Settings) -> Poll:
    """Say what is asked, page by page, and what is subscribed to."""
    root = settings.url.rstrip("/")
    asked = {"type": ",".join(settings.types), **_narrowed(settings), "options": "count"}
    if wants(settings, MODIFIED):
        asked |= {"attrs": f"*,{MODIFIED}", "metadata": f"*,{MODIFIED}"}
    ask = Ask(
        url=f"{root}/entities?{urlencode({**asked, **settings.query}, safe=',:/*')}",
        every=span(settings.every),
        headers={"Accept": "application/json", **_headers(settings), **settings.headers},
        paging=Paging(offset="offset", limit="limit", size=settings.page_size, total=COUNT),
        records=counted,
        timeout=span(settings.timeout),
        max_bytes=settings.max_bytes,
    )
    if not settings.subscribe:
        return Poll((ask,))
    return Poll((ask,), Admit(door=settings.door, part="notified"), _subscription(settings, root))


def prepare(settings: Settings) -> Translate:
    """Compile what entities mean."""
    say = compile_entities(settings, Naming(local=local_of, linked=type_in), modified=MODIFIED)

    def translate(delivery: Delivery, context: Context) -> Iterator[Heard]:
        yield from say(found_in(delivery, read, may_be_empty=settings.may_be_empty), context)

    return translate


def _headers(settings: Settings) -> Mapping[str, str]:
    said = {"Fiware-Service": settings.tenant, "Fiware-ServicePath": settings.path}
    return {name: value for name, value in said.items() if value is not None}


def _narrowed(settings: Settings) -> dict[str, str]:
    return {} if settings.q is None else {"q": settings.q}


def _subscription(settings: Settings, root: str) -> Subscribe:
    def body(address: str, token: str) -> bytes:
        """Write a subscription to all changes of entities of these types."""
        condition: dict[str, Json] = {"attrs": []}
        if settings.q is not None:
            condition["expression"] = {"q": settings.q}
        attributes = ["*"]
        if wants(settings, MODIFIED):
            attributes.append(MODIFIED)
        if settings.triggers:
            condition["alterationTypes"] = settings.triggers
            attributes.append("alterationType")
        endpoint = {"url": address, "headers": {"Authorization": f"Bearer {token}"}}
        notification: dict[str, Json] = {
            "httpCustom": endpoint,
            "attrs": attributes if attributes != ["*"] else [],
            "attrsFormat": "normalized",
            "metadata": ["*", MODIFIED] if MODIFIED in attributes else ["*"],
        }
        subscription = {
            "description": f"Byalag: {', '.join(settings.types)}",
            "subject": {
                "entities": [{"idPattern": ".*", "type": kind} for kind in settings.types],
                "condition": condition,
            },
            "notification": notification,
        }
        return msgspec.json.encode(subscription)

    return Subscribe(
        url=f"{root}/subscriptions",
        body=body,
        headers={"Content-Type": "application/json", **_headers(settings), **settings.headers},
        lives=lambda answer: lives(answer, ENDED),
    )


kind = Kind(
    name="ngsi-v2",
    title={"sv": "NGSIv2-mäklare", "en": "NGSIv2 context broker"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
