"""What is answered when a request is refused: short JSON, as SensorThings servers write it.

`code`, `type` (always "error") and `message` are what clients of SensorThings look for. The rest is
RFC 9457, as everywhere in the hub, but for its `detail`: that is the message.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from byalag.standards import Reply, Spoken

PROBLEM_JSON: Final = "application/problem+json"
_ENCODER = msgspec.json.Encoder()
_LONGEST = 200  # characters of a path that is told again
_TITLES: Final[Mapping[int, str]] = {
    400: "The request cannot be answered",
    401: "A key is needed",
    403: "It is not allowed",
    404: "Not found",
    405: "The method cannot be used here",
    406: "There is no such format",
    408: "It took too long",
    409: "It does not go together with what is there",
    413: "It is too large",
    415: "It is not in a format that can be read",
    503: "It cannot be answered now",
}


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


def problem(spoken: Spoken, status: int, said: str) -> Reply:
    """Return the answer to a request that is refused."""
    return refuse(spoken, status, "", said)


def refuse(spoken: Spoken, status: int, title: str, said: str) -> Reply:
    """Write a refusal, also one that was decided before SensorThings was asked."""
    usual = _TITLES.get(status, "It could not be done")
    body = {
        "type": "error",
        "title": title or usual,
        "status": status,
        "instance": f"{_plain(spoken.path)}#{spoken.trace}",
        "code": status,
        "message": said or title or usual,
    }
    return Reply(status=status, body=_ENCODER.encode(body), media_type=PROBLEM_JSON)


def _plain(path: str) -> str:
    """Return a path as it can be told again: not too long, nothing invisible."""
    return "".join(one if one.isprintable() and one != " " else "_" for one in path[:_LONGEST])
