"""How people see it: accessible HTML for citizens, operators, relatives and data users."""

from collections.abc import Callable, Sequence

from msgspec import Struct, field
from starlette.routing import BaseRoute

from byalag.model import Contact, Micros, Municipality
from byalag.services import Reader

__all__ = ["View", "routes"]


class View(Struct, frozen=True, kw_only=True):
    """What the pages see of a hub: one reader, the time, and whose hub it is.

    `reader` reads the commons and nothing else. `base_url` is where the hub is reached from
    outside, without a slash at the end. `simulated` says that everything shown is made up for a
    demonstration; single things say so with a property of their own.
    """

    reader: Reader
    now: Callable[[], Micros]
    name: str
    base_url: str
    municipalities: Sequence[Municipality] = ()
    contact: Contact = field(default_factory=Contact)
    zone: str = "Europe/Stockholm"
    simulated: bool = False


def routes(view: View) -> list[BaseRoute]:  # noqa: ARG001 the pages follow in the next commit
    """Return the addresses that people visit."""
    return []
