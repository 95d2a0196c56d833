"""A kind that knows an answer's format already, with what its file must say."""

from msgspec import Struct, field

from byalag.draft._texts import Note
from byalag.model import Json


class Ready(Struct, frozen=True, kw_only=True):
    """A kind with what its file must say.

    `live`: the answer changes all the time. `addressed`: the file says `url`, which is `url` here
    or the address asked. `part` is the part of the source that the answer is. `notes` are asked,
    each of the setting before it. `tried` is said too when the file is tried.
    `compared`: taken only where no way to read the answer anew gives more of it.
    """

    kind: str
    dataset: str
    title: dict[str, str]
    settings: dict[str, Json] = field(default_factory=dict[str, Json])
    live: bool = False
    addressed: bool = True
    url: str = ""
    part: str = "main"
    compared: bool = False
    tried: dict[str, Json] = field(default_factory=dict[str, Json])
    notes: tuple[tuple[str, Note], ...] = ()
