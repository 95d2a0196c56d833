"""How people log in, as `hub.toml` says it: which providers, and what they may say."""

from typing import Annotated

from msgspec import Meta, Struct, field

from byalag.governance import Assurance, ClaimNames, RoleRule
from byalag.model import Duration, Language, MunicipalityCode, Words


class ProviderSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One provider of identities that speaks OpenID Connect, as `[[login.provider]]`.

    `client_secret` is by reference, and left out for a public client. `acr_values` are asked for,
    and `acr` says what the answer is worth. `municipalities` are those in which the provider may
    give roles. `userinfo` fetches claims that are not in the ID token. `on_premises` are networks
    in which the provider may be although they are not public.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    issuer: Annotated[str, Meta(pattern=r"^https?://[^<>\s]+$")]
    client_id: Annotated[str, Meta(min_length=1)]
    client_secret: Annotated[str, Meta(pattern=r"^((env|file|credential):\S+)?$")] = ""
    title: Words = field(default_factory=dict[Language, str])
    scopes: tuple[str, ...] = ("openid", "profile")
    claims: ClaimNames = field(default_factory=ClaimNames)
    acr: dict[str, Assurance] = field(default_factory=dict[str, Assurance])
    acr_values: tuple[str, ...] = ()
    role: tuple[RoleRule, ...] = ()
    municipalities: tuple[MunicipalityCode, ...] = ()
    userinfo: bool = False
    on_premises: tuple[str, ...] = ()


class LoginSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Log-in for people. `pseudonyms` is the key that they are called by pseudonyms with.

    A session ends `idle` after it was last used, and `longest` after it began.
    """

    pseudonyms: Annotated[str, Meta(pattern=r"^(env|file|credential):\S+$")]
    provider: Annotated[tuple[ProviderSettings, ...], Meta(min_length=1)]
    idle: Duration = "30m"
    longest: Duration = "12h"
