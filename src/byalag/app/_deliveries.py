"""The doors over HTTP: others deliver whole payloads, and are answered when these are on disk."""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.types import Scope

from byalag import ByalagError
from byalag.app._access import DELIVER, KNOCK, Gate, shown_key
from byalag.app._answering import Address
from byalag.app._face import Doors, Face, Limits
from byalag.app._room import Room
from byalag.engine import NoSuchDoor, NotAdmitted, Unreachable
from byalag.governance import Actor, NotAllowed, Resource, decide
from byalag.sources import Door, Garbled
from byalag.standards.profile import NotAnswered, Reply, choose
from byalag.store import Closed, Full, Unwritable

NAME = "deliveries"
ROOT = f"/{NAME}/v1"
AT, ONE = "/{municipality}/{source}", "/{municipality}/{source}/{number}"
_RATE = 1024 * 1024  # bytes a second that a door larger than the usual gives time for
_CHALLENGE = re.compile(r"^[A-Za-z0-9._~+/=-]{1,200}$")
_NUMBER = re.compile(r"^[0-9]{1,18}$")
_NO_STORE = {"Cache-Control": "no-store"}
_NOT_ADMITTED = (
    "There is no such door here, or what was shown does not open it. Check the address, and the "
    "secret, the time of the signature or the key."
)
_TROUBLES: dict[type[ByalagError], str] = {
    NotAdmitted: "not-admitted",
    NotAllowed: "not-allowed",
    NoSuchDoor: "not-found",
    Garbled: "unreadable-body",
    Unreachable: "too-large",
    Full: "full",
    Closed: "unavailable",
    Unwritable: "unavailable",
}
Endpoint: TypeAlias = Callable[[Request], Awaitable[Reply]]
_encode = msgspec.json.Encoder().encode


class DeliveryReceipt(Struct, frozen=True, kw_only=True):
    """A delivery is saved. `fresh` is false when it had come before: the number is the first's."""

    delivery: int
    fresh: bool


def addresses(face: Face, doors: Doors) -> Iterator[Address]:
    """Yield the addresses of the doors, and who may do what there."""
    yield Address(ROOT + AT, _deliver(face, doors), KNOCK, method="POST")
    yield Address(ROOT + AT, _challenge(doors), KNOCK)
    yield Address(ROOT + ONE, _follow(face, doors), DELIVER)


def bounds(usual: Limits, doors: Doors) -> Callable[[Scope], Limits]:
    """Return what says how much may be sent to a door: as much where there is none as usual."""

    def limits(scope: Scope) -> Limits:
        municipality, _, source = scope["path"].removeprefix(f"{ROOT}/").partition("/")
        most = (doors.door(municipality, source) or Door()).max_bytes
        untold = most if most > usual.body else usual.untold  # a door that was made for much
        deadline = max(usual.deadline, most / _RATE)
        return replace(usual, body=most, untold=untold, deadline=deadline)

    return limits


def _deliver(face: Face, doors: Doors) -> Endpoint:
    known, others = Room(), Room()  # whoever signs a body is known only when it has come
    rules = face.rules()

    async def take(request: Request) -> Reply:
        scope = request.scope
        said: dict[bytes, bytes] = scope["said"]
        headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in said.items()}
        _refuse_forms(headers.get("content-type", ""))
        municipality = request.path_params["municipality"]
        source = request.path_params["source"]
        scope["actor"] = actor = Actor(key=shown_key(scope, rules))
        vouched = doors.vouched(municipality, source, headers, actor)
        async with (known if vouched else others).body(request.receive) as body:
            try:
                delivered = await doors.deliver(
                    municipality, source, body=body, headers=headers, actor=actor
                )
            except ByalagError as error:
                raise _refused(error) from error
        place = f"{ROOT}/{municipality}/{source}/{delivered.delivery}"
        receipt = DeliveryReceipt(delivery=delivered.delivery, fresh=delivered.fresh)
        return Reply(status=202, body=_encode(receipt), headers={**_NO_STORE, "Location": place})

    return take


def _refuse_forms(media_type: str) -> None:
    if media_type.lower().startswith("multipart/"):
        why = "A form cannot be delivered here; send the file itself as the body."
        raise NotAnswered(why, trouble="unsupported-media-type")


def _refused(error: ByalagError) -> ByalagError:
    """Say why a delivery was not taken, as a problem of a known type."""
    trouble = next((name for kind, name in _TROUBLES.items() if isinstance(error, kind)), None)
    if trouble is None:
        return error
    if trouble == "not-admitted":
        realm = {"WWW-Authenticate": Gate.realm}
        return NotAnswered(_NOT_ADMITTED, trouble=trouble, headers=realm)
    return NotAnswered(_sentence(error), trouble=trouble)


def _sentence(error: ByalagError) -> str:
    said = str(error)
    return said[:1].upper() + said[1:].rstrip(".") + "."


def _challenge(doors: Doors) -> Endpoint:
    """Return what answers a provider that asks, before it delivers, whether the door is ours.

    WebSub's form, with the token that Meta and Strava add: `hub.mode`, `hub.challenge` and
    `hub.verify_token`, which must be a secret of the door.
    """

    async def answer(request: Request) -> Reply:
        query, at = request.query_params, request.path_params
        challenge, token = query.get("hub.challenge", ""), query.get("hub.verify_token", "")
        ours = doors.answers(at["municipality"], at["source"], token)
        if query.get("hub.mode") != "subscribe" or not _CHALLENGE.match(challenge) or not ours:
            why = "Deliveries are sent here with POST; there is nothing to read."
            raise NotAnswered(why, trouble="not-found")
        return Reply(
            body=challenge.encode(), media_type="text/plain; charset=utf-8", headers=_NO_STORE
        )

    return answer


def _follow(face: Face, doors: Doors) -> Endpoint:
    """Return what tells a sender what has become of its delivery."""

    async def tell(request: Request) -> Reply:
        scope, at = request.scope, request.path_params
        municipality, source = at["municipality"], at["source"]
        ours = Resource(matter="deliveries", municipality=municipality)
        decision = decide(scope["actor"], "write", ours, face.now())
        if not decision.allowed:
            raise NotAnswered(_sentence(NotAllowed(decision.why)), trouble="not-allowed")
        choose(scope["said"].get(b"accept", b"").decode("latin-1"), ["application/json"])
        if scope["query_string"]:
            msg = "There are no parameters here."
            raise NotAnswered(msg, trouble="unknown-parameter")
        number = at["number"]
        found = doors.became(municipality, source, int(number)) if _NUMBER.match(number) else None
        if found is None:
            why = f"There is no delivery {number[:50]} of {source[:100]}."
            raise NotAnswered(why, trouble="not-found")
        return Reply(body=_encode(found), headers=_NO_STORE)

    return tell
