"""The push door: machines send observations, and are answered when they are durable."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.types import Scope

from byalag.app import _questions
from byalag.app._bounded import whole
from byalag.app._face import Face
from byalag.engine import Receipt, Refusal
from byalag.governance import Actor
from byalag.sources import Garbled
from byalag.standards.profile import Api, Body, NotAnswered, Operation, Reply
from byalag.store import Closed, Full, Unwritable

PATH = "/observations"
JSON, LINES = "application/json", "application/x-ndjson"
TAKEN = {JSON: JSON, LINES: LINES, "application/jsonl": LINES, "application/json-seq": LINES}
KEY_LENGTH = 200
SERIES = "sensor:skelleftea:a840411234/waterTemperature"
NONE_TAKEN = Receipt(
    accepted=0,
    refused=[Refusal(0, "time: write a time with its time zone, as 2026-07-01T12:00:00+02:00")],
    delivery=4712,
)
Endpoint: TypeAlias = Callable[[Request], Awaitable[Reply]]


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """A question without parameters."""


class PushedObservation(Struct, frozen=True, kw_only=True):
    """One observation. `time` has its offset; `value` is null when the sensor has no value."""

    series: str
    time: Annotated[datetime, Meta(tz=True)]
    value: float | None
    flag: int = 2


def push(face: Face) -> Endpoint:
    """Return what takes a push and answers it."""
    encode = msgspec.json.Encoder().encode

    async def take(request: Request) -> Reply:
        scope = request.scope
        media = _media(scope)
        actor: Actor = scope["actor"]
        if actor.key is None:
            msg = "A push needs a key."
            raise NotAnswered(msg, trouble="key-needed")
        body = await whole(request.receive)
        repeat = _repeat(scope["said"].get(b"idempotency-key"), actor.key.prefix, body)
        try:
            receipt = await face.receive(actor.key.municipality, body, media, repeat)
        except Garbled as error:
            raise NotAnswered(str(error), trouble="unreadable-body") from error
        except Full as error:
            raise NotAnswered(str(error), trouble="full") from error
        except (Closed, Unwritable) as error:
            raise NotAnswered(str(error), trouble="unavailable") from error
        if receipt.refused and not receipt.accepted:
            raise _nothing_taken(receipt)
        return Reply(
            status=201 if receipt.accepted else 200,
            body=encode(receipt),
            headers={"Cache-Control": "no-store"},
        )

    return take


def _nothing_taken(receipt: Receipt) -> NotAnswered:
    """Return the problem that is answered when every observation of a push was refused."""
    first = receipt.refused[0]
    said = (
        f"None of the {len(receipt.refused):,} observations could be taken. "
        f"At position {first.position}: {first.why}."
        if len(receipt.refused) > 1
        else f"The observation could not be taken; {first.why}."
    )
    return NotAnswered(said, trouble="nothing-taken", members=receipt)


def _media(scope: Scope) -> str:
    said = scope["said"]
    given = said.get(b"content-type", b"").decode("latin-1")
    media = given.partition(";")[0].strip().lower()
    if media not in TAKEN:
        why = f"Content-Type {media or '(none)'} is not taken; send {' or '.join(TAKEN)}."
        raise NotAnswered(why, trouble="unsupported-media-type")
    coding = said.get(b"content-encoding", b"identity")
    if coding.lower() != b"identity":
        shown = coding[:50].decode("latin-1")
        why = f"Content-Encoding {shown} is not taken; send the body as it is."
        raise NotAnswered(why, trouble="unsupported-media-type")
    if scope["query_string"]:
        why = "There are no parameters here; everything is in the body."
        raise NotAnswered(why, trouble="unknown-parameter")
    return TAKEN[media]


def _repeat(said: bytes | None, prefix: str, body: bytes) -> str | None:
    """Return what makes a repeated push known: its sender, its key and its body.

    The same key with another body is another push: answering the first receipt would lose it.

    Raises:
        NotAnswered: the key cannot be used.
    """
    if said is None:
        return None
    given = said.decode("latin-1")
    if not 0 < len(given) <= KEY_LENGTH or not given.isprintable():
        why = f"Idempotency-Key must be 1 to {KEY_LENGTH} printable characters."
        raise NotAnswered(why, trouble="malformed-question")
    return f"{prefix}:{sha256(body).hexdigest()[:32]}:{given}"


def api(face: Face) -> Api:
    """Describe the push door."""
    return Api(
        name="observations",
        version="1.0.0",
        released="2026-11-22",
        title={"sv": "Observationer", "en": "Observations"},
        description={
            "sv": "Sänd mätvärden till kommunen. Svaret kommer när de är sparade för gott. "
            "Det som inte kan tas emot räknas upp med sin plats; resten behålls.",
            "en": "Send observations to the municipality. The answer comes when they are saved "
            "for good. What cannot be taken is listed by its position; the rest is kept.",
        },
        limitations={
            "sv": f"Kända begränsningar: högst {face.limits.body // 2**20} MiB åt gången, och bara "
            "serier som kommunen har beskrivit i en källa.",
            "en": f"Known limitations: at most {face.limits.body // 2**20} MiB at a time, and only "
            "series that the municipality has described in a source.",
        },
        operations=(_operation(),),
        base_url=face.base_url,
        contact=_questions.contact(face),
        sla=_questions.SLA,
    )


def _operation() -> Operation:
    one = f'{{"series":"{SERIES}","time":"2026-07-01T12:00:00Z","value":18.4}}'
    return Operation(
        name="pushObservations",
        path=PATH,
        method="POST",
        keyed=True,
        ask=Nothing,
        answers=Receipt,
        summary={"sv": "Sänd observationer", "en": "Send observations"},
        description={
            "sv": "En JSON-lista, ett objekt, eller ett objekt per rad (NDJSON). Upprepa samma "
            "Idempotency-Key med samma innehåll om svaret uteblev: då räknas inget två gånger. "
            "201 när något togs emot. 422 när inget gjorde det, med samma kvitto i problemet: "
            "`accepted` är 0 och `refused` säger varför. 200 när innehållet var en tom lista.",
            "en": "A JSON array, one object, or one object a line (NDJSON). Repeat the same "
            "Idempotency-Key with the same body if the answer did not come: nothing is counted "
            "twice. 201 when anything was taken. 422 when nothing was, with the same receipt in "
            "the problem: `accepted` is 0 and `refused` says why. 200 when the body was an empty "
            "list.",
        },
        example={},
        example_answer=Receipt(
            accepted=1,
            refused=[Refusal(1, "time: 2026-07-01T14:00:00+00:00 has not been yet")],
            delivery=4711,
        ),
        successes={
            "201": {"sv": "Det som togs emot är sparat.", "en": "What was taken is saved."},
            "200": {
                "sv": "Innehållet var en tom lista: det fanns inget att ta emot.",
                "en": "The body was an empty list: there was nothing to take.",
            },
        },
        headers={
            "Idempotency-Key": {
                "sv": "Valfri text som är densamma när samma innehåll sänds igen.",
                "en": "Any text that is the same when the same body is sent again.",
            }
        },
        body=Body(
            types={JSON: list[PushedObservation] | PushedObservation, LINES: None},
            examples={JSON: f"[{one}]", LINES: f"{one}\n"},
            description={
                "sv": "Observationerna. Tider har tidszon.",
                "en": "The observations. Times have an offset.",
            },
        ),
        extended={"nothing-taken": NONE_TAKEN},
        failures=(
            "unknown-parameter",
            "too-slow",
            "too-large",
            "unsupported-media-type",
            "unreadable-body",
            "nothing-taken",
            "unavailable",
            "full",
        ),
    )
