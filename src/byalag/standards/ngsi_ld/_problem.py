"""What went wrong, in NGSI-LD's words: RFC 7807 with the specification's types (5.5.2, 6.3.2)."""

from collections.abc import Mapping

import msgspec

from byalag import ByalagError
from byalag.model import Json
from byalag.standards import Reply, Spoken

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
PROBLEM_JSON = "application/problem+json"
CONTEXT_NOT_AVAILABLE = 503  # V1.8.1, table 6.3.2-1; a later text says 504

STATUSES: Mapping[str, int] = {
    "InvalidRequest": 400,
    "BadRequestData": 400,
    "AlreadyExists": 409,
    "OperationNotSupported": 422,
    "ResourceNotFound": 404,
    "InternalError": 500,
    "TooComplexQuery": 403,
    "TooManyResults": 403,
    "LdContextNotAvailable": CONTEXT_NOT_AVAILABLE,
    "NoMultiTenantSupport": 501,
    "NonexistentTenant": 404,
}
_TITLES: Mapping[str, str] = {
    "InvalidRequest": "The request cannot be read",
    "BadRequestData": "The request says something that cannot be",
    "AlreadyExists": "It is there already",
    "OperationNotSupported": "This cannot be done here",
    "ResourceNotFound": "There is no such thing",
    "InternalError": "A fault of ours",
    "TooComplexQuery": "The question is too complex",
    "TooManyResults": "The answer would be too large",
    "LdContextNotAvailable": "A JSON-LD context cannot be had",
    "NoMultiTenantSupport": "There are no tenants here",
    "NonexistentTenant": "There is no such tenant",
}
# those that HTTP has a word for and NGSI-LD has none
_BY_STATUS: Mapping[int, str] = {
    400: "InvalidRequest",
    404: "ResourceNotFound",
    409: "AlreadyExists",
    422: "OperationNotSupported",
    500: "InternalError",
}
_TENANT = "ngsild-tenant"


class Refused(ByalagError):
    """A request is not carried out. `kind` is one of NGSI-LD's types, or a status code.

    Nothing has been written when it is raised; within a change it is returned as a value.
    """

    def __init__(
        self,
        detail: str,
        kind: str | int = "BadRequestData",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Say which type of problem it is and what the asker can do about it."""
        super().__init__(detail)
        self.kind = kind
        self.headers = headers or {}

    @property
    def status(self) -> int:
        """The status code that it is answered with."""
        return self.kind if isinstance(self.kind, int) else STATUSES[self.kind]


def problem(refused: Refused, title: str = "", instance: str = "") -> dict[str, Json]:
    """Return what went wrong as it is told, alone or as one error of a batch."""
    kind = refused.kind if isinstance(refused.kind, str) else _BY_STATUS.get(refused.kind)
    told: dict[str, Json] = {
        "type": f"{ERRORS}{kind}" if kind else "about:blank",
        "title": title or _TITLES.get(kind or "", "The request is not carried out"),
        "status": refused.status,
        "detail": str(refused),
    }
    return told | ({"instance": instance} if instance else {})


def refusal(refused: Refused, spoken: Spoken, title: str = "") -> Reply:
    """Return the reply that says why something is not carried out."""
    return Reply(
        status=refused.status,
        body=msgspec.json.encode(problem(refused, title, instance(spoken))),
        media_type=PROBLEM_JSON,
        headers={"Cache-Control": "no-store", **refused.headers},
    )


def refuse(spoken: Spoken, status: int, title: str, detail: str) -> Reply:
    """Return the reply that says what has been decided about a request before it came here."""
    unknown = status == STATUSES["NonexistentTenant"] and _TENANT in spoken.headers
    return refusal(Refused(detail, "NonexistentTenant" if unknown else status), spoken, title)


def instance(spoken: Spoken) -> str:
    """Return what names this very request (RFC 7807, section 3.1)."""
    return f"urn:trace:{spoken.trace}" if spoken.trace else spoken.path
