"""What the sources at SMHI's open data share."""

from typing import Annotated

from msgspec import Meta

Local = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
OPERATOR = "smhi"
