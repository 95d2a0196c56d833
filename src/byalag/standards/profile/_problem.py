"""The one error shape: RFC 9457, with all five members, and a page for each type of problem."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from byalag import ByalagError
from byalag.model import Json, Words
from byalag.standards import Headers, Reply

PROBLEM_JSON = "application/problem+json"


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong. `type` is an address that explains it, `instance` is this very time."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class Trouble(Struct, frozen=True, kw_only=True):
    """One type of problem: its status code, its name for people, and what to do about it."""

    status: int
    title: Words
    advice: Words


class NotAnswered(ByalagError):
    """There is no answer to give, and the reader is told why.

    `trouble` is one of `TROUBLES`; the message becomes the problem's detail. `members` are members
    that the problem has beside the usual ones (RFC 9457, section 3.2).
    """

    def __init__(
        self,
        detail: str,
        *,
        trouble: str,
        headers: Headers | None = None,
        members: Struct | None = None,
    ) -> None:
        """Say which type of problem it is and what happened this time."""
        super().__init__(detail)
        self.trouble = trouble
        self.headers = headers or {}
        self.members = members


def problem(base_url: str, trouble: str, detail: str, instance: str) -> Problem:
    """Return a problem of a known type."""
    kind = TROUBLES[trouble]
    return Problem(
        type=f"{base_url}/problems/{trouble}",
        title=kind.title["en"],
        status=kind.status,
        detail=detail,
        instance=instance,
    )


def refuse(base_url: str, error: NotAnswered, instance: str) -> Reply:
    """Return the reply that says why there is no answer."""
    said = problem(base_url, error.trouble, str(error), instance)
    return Reply(
        status=said.status,
        body=msgspec.json.encode(with_members(said, error.members)),
        media_type=PROBLEM_JSON,
        headers={"Cache-Control": "no-store", **error.headers},
    )


def with_members(said: Problem, members: Struct | None) -> dict[str, Json]:
    """Return a problem with its own members beside the usual ones."""
    whole: dict[str, Json] = msgspec.to_builtins(said)
    return whole | (msgspec.to_builtins(members) if members is not None else {})


def _trouble(status: int, titles: tuple[str, str], advice: tuple[str, str]) -> Trouble:
    return Trouble(
        status=status,
        title=dict(zip(("sv", "en"), titles, strict=True)),
        advice=dict(zip(("sv", "en"), advice, strict=True)),
    )


TROUBLES: Mapping[str, Trouble] = {
    "malformed-question": _trouble(
        400,
        ("Frågan kan inte läsas", "The question cannot be read"),
        ("Rätta den parameter som nämns.", "Mend the parameter that is named."),
    ),
    "unknown-parameter": _trouble(
        400,
        ("Okänd parameter", "Unknown parameter"),
        ("Använd någon av dem som räknas upp.", "Use one of those that are listed."),
    ),
    "refused": _trouble(
        400,
        ("Frågan kan inte besvaras", "The question cannot be answered"),
        ("Fråga efter något annat.", "Ask for something else."),
    ),
    "key-needed": _trouble(
        401,
        ("En giltig nyckel behövs", "A valid key is needed"),
        (
            "Skicka nyckeln som Authorization: Bearer. Kommunen ger ut nycklar.",
            "Send the key as Authorization: Bearer. The municipality issues keys.",
        ),
    ),
    "not-admitted": _trouble(
        401,
        ("Leveransen släpps inte in", "The delivery is not let in"),
        (
            "Kontrollera adressen, och hemligheten, klockan eller nyckeln.",
            "Check the address, and the secret, the clock or the key.",
        ),
    ),
    "not-allowed": _trouble(
        403,
        ("Inte tillåtet", "Not allowed"),
        ("Be kommunen om den behörighet som nämns.", "Ask the municipality for what is named."),
    ),
    "not-found": _trouble(
        404,
        ("Finns inte", "Not found"),
        ("Kontrollera adressen.", "Check the address."),
    ),
    "method-not-allowed": _trouble(
        405,
        ("Metoden går inte att använda här", "The method cannot be used here"),
        ("Använd en metod i svarets Allow.", "Use a method in the answer's Allow."),
    ),
    "retired": _trouble(
        410,
        ("API:et är nedlagt", "The API has been retired"),
        ("Använd det som ersätter det.", "Use what has taken its place."),
    ),
    "not-acceptable": _trouble(
        406,
        ("Formatet finns inte", "There is no such format"),
        ("Be om ett format som räknas upp.", "Ask for a format that is listed."),
    ),
    "too-slow": _trouble(
        408,
        ("Innehållet kom för långsamt", "The body came too slowly"),
        ("Skicka igen, i mindre delar.", "Send again, in smaller parts."),
    ),
    "too-large": _trouble(
        413,
        ("Innehållet är för stort", "The body is too large"),
        ("Dela upp det.", "Divide it."),
    ),
    "digest-mismatch": _trouble(
        400,
        ("Kontrollsumman stämmer inte", "The checksum does not match"),
        ("Sänd filen igen; inget har sparats.", "Send the file again; nothing was kept."),
    ),
    "range-not-satisfiable": _trouble(
        416,
        ("Filen har inte så många byte", "The file does not have that many bytes"),
        ("Fråga efter byte före slutet.", "Ask for bytes before the end."),
    ),
    "unsupported-media-type": _trouble(
        415,
        ("Innehållets typ tas inte emot", "The body's type is not taken"),
        ("Skicka en typ som räknas upp.", "Send a type that is listed."),
    ),
    "unreadable-body": _trouble(
        422,
        ("Innehållet kan inte läsas", "The body cannot be read"),
        ("Rätta det som nämns; inget har sparats.", "Mend what is named; nothing was kept."),
    ),
    "nothing-taken": _trouble(
        422,
        ("Inget i innehållet kunde tas emot", "Nothing in the body could be taken"),
        ("Rätta det som står i refused.", "Mend what refused says."),
    ),
    "too-many": _trouble(
        429,
        ("För många frågor", "Too many requests"),
        (
            "Vänta så länge som Retry-After säger, eller ansök om en plan som ger mer.",
            "Wait for as long as Retry-After says, or apply for a plan that gives more.",
        ),
    ),
    "too-many-tries": _trouble(
        429,
        ("För många misslyckade försök", "Too many failed tries"),
        (
            "Vänta så länge som Retry-After säger, och kontrollera nyckeln.",
            "Wait for as long as Retry-After says, and check the key.",
        ),
    ),
    "fault": _trouble(
        500,
        ("Fel hos oss", "A fault of ours"),
        (
            "Försök igen. Ange referensen om felet består.",
            "Try again. State the reference if it persists.",
        ),
    ),
    "unavailable": _trouble(
        503,
        ("Tillfälligt otillgänglig", "Temporarily unavailable"),
        ("Försök igen om en stund.", "Try again in a while."),
    ),
    "full": _trouble(
        507,
        ("Lagringen är full", "The storage is full"),
        (
            "Inget har sparats. Sänd igen när driften har gjort plats.",
            "Nothing was kept. Send again when the operators have made room.",
        ),
    ),
}
