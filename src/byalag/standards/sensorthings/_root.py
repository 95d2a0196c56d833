"""The root of the service: its collections, and what is kept of the standard (18-088, 9.2.1)."""

import msgspec

from byalag.standards import Reply, Spoken
from byalag.standards.sensorthings._words import COLLECTIONS

_REQUIREMENT = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
_DESCRIBED = (
    "thing",
    "location",
    "historical-location",
    "datastream",
    "sensor",
    "observed-property",
    "observation",
    "feature-of-interest",
)
_ASKED = (
    "status-code",
    "query-status-code",
    "order",
    "expand",
    "select",
    "orderby",
    "top",
    "skip",
    "count",
    "filter",
    "built-in-filter-operations",
    "built-in-query-functions",
    "pagination",
)
_WRITTEN = (
    "create-entity",
    "link-to-existing-entities",
    "deep-insert",
    "deep-insert-status-code",
    "update-entity",
    "update-entity-put",
    "update-entity-jsonpatch",
    "delete-entity",
    "historical-location-auto-creation",
)
CONFORMANCE = (
    *(
        f"{_REQUIREMENT}datamodel/{kind}/{part}"
        for kind in _DESCRIBED
        for part in ("properties", "relations")
    ),
    f"{_REQUIREMENT}datamodel/entity-control-information/common-control-information",
    f"{_REQUIREMENT}resource-path/resource-path-to-entities",
    *(f"{_REQUIREMENT}request-data/{asked}" for asked in _ASKED),
    *(f"{_REQUIREMENT}create-update-delete/{written}" for written in _WRITTEN),
    f"{_REQUIREMENT}batch-request/batch-request",
    f"{_REQUIREMENT}data-array/data-array",
)


def root(spoken: Spoken) -> Reply:
    """Return what can be asked for here."""
    body = {
        "value": [{"name": name, "url": f"{spoken.root}/{name}"} for name in COLLECTIONS],
        "serverSettings": {"conformance": CONFORMANCE},
    }
    return Reply(body=msgspec.json.encode(body))
