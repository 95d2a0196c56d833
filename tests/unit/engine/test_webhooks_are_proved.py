"""Promise 22: a receiver that checks by Standard Webhooks takes ours, and nothing made of it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from byalag.store import Store
from byalag.testkit import Answer, Asked, Faulty, StoppedClock, running, soon

from ._outlets import engine_of, hurried, left, notice, outlet

pytestmark = [pytest.mark.anyio, pytest.mark.proves(22)]

OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
OTHER = "whsec_b3RoZXItc2VjcmV0LW9mLW5vYm9keS0h"
SECRETS = {"env:OLD": OLD, "env:NEW": NEW}
PROOF = ("webhook-id", "webhook-timestamp", "webhook-signature")
TOLERANCE = 300  # seconds that the library lets a time stamp be off


class Receiver:
    """What stands at the other end: takes a message once, and only if its secret signed it."""

    def __init__(self, *secrets: str, stumbles: int = 0) -> None:
        self.secrets, self.stumbles = secrets, stumbles
        self.seen: list[str] = []
        self.taken: dict[str, bytes] = {}
        self.refused: list[str] = []

    def __call__(self, asked: Asked) -> Answer:
        self.seen.append(asked.headers["webhook-id"])
        if not any(is_ours(secret, asked.body, asked.headers) for secret in self.secrets):
            self.refused.append(asked.headers["webhook-id"])
            return Answer(status=401)
        self.taken.setdefault(asked.headers["webhook-id"], asked.body)
        if self.stumbles:  # it has taken it, but the answer never comes
            self.stumbles -= 1
            return Answer(status=503) if self.stumbles % 2 else Answer(body=b"ok!", cut=0)
        return Answer(status=204)


def is_ours(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, dict(headers))
    except WebhookVerificationError:
        return False
    return True


def today() -> StoppedClock:
    return StoppedClock(datetime.now(UTC))  # the library asks the computer's own clock


async def test_both_secrets_of_a_rotation_are_taken_and_no_third(
    store: Store, commons: Store, tmp_path: Path, promised: dict[str, object]
) -> None:
    before, after, stranger = Receiver(OLD), Receiver(NEW), Receiver(OTHER)
    with Faulty(before=before, after=after, stranger=stranger) as server:
        signed = {"secrets": ["env:NEW", "env:OLD"]}
        told = [
            outlet(name, tmp_path, kind="webhook", url=server.url(f"/{name}"), sign=signed)
            for name in ("before", "after", "stranger")
        ]
        engine = engine_of(store, commons, *told, secrets=SECRETS, clock=today())
        async with running(engine):
            for one in told:
                await engine.tell("2482", one.name, [notice(n) for n in range(5)])
            await soon(lambda: len(left(store, "before")["sent"]) == 5)
            await soon(lambda: len(left(store, "after")["sent"]) == 5)
            await soon(lambda: stranger.refused)
    assert sorted(before.taken) == sorted(after.taken) == [f"msg_{n:04}" for n in range(5)]
    assert not before.refused
    assert not after.refused
    assert not stranger.taken
    assert not left(store, "stranger")["sent"]
    promised |= {"taken": len(before.taken) + len(after.taken), "taken wrongly": 0}


async def test_what_is_tampered_with_is_refused(
    store: Store, commons: Store, tmp_path: Path, promised: dict[str, object]
) -> None:
    receiver = Receiver(NEW)
    with Faulty(hook=receiver) as server:
        told = outlet(
            "larm", tmp_path, kind="webhook", url=server.url("/hook"), sign={"secrets": ["env:NEW"]}
        )
        engine = engine_of(store, commons, told, secrets=SECRETS, clock=today())
        async with running(engine):
            await engine.tell("2482", "larm", [notice(1)])
            await soon(lambda: left(store, "larm")["sent"])
        [asked] = server.asked
    body, headers = asked.body, dict(asked.headers)
    assert json.loads(body)["id"] == headers["webhook-id"] == "msg_0001"
    forged = [(body + b" ", headers), (b" " + body, headers), (b"", headers)]
    flipped = (body[:n] + bytes([body[n] ^ 1]) + body[n + 1 :] for n in range(len(body)))
    forged += [(other, headers) for other in flipped]
    later = str(int(headers["webhook-timestamp"]) + 1)
    forged += [
        (body, headers | {"webhook-id": "msg_0002"}),
        (body, headers | {"webhook-timestamp": later}),
        (body, headers | {"webhook-signature": "v1,AAAA"}),
        (body, headers | {"webhook-signature": ""}),
        *((body, {n: v for n, v in headers.items() if n != name}) for name in PROOF),
    ]
    assert is_ours(NEW, body, headers)
    assert not [one for one in forged if is_ours(NEW, *one)]
    promised |= {"tampered with": len(forged), "taken": 0}


@pytest.mark.parametrize("moved", [-600, 600])
async def test_what_is_600_seconds_off_is_refused(
    store: Store, commons: Store, tmp_path: Path, moved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried(monkeypatch)
    assert abs(moved) > TOLERANCE
    receiver, clock = Receiver(NEW), today()
    with Faulty(hook=receiver) as server:
        told = outlet(
            "larm", tmp_path, kind="webhook", url=server.url("/hook"), sign={"secrets": ["env:NEW"]}
        )
        engine = engine_of(store, commons, told, secrets=SECRETS, clock=clock)
        clock.advance(timedelta(seconds=moved))
        async with running(engine):
            await engine.tell("2482", "larm", [notice(1)])
            await soon(lambda: receiver.refused)
    assert not receiver.taken
    assert not left(store, "larm")["sent"]


async def test_a_message_keeps_its_id_over_every_retry_and_is_taken_at_least_once(
    store: Store,
    commons: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    promised: dict[str, object],
) -> None:
    hurried(monkeypatch)
    receiver = Receiver(NEW, stumbles=4)
    with Faulty(hook=receiver) as server:
        told = outlet(
            "larm",
            tmp_path,
            kind="webhook",
            url=server.url("/hook"),
            sign={"secrets": ["env:NEW"]},
            ordered=True,
        )
        engine = engine_of(store, commons, told, secrets=SECRETS, clock=today())
        async with running(engine):
            await engine.tell("2482", "larm", [notice(n) for n in range(3)])
            await soon(lambda: len(left(store, "larm")["sent"]) == 3)
        bodies = {asked.headers["webhook-id"]: set[bytes]() for asked in server.asked}
        for asked in server.asked:
            bodies[asked.headers["webhook-id"]].add(asked.body)
    assert len(receiver.seen) > len(receiver.taken)
    assert sorted(receiver.taken) == ["msg_0000", "msg_0001", "msg_0002"]
    assert all(len(each) == 1 for each in bodies.values()), "a retry is the same message"
    promised |= {"sent": len(receiver.seen), "taken": len(receiver.taken), "lost": 0}
