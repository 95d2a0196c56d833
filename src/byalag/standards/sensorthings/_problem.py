"""What is answered when a request is refused: short JSON, as SensorThings servers write it.

The rest is RFC 9457, as everywhere in the hub; but what it calls `detail` is called `message` here,
beside `code`, as clients of SensorThings look for these.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from byalag.standards import Reply, Spoken

PROBLEM_JSON: Final = "application/problem+json"
_ENCODER = msgspec.json.Encoder()
_LONGEST = 200  # characters of a path that is told again
_KINDS: Final[Mapping[int, tuple[str, str]]] = {
    400: ("refused", "The request cannot be answered"),
    401: ("key-needed", "A key is needed"),
    403: ("not-allowed", "It is not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "The method cannot be used here"),
    406: ("not-acceptable", "There is no such format"),
    408: ("too-slow", "It took too long"),
    409: ("refused", "It does not go together with what is there"),
    413: ("too-large", "It is too large"),
    415: ("unsupported-media-type", "It is not in a format that can be read"),
    501: ("refused", "It is not done here"),
    503: ("unavailable", "It cannot be answered now"),
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
    kind, usual = _KINDS.get(status, ("fault", "It could not be done"))
    told = said or title or usual
    body = {
        "type": f"{spoken.hub}/problems/{kind}",
        "title": title or usual,
        "status": status,
        "instance": f"{_plain(spoken.path)}#{spoken.trace}",
        "code": status,
        "message": told,
    }
    return Reply(status=status, body=_ENCODER.encode(body), media_type=PROBLEM_JSON)


def _plain(path: str) -> str:
    """Return a path as it can be told again: not too long, nothing invisible."""
    return "".join(one if one.isprintable() and one != " " else "_" for one in path[:_LONGEST])
