"""What the hub says of itself to machines: health, measures, problems, terms."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import msgspec
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request

from byalag.app._condition import Check
from byalag.app._face import Face
from byalag.model import Json, Micros
from byalag.standards.profile import TROUBLES, NotAnswered, Reply

Endpoint: TypeAlias = Callable[[Request], Awaitable[Reply]]
_NO_STORE = {"Cache-Control": "no-store"}
_WELL = frozenset({"ok", "waiting"})


async def live(_request: Request) -> Reply:
    """Say that the process answers."""
    return _json({"status": "live"})


def ready(face: Face) -> Endpoint:
    """Return what says whether the hub can answer, and what needs somebody's attention.

    A silent source does not make the hub unready: it still answers with what it knows. A disk that
    is full does (503): what is delivered would be refused.
    """

    async def say(_request: Request) -> Reply:
        face.reader.changed()
        sources = face.health()
        attention = [
            {
                "municipality": source.municipality,
                "source": source.source,
                "state": source.state,
                "since": _instant(source.since),
                "toDo": source.to_do,
            }
            for source in sources
            if source.state not in _WELL
        ]
        checks = face.condition.checks() if face.condition else None
        failing = any(check.state == "failing" for check in checks or ())
        told: dict[str, Json] = {"status": "not-ready" if failing else "ready"}
        if checks is not None:
            told["checks"] = [_check(check) for check in checks]
        told["sources"] = Counter(source.state for source in sources)
        told["attention"] = attention
        return _json(told, 503 if failing else 200)

    return say


def metrics(face: Face) -> Endpoint:
    """Return what shows the measures, in Prometheus' text format.

    They are for whoever has a key with the scope metrics:read. A hub whose address is loopback,
    which nobody else can reach, shows them to the machine itself without one. With any other
    address there is a proxy on the machine, and what it passes on looks as if asked from there.
    """

    async def show(_request: Request) -> Reply:
        return Reply(
            body=generate_latest(face.condition or face.registry),
            media_type=CONTENT_TYPE_LATEST,
            headers=_NO_STORE,
        )

    return show


async def problem_type(request: Request) -> Reply:
    """Explain a type of problem: the address in a problem's `type`.

    Raises:
        NotAnswered: there is no such type.
    """
    trouble = TROUBLES.get(request.path_params["name"])
    if trouble is None:
        msg = f"There is no such type of problem; there are {', '.join(TROUBLES)}."
        raise NotAnswered(msg, trouble="not-found")
    return Reply(body=msgspec.json.encode(trouble), headers={"Cache-Control": "max-age=3600"})


def conditions(face: Face) -> Endpoint:
    """Return what says on which terms the APIs may be used."""
    contact = face.contact.email or face.contact.url or face.base_url
    text = (
        f"{face.name}\n\n"
        "Öppna data. Varje svar säger vilken datamängd det kommer ur och vilken licens den har. "
        "Inga nycklar behövs för att läsa. Fråga inte oftare än du behöver: ett svar gäller den "
        "tid som Cache-Control säger, och If-None-Match gör frågan billig. Ingen tillgänglighet "
        f"utlovas. Kontakt: {contact}\n\n"
        "Open data. Every answer says which dataset it comes from and under which licence. No "
        "keys are needed to read. Ask no more often than you need: an answer is good for as long "
        "as Cache-Control says, and If-None-Match makes a question cheap. No availability is "
        f"promised. Contact: {contact}\n"
    )
    reply = Reply(
        body=text.encode(),
        media_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "max-age=3600"},
    )

    async def show(_request: Request) -> Reply:
        return reply

    return show


def _json(said: Json, status: int = 200) -> Reply:
    return Reply(body=msgspec.json.encode(said), status=status, headers=_NO_STORE)


def _check(check: Check) -> dict[str, Json]:
    told: dict[str, Json] = {"name": check.name, "state": check.state}
    if check.state != "ok":
        told |= {"said": check.said, "toDo": check.to_do}
    return told


def _instant(at: Micros) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
