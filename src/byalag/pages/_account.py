"""Pages about whoever has logged in: the way in and out, the own account, who has which role."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from byalag.governance import Grant, Person, Role
from byalag.model import Words
from byalag.pages._language import Language
from byalag.pages._site import Site

ROLES: tuple[Role, ...] = get_args(Role)
LONGEST = 2_000  # characters of an address on this site
Trouble: TypeAlias = Literal[
    "", "stronger", "failed", "denied", "late", "many", "wait", "unreachable"
]
_STATUS = {"failed": 403, "denied": 200, "late": 403, "many": 429, "wait": 429, "unreachable": 503}


class Choice(Struct, frozen=True):
    """One way to log in: its name in the address, and what it is called."""

    name: str
    title: Words


class Device(Struct, frozen=True, kw_only=True):
    """One of a person's sessions. `here` says that it is the one that asks."""

    by: Words
    begun: datetime
    seen: datetime
    here: bool


class Account(Struct, frozen=True, kw_only=True):
    """What a person is shown of their own account."""

    person: Person
    before: datetime | None
    devices: Sequence[Device]


class Holder(Struct, frozen=True, kw_only=True):
    """A person in a list of roles."""

    id: str
    name: str
    last: datetime
    roles: Sequence[Grant]


class Place(Struct, frozen=True, kw_only=True):
    """Where roles are given: a municipality, or the hub as a whole (no code)."""

    code: str
    name: str
    holders: Sequence[Holder]


def local_path(given: str, otherwise: str) -> str:
    """Return an address on this very site, if that is what is given; else the other."""
    fits = given.startswith("/") and given[1:2] not in {"/", "\\"} and len(given) <= LONGEST
    plain = given.isascii() and given.isprintable() and not {" ", "\\"} & set(given)
    return given if fits and plain else otherwise


def show_login(  # noqa: PLR0913 -- what there is to tell of a way in
    site: Site,
    language: Language,
    request: Request,
    *,
    choices: Sequence[Choice],
    onward: str,
    trouble: Trouble = "",
    wait: int = 0,
) -> Response:
    """Answer with the ways in, and why the last try did not succeed."""
    answer = site.page(
        request,
        language,
        "login.html",
        here="login",
        status=_STATUS.get(trouble, 200),
        choices=choices,
        onward=onward,
        trouble=trouble,
        wait=wait,
        key=onward.startswith(language.address("drift")),
    )
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return _own(answer)


def show_logged_out(site: Site, language: Language, request: Request, onward: str) -> Response:
    """Answer that nobody is logged in any more; `onward` logs out of the provider too."""
    return _own(site.page(request, language, "logged_out.html", here="logged_out", onward=onward))


def show_account(site: Site, language: Language, request: Request, account: Account) -> Response:
    """Answer with what the hub knows of whoever asks."""
    towns = {town.code: town.name for town in site.view.municipalities}
    return _own(
        site.page(
            request,
            language,
            "account.html",
            here="account",
            account=account,
            towns=towns,
        )
    )


def show_roles(  # noqa: PLR0913 -- what there is to tell of roles
    site: Site,
    language: Language,
    request: Request,
    *,
    places: Sequence[Place],
    here: Literal["roles", "roles_hub"],
    other: bool,
    said: str = "",
    status: int = 200,
) -> Response:
    """Answer with who has which role; `other` links to where else roles are given."""
    return _own(
        site.page(
            request,
            language,
            "account_roles.html",
            here=here,
            status=status,
            places=places,
            roles=ROLES,
            other=other,
            said=said if language.knows(f"roles.{said}") else "",
        )
    )


def _own(answer: Response) -> Response:
    """Return a page that is kept by nobody: it is about whoever asks."""
    answer.headers["Cache-Control"] = "no-store"
    if "ETag" in answer.headers:
        del answer.headers["ETag"]
    return answer
