"""How the doors are described to machines and to those who write them."""

from datetime import UTC, datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from byalag.app import _questions
from byalag.app._deliveries import AT, NAME, ONE, DeliveryReceipt
from byalag.app._face import Face
from byalag.engine import AsideRecord, Became
from byalag.standards.profile import Api, Body, Operation

_BODIES: dict[str, tuple[Any, str]] = {
    "application/json": (
        Any,
        '{"lot": "norra", "free": 17, "timestamp": "2026-07-01T12:00:00Z"}',
    ),
    "application/x-ndjson": (None, '{"lot": "norra", "free": 17}\n{"lot": "station", "free": 4}\n'),
    "text/csv": (None, "lot;free\r\nnorra;17\r\n"),
    "application/xml": (None, "<lots><lot id='norra' free='17'/></lots>"),
    "application/zip": (None, "PK"),
    "application/octet-stream": (None, "PK"),
}


class At(Struct, frozen=True, forbid_unknown_fields=True):
    """Which door."""

    municipality: Annotated[str, Meta(pattern=r"^\d{4}$")]
    source: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class One(At, frozen=True, forbid_unknown_fields=True):
    """Which delivery."""

    number: Annotated[int, Meta(ge=1)]


def api(face: Face) -> Api:
    """Describe the doors."""
    return Api(
        name=NAME,
        version="1.0.0",
        released="2026-11-22",
        title={"sv": "Leveranser", "en": "Deliveries"},
        description={
            "sv": "Lämna uppgifter till en av kommunens källor: en webhook, en fil, ett utdrag. "
            "Svaret kommer när leveransen är sparad för gott; den översätts strax därefter.",
            "en": "Deliver data to one of the municipality's sources: a webhook, a file, an "
            "extract. The answer comes when the delivery is saved for good; it is translated soon "
            "after.",
        },
        limitations={
            "sv": "Kända begränsningar: bara källor som kommunen har öppnat en dörr till, och så "
            "stora leveranser som dörren tar emot (vanligen 32 MiB).",
            "en": "Known limitations: only sources that the municipality has opened a door to, "
            "and deliveries as large as the door takes (usually 32 MiB).",
        },
        operations=(_deliver(), _follow()),
        base_url=face.base_url,
        contact=_questions.contact(face),
        sla=_questions.SLA,
    )


def _deliver() -> Operation:
    return Operation(
        name="deliver",
        path=AT,
        method="POST",
        proven=True,
        ask=At,
        answers=DeliveryReceipt,
        thing="door",
        summary={"sv": "Lämna en leverans", "en": "Deliver"},
        description={
            "sv": "Innehållet sänds som det är, gärna packat med gzip (Content-Encoding). Visa det "
            "som dörren vill se: en signatur enligt Standard Webhooks, en HMAC, en fast hemlighet "
            "eller en av kommunens nycklar. Upprepa samma Idempotency-Key eller webhook-id med "
            "samma innehåll om svaret uteblev: då svarar vi med den första leveransens nummer. "
            "Location är där det går att följa vad leveransen blev.",
            "en": "The body is sent as it is, packed with gzip if you like (Content-Encoding). "
            "Show what the door wants to see: a signature as Standard Webhooks describes, an HMAC, "
            "a fixed secret or a key of the municipality. Repeat the same Idempotency-Key or "
            "webhook-id with the same body if the answer did not come: we answer with the number "
            "of the first. Location is where to follow what became of the delivery.",
        },
        example={"municipality": "2482", "source": "norra-torget"},
        example_answer=DeliveryReceipt(delivery=4711, fresh=True),
        successes={
            "202": {
                "sv": "Leveransen är sparad. `fresh` är false om den hade kommit förut.",
                "en": "The delivery is saved. `fresh` is false if it had come before.",
            }
        },
        carries=("Location",),
        headers={
            "Idempotency-Key": {
                "sv": "Valfri text som är densamma när samma innehåll sänds igen.",
                "en": "Any text that is the same when the same body is sent again.",
            }
        },
        body=Body(
            types={media: kind for media, (kind, _) in _BODIES.items()},
            examples={media: example for media, (_, example) in _BODIES.items()},
            description={
                "sv": "Det som källan kan läsa: JSON, CSV, XML, Excel eller ZIP av dem.",
                "en": "What the source can read: JSON, CSV, XML, Excel or a ZIP of these.",
            },
        ),
        failures=(
            "not-admitted",
            "not-allowed",
            "too-slow",
            "too-large",
            "unsupported-media-type",
            "unreadable-body",
            "unavailable",
            "full",
        ),
    )


def _follow() -> Operation:
    return Operation(
        name="followDelivery",
        path=ONE,
        keyed=True,
        ask=One,
        answers=Became,
        thing="delivery",
        summary={"sv": "Följ en leverans", "en": "Follow a delivery"},
        description={
            "sv": "Vad leveransen blev: väntar, eller översatt med antal och det som lades åt "
            "sidan med orsak. Kräver en nyckel som får lämna leveranser till kommunen.",
            "en": "What became of the delivery: waiting, or translated with counts and what was "
            "set aside with its reason. Needs a key that may deliver to the municipality.",
        },
        example={"municipality": "2482", "source": "norra-torget", "number": "4711"},
        example_answer=Became(
            delivery=4711,
            source="norra-torget",
            received=datetime(2026, 7, 1, 12, tzinfo=UTC),
            bytes=118,
            state="translated",
            records=2,
            things=1,
            observations=1,
            set_aside=1,
            aside=[AsideRecord(where="[1]", why="free: 'many' is not a number")],
        ),
        successes={"200": {"sv": "Vad leveransen blev.", "en": "What became of the delivery."}},
    )
