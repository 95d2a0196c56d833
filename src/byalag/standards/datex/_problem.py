"""Why there is no answer, in the one error shape (RFC 9457) of the hub."""

from typing import Final

import msgspec

from byalag import ByalagError
from byalag.standards import Reply, Spoken

PROBLEM_JSON: Final = "application/problem+json"
_SHOWN: Final = 100
_NAMES: Final = {
    400: "malformed-question",
    401: "key-needed",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    503: "unavailable",
}
_TITLES: Final = {
    400: "The question cannot be read",
    404: "Not found",
    405: "The method cannot be used here",
    406: "There is no such format",
}


class NotAnswered(ByalagError):
    """There is no answer to give; `status` and the message say why."""

    def __init__(self, detail: str, status: int) -> None:
        """Say what happened."""
        super().__init__(detail)
        self.status = status


def not_answered(spoken: Spoken, error: NotAnswered) -> Reply:
    """Return the reply that says why there is no answer."""
    return refuse(spoken, error.status, _TITLES[error.status], str(error))


def refuse(spoken: Spoken, status: int, title: str, detail: str) -> Reply:
    """Say what is refused, in the hub's one shape."""
    said = {
        "type": f"{spoken.hub}/problems/{_NAMES.get(status, 'fault')}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"{shown(spoken.path)}#{spoken.trace}",
    }
    allow = {"Allow": "GET, HEAD, OPTIONS"} if status == 405 else {}  # noqa: PLR2004 -- not allowed
    return Reply(
        status=status,
        body=msgspec.json.encode(said),
        media_type=PROBLEM_JSON,
        headers={"Cache-Control": "no-store", **allow},
    )


def shown(given: str) -> str:
    """Return what somebody wrote, so that it can be shown: not too long, nothing invisible."""
    text = given[:_SHOWN]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
