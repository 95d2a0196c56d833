"""The OpenAPI 3.1 description of NGSI-LD as it is here, from the table that serves the requests."""

from typing import Any

from byalag.model import Json
from byalag.standards.ngsi_ld._table import TABLE


def describe(hub: str, contact: Any) -> Json:  # noqa: ANN401 -- the contact is the hub's own type
    """Return the OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "paths": {one.path: {} for one in TABLE},
        "servers": [{"url": hub}],
        "contact": str(contact),
    }
