"""What is answered when a request is refused: short JSON, as SensorThings servers write it."""

from collections.abc import Iterable

import msgspec

from byalag.standards import Reply, Spoken

_ENCODER = msgspec.json.Encoder()


class Refused(Exception):
    """The request cannot be done as it is written. `said` is for whoever wrote it."""

    def __init__(self, status: int, said: str) -> None:
        """Refuse with an HTTP status and a sentence."""
        super().__init__(said)
        self.status = status
        self.said = said


def unfit(said: str) -> Refused:
    """Return the refusal of a request that is not well written."""
    return Refused(400, said)


def unknown(said: str) -> Refused:
    """Return the refusal of a request for what is not there."""
    return Refused(404, said)


def known(names: Iterable[str]) -> str:
    """Return names as they are listed at the end of a sentence."""
    return ", ".join(names)


def problem(status: int, said: str) -> Reply:
    """Return the answer to a request that is refused."""
    body = {"code": status, "type": "error", "message": said}
    return Reply(status=status, body=_ENCODER.encode(body))


def refuse(_: Spoken, status: int, title: str, said: str) -> Reply:
    """Write a refusal that was decided before SensorThings was asked."""
    return problem(status, said or title)
