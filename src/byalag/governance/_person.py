"""People who have logged in, and the roles they have where."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from byalag.model import Micros, MunicipalityCode

Role: TypeAlias = Literal[
    "citizen",
    "data_user",
    "operator",
    "steward",
    "care_staff",
    "relative",
    "board_member",
    "hub_administrator",
]
Assurance: TypeAlias = Literal["", "loa2", "loa3", "loa4"]


class Grant(Struct, frozen=True):
    """One role in one municipality, and there in one unit or for one home, if any is named.

    Without a municipality it is in the hub as a whole: the host operates, and owns no one's data.
    A hub administrator of a municipality says who has which role there.
    """

    role: Role
    municipality: Annotated[str, Meta(pattern=r"^(\d{4})?$")] = ""
    unit: str = ""


class Person(Struct, frozen=True, kw_only=True):
    """Someone who has logged in.

    `id` is a pseudonym of this hub, never a personal number; `name` is what is shown to that
    person and to nobody else's log. `assurance` is how surely it is they, and `until` when they
    must log in again.
    """

    id: str
    name: str = ""
    grants: tuple[Grant, ...] = ()
    assurance: Assurance = ""
    until: Micros | None = None

    def has(self, role: Role, municipality: str = "") -> bool:
        """Tell whether the person has a role in a municipality, or in the hub as a whole."""
        return any(
            grant.role == role and grant.municipality == municipality for grant in self.grants
        )

    @property
    def municipalities(self) -> tuple[MunicipalityCode, ...]:
        """The municipalities in which the person has any role, each once, in order."""
        return tuple(sorted({one.municipality for one in self.grants if one.municipality}))
