"""Products: an API with its plans, as others may use it, from draft to retired."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from byalag.model import Language, MunicipalityCode, Words

ProductState: TypeAlias = Literal["draft", "published", "deprecated", "retired"]
Name: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
ANYBODY = "anybody"  # the plan of whoever shows no key, where a product has one of that name


class Plan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much may be asked. What is left out is not limited.

    `rate` is requests a second in the long run, `burst` how many may come at once, `quota` how
    many in a calendar month (of the hub's time zone). `approval` says that a steward of the
    product's municipality lets each application in.
    """

    title: Words = field(default_factory=dict[Language, str])
    rate: Annotated[float, Meta(gt=0, le=1_000_000)] | None = None
    burst: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    quota: Annotated[int, Meta(ge=1)] | None = None
    approval: bool = False


class Product(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An API, or several, that are used as one: `products/NAME.toml`.

    `apis` are the names of APIs as their addresses begin ("baths", "sensorthings", "ngsi-ld").
    `municipality` is whose own data it gives to whoever is let in; without one it gives the
    commons. `deprecated` and `sunset` are the days from which it should not be begun with, and
    from which it is no more (RFC 9745, RFC 8594); `successor` is the product to use instead.
    """

    id: Name
    title: Words
    apis: tuple[str, ...]
    plans: Mapping[Name, Plan] = field(default_factory=dict[str, Plan])
    description: Words = field(default_factory=dict[Language, str])
    state: ProductState = "published"
    municipality: MunicipalityCode | Literal[""] = ""
    deprecated: date | None = None
    sunset: date | None = None
    successor: str = ""
