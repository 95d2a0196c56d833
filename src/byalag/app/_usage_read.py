"""What has been used of a hub, read beside the hub that runs."""

from datetime import UTC, datetime, timedelta

from byalag.app._hub import Hub
from byalag.app._stores import REGISTER
from byalag.app._usage_api import Used, summed
from byalag.governance import ANYBODY
from byalag.model import Micros
from byalag.store import Register, Usage

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOURLY = timedelta(days=40)


def used_in(
    hub: Hub,
    since: datetime,
    until: datetime,
    *,
    api: str | None = None,
    application: str | None = None,
) -> list[Used]:
    """Return what was used in a time, the most used first; what is a few seconds old is there.

    The application "anybody" is whoever shows no key of any.
    """
    file = hub.store / REGISTER
    if not file.is_file():
        return []
    with Register(file) as register:
        periods = Usage(register).between(
            _micros(since),
            _micros(until),
            api=api,
            application="" if application == ANYBODY else application,
            length="hour" if until - since <= _HOURLY else "day",
        )
    return summed(periods)


def _micros(at: datetime) -> Micros:
    return (at - _EPOCH) // timedelta(microseconds=1)
