"""How settings name a secret: never itself, only where it is kept."""

from typing import Annotated, TypeAlias

from msgspec import Meta

Secret: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^((env|file|credential):\S+)?$",
        description="Where the secret is kept: env:NAME, credential:NAME, or file:PATH of the hub.",
    ),
]
