"""A unit of home care: what its homes have in common, so that one and many are set alike."""

from typing import Annotated

from msgspec import Meta, Struct, field

from byalag.model import Contact as Answers
from byalag.model import Duration, Words
from byalag.services.care._home import Clock, Way


class Unit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`MUNICIPALITY/care/UNIT.toml`: a unit, what its sensors' data is for, and how it tells.

    `purpose` is one that every dataset in `datasets` declares; `basis` says by which law, in
    words. `ways` names the outlet of each way to tell. `budget` is how many false alarms a week a
    home may give. `text` is the version of the words that people agree to, and `words` the words.
    A home learns for `learning` and is silent for `silent` before it may tell. The `link` of a
    message works for so long.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Words
    purpose: Annotated[str, Meta(min_length=1)]
    datasets: Annotated[tuple[str, ...], Meta(min_length=1)]
    contact: Answers = field(default_factory=Answers)
    basis: Words = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties
    ways: dict[Way, str] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as above
    budget: Annotated[float, Meta(gt=0, le=7)] = 0.1
    wait: Duration = "30m"
    quiet: tuple[Clock, Clock] | None = None
    text: Annotated[str, Meta(min_length=1)] = "1"
    words: Words = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as above
    learning: Duration = "14d"
    silent: Duration = "14d"
    away: Duration = "90d"
    visit: Duration = "14d"
    link: Duration = "24h"
    simulated: bool = False
