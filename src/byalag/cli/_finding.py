"""What the doctor says of one thing."""

from typing import Literal, TypeAlias

from msgspec import Struct

State: TypeAlias = Literal["ok", "warning", "wrong"]


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    name: str
    state: State
    said: str
