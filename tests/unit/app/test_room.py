"""Many large bodies at once are asked to come back; one alone is let in."""

from collections.abc import Iterator

import pytest
from starlette.types import Message, Receive

from byalag.app._room import Room
from byalag.standards.profile import NotAnswered

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def sending(*parts: bytes) -> Receive:
    """Return what receives a body in parts."""

    def messages() -> Iterator[Message]:
        for number, part in enumerate(parts, 1):
            yield {"type": "http.request", "body": part, "more_body": number < len(parts)}

    coming = messages()

    async def receive() -> Message:
        return next(coming)

    return receive


async def test_one_large_body_is_let_in_and_a_second_is_asked_to_come_back() -> None:
    room = Room(most=10)
    async with room.body(sending(b"a" * 8, b"b" * 8)) as body:
        assert body == b"a" * 8 + b"b" * 8
        with pytest.raises(NotAnswered) as refused:
            async with room.body(sending(b"c")):
                pass
        assert refused.value.trouble == "unavailable"
        assert refused.value.headers["Retry-After"]
    async with room.body(sending(b"c" * 10)) as later:
        assert later == b"c" * 10
