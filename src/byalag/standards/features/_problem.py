"""Why there is no answer, in the one error shape (RFC 9457) of the hub."""

from collections.abc import Mapping
from typing import Final

import msgspec

from byalag import ByalagError
from byalag.standards import Headers, Reply, Spoken

PROBLEM_JSON: Final = "application/problem+json"
_SHOWN: Final = 100
_KINDS: Final[Mapping[str, tuple[int, str]]] = {
    "malformed-question": (400, "The question cannot be read"),
    "unknown-parameter": (400, "Unknown parameter"),
    "refused": (400, "The question cannot be answered"),
    "not-found": (404, "Not found"),
    "method-not-allowed": (405, "The method cannot be used here"),
    "not-acceptable": (406, "There is no such format"),
}
_BY_STATUS: Final = {
    400: "refused",
    401: "key-needed",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "too-slow",
    413: "too-large",
    415: "unsupported-media-type",
    503: "unavailable",
}


class NotAnswered(ByalagError):
    """There is no answer to give, and the reader is told why.

    `trouble` names the type of problem; the message becomes its detail.
    """

    def __init__(
        self,
        detail: str,
        trouble: str = "malformed-question",
        headers: Headers | None = None,
    ) -> None:
        """Say what happened, and which type of problem it is."""
        super().__init__(detail)
        self.trouble = trouble
        self.headers = headers or {}


def not_answered(spoken: Spoken, error: NotAnswered) -> Reply:
    """Return the reply that says why there is no answer."""
    status, title = _KINDS[error.trouble]
    return _problem(spoken, status, title, str(error), error.trouble, error.headers)


def refuse(spoken: Spoken, status: int, title: str, detail: str) -> Reply:
    """Say what the hub itself refuses, in the same shape."""
    return _problem(spoken, status, title, detail, _BY_STATUS.get(status, "fault"), {})


def shown(given: object) -> str:
    """Return what somebody wrote, so that it can be shown: not too long, nothing invisible."""
    text = str(given)[: _SHOWN + 1]
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN] + "\N{HORIZONTAL ELLIPSIS}"


def _problem(  # noqa: PLR0913, PLR0917 -- the members of a problem
    spoken: Spoken, status: int, title: str, detail: str, trouble: str, headers: Headers
) -> Reply:
    said = {
        "type": f"{spoken.hub}/problems/{trouble}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"{shown(spoken.path)}#{spoken.trace}",
    }
    return Reply(
        status=status,
        body=msgspec.json.encode(said),
        media_type=PROBLEM_JSON,
        headers={"Cache-Control": "no-store", **headers},
    )
