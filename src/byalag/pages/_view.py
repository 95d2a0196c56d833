"""What the pages see of a hub."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from byalag.model import Contact, Dataset, Language, Micros, Municipality
from byalag.pages._look import Mark, Marks
from byalag.services import Reader
from byalag.services.baths import Settings as BathSettings
from byalag.services.parking import Settings as ParkingSettings
from byalag.store import Metric, Share


class View(Struct, frozen=True, kw_only=True):
    """What the pages see of a hub: one reader, the time, and whose hub it is.

    `reader` reads the commons and nothing else. `base_url` is where the hub is reached from
    outside, without a slash at the end. `simulated` says that everything shown is made up for a
    demonstration; single things say so with a property of their own. `baths` and `parking` are
    the settings that the hub's services answer with; left out, they are the usual ones.
    `login` says that people can log in. `marks` are the municipalities' logos; `paused` says why a
    municipality has paused, if it has, and `opened` what it has open. `quality` says how good a
    dataset has been lately. `withheld` are the roots of the APIs that do not answer whoever only
    visits, as they are drafts or retired.
    """

    reader: Reader
    now: Callable[[], Micros]
    name: str
    base_url: str
    municipalities: Sequence[Municipality] = ()
    contact: Contact = field(default_factory=Contact)
    languages: Sequence[Language] = ("sv", "en")
    zone: str = "Europe/Stockholm"
    simulated: bool = False
    baths: BathSettings | None = None
    parking: ParkingSettings | None = None
    login: bool = False
    marks: Marks = field(default_factory=dict[str, Mark])
    paused: Callable[[str], str] = lambda _: ""
    opened: Callable[[str], Sequence[Dataset]] = lambda _: ()
    quality: Callable[[str], Mapping[Metric, Share]] = lambda _: {}
    withheld: frozenset[str] = frozenset()
