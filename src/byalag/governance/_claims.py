"""From what a provider of identities says to who it is and which roles they have. Pure.

The claims are those of the Swedish OpenID Connect profile (oidc-sweden, claims specification). A
personal number goes in and a pseudonym comes out: the number is kept nowhere.
"""

from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from hmac import new as keyed
from typing import Annotated, ClassVar, cast

from msgspec import Meta, Struct, field

from byalag import ByalagError
from byalag.governance._person import Assurance, Grant, Role
from byalag.model import Json, MunicipalityCode

PERSONAL_NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
COORDINATION_NUMBER = "https://id.oidc.se/claim/coordinationNumber"
COORDINATION_LEVEL = "https://id.oidc.se/claim/coordinationNumberLevel"
AFFILIATION = "https://id.oidc.se/claim/orgAffiliation"
ORGANISATION = "https://id.oidc.se/claim/orgNumber"
OF_THE_HUB = "hub"  # in a rule: the role is in the hub as a whole
_NUMBERS = frozenset({PERSONAL_NUMBER, COORDINATION_NUMBER})
_LONGEST = 255  # characters of an identifier, as OpenID Connect Core section 2 has it for `sub`
_NAME = 200


class Unidentified(ByalagError):
    """The provider has not said who has logged in.

    The message says which claim is missing; the settings of the provider say which to look for.
    """

    exit_code: ClassVar[int] = 6


class ClaimNames(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which claims say who it is: the first of `id` that is there, the name, the organisation."""

    id: Annotated[tuple[str, ...], Meta(min_length=1)] = ("sub",)
    name: str = "name"
    organisation: str = ORGANISATION


class RoleRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role that follows from a claim that is, or has in its list, a value.

    It is in the municipality that is named, in the hub as a whole ("hub"), or, if nothing is said,
    in the municipality whose organisation number the claims give.
    """

    claim: Annotated[str, Meta(min_length=1)]
    value: Annotated[str, Meta(min_length=1)]
    role: Role
    municipality: Annotated[str, Meta(pattern=r"^(\d{4}|hub)?$")] = ""
    unit: str = ""


class ClaimsReading(Struct, frozen=True, kw_only=True):
    """How the claims of one provider are read.

    `acr` says which level of assurance each of its words for one is worth. `tenants` gives the
    municipality of an organisation number (ten digits), and `spoken_for` the municipalities that
    the provider may give roles in; none means every one that the hub has.
    """

    names: ClaimNames = field(default_factory=ClaimNames)
    rules: tuple[RoleRule, ...] = ()
    acr: Mapping[str, Assurance] = field(default_factory=dict[str, Assurance])
    tenants: Mapping[str, MunicipalityCode] = field(default_factory=dict[str, MunicipalityCode])
    spoken_for: tuple[MunicipalityCode, ...] = ()


class Claimed(Struct, frozen=True, kw_only=True):
    """What the claims say. `claim` and `subject` are forgotten once a pseudonym has been made."""

    claim: str
    subject: str
    name: str
    municipality: MunicipalityCode | str
    assurance: Assurance
    grants: tuple[Grant, ...]


def read_claims(reading: ClaimsReading, claims: Mapping[str, Json]) -> Claimed:
    """Return who the claims are about, how sure it is, and which roles follow.

    Raises:
        Unidentified: None of the claims that identify is there.
    """
    claim, subject = _subject(reading.names.id, claims)
    municipality = _municipality(reading, claim, subject, claims)
    acr = _text(claims.get("acr"))
    assurance = reading.acr.get(acr, "")
    if claim == COORDINATION_NUMBER and claims.get(COORDINATION_LEVEL) != "confirmed":
        assurance = ""  # the holder of the number has not proved who they are
    return Claimed(
        claim=claim,
        subject=subject,
        name=_shown(claims.get(reading.names.name)),
        municipality=municipality,
        assurance=assurance,
        grants=tuple(dict.fromkeys(_grants(reading, municipality, claims))),
    )


def pseudonym(key: bytes, issuer: str, claim: str, subject: str) -> str:
    """Return what a person is called in this hub: the same each time, and telling nobody who it is.

    Without the key it cannot be reckoned from a personal number, nor the number found by trying
    them all. The issuer is part of it, so that no provider can speak for another's people.
    """
    said = f"{issuer}\0{claim}\0{subject}".encode()
    digest = keyed(key, said, sha256).digest()
    return "p-" + b32encode(digest[:15]).decode().lower()


def _subject(names: Sequence[str], claims: Mapping[str, Json]) -> tuple[str, str]:
    for name in names:
        said = _text(claims.get(name)).strip()
        if name in _NUMBERS:
            said = said.replace("-", "")
        if 0 < len(said) <= _LONGEST:
            return name, said
    wanted = " or ".join(names)
    msg = f"the provider did not give the claim {wanted}; ask for a scope that gives it"
    raise Unidentified(msg)


def _municipality(
    reading: ClaimsReading, claim: str, subject: str, claims: Mapping[str, Json]
) -> MunicipalityCode | str:
    """Return the municipality that vouches for the person, or nothing."""
    organisation = _text(claims.get(reading.names.organisation))
    affiliation = subject if claim == AFFILIATION else _text(claims.get(AFFILIATION))
    if affiliation:  # <id>@<organisation number>
        organisation = affiliation.rpartition("@")[2]
    code = reading.tenants.get(organisation.replace("-", "").strip(), "")
    if not code and len(reading.spoken_for) == 1 and not organisation:
        code = reading.spoken_for[0]
    return code if not reading.spoken_for or code in reading.spoken_for else ""


def _grants(reading: ClaimsReading, own: str, claims: Mapping[str, Json]) -> Iterator[Grant]:
    for rule in reading.rules:
        if rule.value not in _values(claims.get(rule.claim)):
            continue
        if rule.municipality == OF_THE_HUB:
            yield Grant(rule.role, "", rule.unit)
            continue
        code = rule.municipality or own
        if code and (not reading.spoken_for or code in reading.spoken_for):
            yield Grant(rule.role, code, rule.unit)


def _values(said: Json) -> tuple[str, ...]:
    if isinstance(said, str):
        return (said,)
    if isinstance(said, list):
        return tuple(each for each in cast("list[object]", said) if isinstance(each, str))
    return ()


def _text(said: Json) -> str:
    return said if isinstance(said, str) else ""


def _shown(said: Json) -> str:
    """Return a name as it can be shown: on one line, and not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in _text(said)).split())[:_NAME]
