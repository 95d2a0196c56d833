"""Listening to a broker for a short while, apart from the place that a source has there."""

import time
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from byalag.engine._broker import broker_of
from byalag.engine._face import Unreachable
from byalag.engine._guard import Guard
from byalag.engine._listen_mqtt import overhear_mqtt
from byalag.engine._listen_nats import overhear_nats
from byalag.engine._message import Message, gathered
from byalag.engine._secret import Vault
from byalag.sources import Listen

_LONGEST: Final = 10.0  # how long the first message is waited for, seconds
_AFTER: Final = timedelta(seconds=1)  # and for others after it
_ENOUGH: Final = 20  # messages


async def overhear(reach: Listen, *, guard: Guard, vault: Vault) -> list[Message]:
    """Return the first few messages that come. The source's own place is left alone.

    Raises:
        Unreachable: If the broker may not be reached, does not let us in, or sends nothing.

    """
    brief = replace(reach, gather=_AFTER, at_most=min(_ENOUGH, reach.at_most))
    broker = broker_of(reach, "")
    opened = (overhear_nats if reach.version == "jetstream" else overhear_mqtt)(
        broker, brief, guard=guard, vault=vault
    )
    async with opened as session:
        end = time.monotonic() + _LONGEST
        while time.monotonic() < end:
            found = await gathered(session, brief)
            if found:
                await session.thank(found)
                return found
    reason = (
        f"the broker let us in, but no message came within {_LONGEST:g} s; "
        f"is anything sent under {', '.join(reach.topics) or reach.stream}?"
    )
    raise Unreachable(reason)
