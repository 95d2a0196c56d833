"""Entities of an NGSI-LD context broker: asked for, or told of as they change."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
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
from byalag.sources.ngsi_ld._read import read

MODIFIED = "modifiedAt"
ENDED = ("expired", "paused")
COUNT = "NGSILD-Results-Count"
LINKED = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'

Trigger: TypeAlias = Literal[
    "entityCreated",
    "entityUpdated",
    "entityDeleted",
    "attributeCreated",
    "attributeUpdated",
    "attributeDeleted",
]


class Settings(Broker, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "ngsi-ld"` may say.

    `url` ends in `/ngsi-ld/v1`. `context` is the address of the @context that `types` and
    attributes are names in; without the right one a broker answers with whole addresses, which
    are read by how they end. `triggers` is what a subscription tells of, where the broker knows
    such words (NGSI-LD 1.6); left out, it tells of attributes that are set.
    """

    context: Annotated[str, Meta(pattern=r"^https?://[^<>\s]+$")] | None = None
    scope: str | None = None
    triggers: tuple[Trigger, ...] = ()


def reach(settings: Settings) -> Poll:
    """Say what is asked, page by page, and what is subscribed to."""
    root = settings.url.rstrip("/")
    asked = {"type": ",".join(settings.types), **_narrowed(settings), "count": "true"}
    if wants(settings, MODIFIED):
        asked["options"] = "sysAttrs"
    ask = Ask(
        url=f"{root}/entities?{urlencode({**asked, **settings.query}, safe=',:/')}",
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
    headers: dict[str, str] = {}
    if settings.tenant is not None:
        headers["NGSILD-Tenant"] = settings.tenant
    if settings.context is not None:
        headers["Link"] = f"<{settings.context}>; {LINKED}"
    return headers


def _narrowed(settings: Settings) -> dict[str, str]:
    wanted = {"q": settings.q, "scopeQ": settings.scope}
    return {name: value for name, value in wanted.items() if value is not None}


def _subscription(settings: Settings, root: str) -> Subscribe:
    def body(address: str, token: str) -> bytes:
        """Write a subscription (ETSI GS CIM 009 clause 5.2.12) to all changes of these types."""
        bearer = {"key": "Authorization", "value": f"Bearer {token}"}
        endpoint = {"uri": address, "accept": "application/json", "receiverInfo": [bearer]}
        notification: dict[str, Json] = {"endpoint": endpoint, "format": "normalized"}
        if wants(settings, MODIFIED):
            notification["sysAttrs"] = True
        subscription: dict[str, Json] = {
            "type": "Subscription",
            "description": f"Byalag: {', '.join(settings.types)}",
            "entities": [{"type": kind} for kind in settings.types],
            "notification": notification,
            **_narrowed(settings),
        }
        if settings.triggers:
            subscription["notificationTrigger"] = settings.triggers
        return msgspec.json.encode(subscription)

    return Subscribe(
        url=f"{root}/subscriptions",
        body=body,
        headers={"Content-Type": "application/json", **_headers(settings), **settings.headers},
        every=timedelta(minutes=10),
        lives=lambda answer: lives(answer, ENDED),
    )


kind = Kind(
    name="ngsi-ld",
    title={"sv": "NGSI-LD-mäklare", "en": "NGSI-LD context broker"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
