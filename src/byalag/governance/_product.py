"""Products: APIs with their plans, as others may use them, from draft to retired."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, Struct, field

from byalag.model import Contact, Language, Words

ProductState: TypeAlias = Literal["draft", "published", "deprecated", "retired"]
Name: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
ApiName: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*(/v\d+(\.\d+)?)?$")]
ANYBODY = "anybody"  # the plan of whoever shows no key, where a product has one of that name
_LIVELIEST: Final[tuple[ProductState, ...]] = ("published", "deprecated", "draft", "retired")


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

    @property
    def limited(self) -> bool:
        """Whether anything bounds what may be asked."""
        return self.rate is not None or self.quota is not None


class Life(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where in its life something is: a product, or one version of an API in it.

    `deprecated` and `sunset` are the days from which it should not be begun with, and from which
    it is no more (RFC 9745, RFC 8594); `successor` is the product or API to use instead.
    """

    state: ProductState = "published"
    deprecated: date | None = None
    sunset: date | None = None
    successor: str = ""


class ProductChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of what has changed, for those who have built on a product."""

    at: date
    text: Words


class Product(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An API, or several, that are used as one: `products/NAME.toml`.

    `apis` are the names of APIs as their addresses begin ("baths", "sensorthings", "ngsi-ld"), or
    single versions of them ("baths/v1"). `municipality` is whose own data it gives to whoever is
    let in; without one it gives the commons. `deprecated`, `sunset` and `successor` are those of
    `Life`, and `versions` say the same of single versions of its APIs. `owner` is the organisation
    that answers for it and `contact` whom to ask.
    """

    id: Name
    title: Words
    apis: tuple[ApiName, ...]
    plans: Mapping[Name, Plan] = field(default_factory=dict[str, Plan])
    description: Words = field(default_factory=dict[Language, str])
    state: ProductState = "published"
    municipality: Annotated[str, Meta(pattern=r"^(\d{4})?$")] = ""
    deprecated: date | None = None
    sunset: date | None = None
    successor: str = ""
    versions: Mapping[ApiName, Life] = field(default_factory=dict[str, Life])
    owner: str = ""
    contact: Contact = field(default_factory=Contact)
    licence: str = ""
    changes: tuple[ProductChange, ...] = ()

    @property
    def life(self) -> Life:
        """Where in its life the product is."""
        return Life(
            state=self.state,
            deprecated=self.deprecated,
            sunset=self.sunset,
            successor=self.successor,
        )

    def has(self, api: str, version: str = "") -> bool:
        """Tell whether an API is in the product: a version of it ("v1"), or any."""
        if not version:
            return any(name.partition("/")[0] == api for name in self.apis)
        return api in self.apis or f"{api}/{version}" in self.apis

    def life_of(self, api: str, version: str) -> Life:
        """Return where in its life one version of an API is, as the product offers it."""
        return self.versions.get(f"{api}/{version}") or self.versions.get(api) or self.life

    def lets_in(self, plan: str) -> bool:
        """Tell whether a plan is anybody's to choose: nobody has to approve it."""
        return not self.municipality and not self.plans[plan].approval


def life_of(products: Iterable[Product], api: str, version: str) -> Life | None:
    """Where in its life is a version of an API? None where no product has it.

    As long as one product offers it, it is offered: the liveliest of their states counts.
    """
    found = [one.life_of(api, version) for one in products if one.has(api, version)]
    return min(found, key=lambda life: _LIVELIEST.index(life.state), default=None)
