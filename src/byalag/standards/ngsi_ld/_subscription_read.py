"""What a subscription's body must be (GS CIM 009, 5.2.12 to 5.2.15)."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._choose import chosen
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._json import is_array, is_object
from byalag.standards.ngsi_ld._pick import read_members
from byalag.standards.ngsi_ld._refuse import refuse_data
from byalag.standards.ngsi_ld._said import attribute_name
from byalag.standards.ngsi_ld._subscription import TRIGGERS, renamed
from byalag.standards.ngsi_ld._value import moment, uri

NULL: Final = "urn:ngsi-ld:null"
FORMATS: Final = ("normalized", "concise", "keyValues", "simplified")
ACCEPTS: Final = ("application/json", "application/ld+json", "application/geo+json")
_MOST: Final = 200
_LONGEST: Final = 8_000
_SCHEMES: Final = ("http", "https", "mqtt", "mqtts")
_NOTIFIER: Final = {"MQTT-Version": ("mqtt3.1.1", "mqtt5.0"), "MQTT-QoS": ("0", "1", "2")}  # 5.8.6
_LONGEST_TIME: Final = 366 * 86_400  # seconds
_SENT: Final = frozenset({
    "status", "timesSent", "timesFailed", "lastNotification", "lastSuccess", "lastFailure",
})  # fmt: skip
_OURS: Final = frozenset({"id", "type", "status", "createdAt", "modifiedAt", "expires"})


def read(content: Mapping[str, Json], context: Context, now: Micros) -> dict[str, Json]:
    """Return what a subscription says, its names as IRIs.

    Raises:
        Refused: Something of it cannot be, or something that must be is not there.
    """
    if content.get("type") != "Subscription":
        refuse_data('the type of a subscription is "Subscription"')
    said = {name: value for name, value in content.items() if name not in _OURS}
    for name, value in said.items():
        _MEMBERS.get(name, _unknown(name))(value, name)
    _refuse_contradictions(said)
    said["notification"] = _notification(said["notification"], context)
    for name in said.get("watchedAttributes", ()):
        attribute_name(name, context)
    for one in said.get("entities", ()):
        if not one.get("type"):
            refuse_data("each of entities has a type")
    chosen({**said, "attrs": None, "datasetId": None}, context)
    if "expiresAt" in said:
        said["expires"] = moment(said["expiresAt"], "expiresAt")
        if said["expires"] <= now:
            refuse_data("expiresAt has passed already")
    return renamed(said, context.expand_name)


def _refuse_contradictions(said: Mapping[str, Json]) -> None:
    if "notification" not in said:
        refuse_data("a subscription has a notification, with an endpoint")
    if not said.get("entities") and not said.get("watchedAttributes"):
        refuse_data("a subscription has entities or watchedAttributes")
    if "timeInterval" in said and ("throttling" in said or "watchedAttributes" in said):
        refuse_data("timeInterval is not used with throttling or watchedAttributes")
    if "timeInterval" in said and not said.get("entities"):
        refuse_data("a subscription with timeInterval has entities")


def _unknown(name: str) -> Callable[[Json, str], None]:
    def refuse(_: Json, __: str) -> None:
        refuse_data(f"a subscription has no {name[:60]!r}; it has {', '.join(sorted(_MEMBERS))}")

    return refuse


def _notification(value: Json, context: Context) -> dict[str, Json]:
    if not is_object(value):
        refuse_data("notification is an object with an endpoint")
    said = {name: one for name, one in value.items() if name not in _SENT}
    for name, one in said.items():
        if name not in _NOTIFICATION:
            refuse_data(f"a notification has no {name[:60]!r}; it has {', '.join(_NOTIFICATION)}")
        _NOTIFICATION[name](one, name)
    if "endpoint" not in said:
        refuse_data("a notification has an endpoint, with a uri")
    names = [attribute_name(one, context) for one in said.get("attributes", ())]
    if names and ("pick" in said or "omit" in said):
        refuse_data("attributes is not used with pick or omit")
    members = {
        what: set(read_members(",".join(said[what]), what, context.expand_name))
        for what in ("pick", "omit")
        if said.get(what)
    }
    if members.get("pick", set()) & members.get("omit", set()):
        refuse_data("pick and omit name the same member")
    if said.get("showChanges") and said.get("format") in ("keyValues", "simplified"):
        refuse_data("showChanges is not used with a simplified format")
    return said


def _endpoint(value: Json, _: str) -> None:
    if not is_object(value):
        refuse_data("endpoint is an object with a uri")
    address = uri(value.get("uri"), "endpoint.uri")
    parts = urlsplit(address)
    try:
        sound = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        refuse_data(f"endpoint.uri is an address of {', '.join(_SCHEMES)}")
    if parts.scheme.startswith("mqtt") and not parts.path.strip("/"):
        refuse_data("endpoint.uri of mqtt has a topic as its path")
    if value.get("accept", ACCEPTS[0]) not in ACCEPTS:
        refuse_data(f"endpoint.accept is one of {', '.join(ACCEPTS)}")
    _pairs(value, "receiverInfo")
    for one in _pairs(value, "notifierInfo"):
        known = _NOTIFIER.get(one["key"])
        if known and one["value"] not in known:
            refuse_data(f"notifierInfo: {one['key']} is one of {', '.join(known)}")


def _pairs(endpoint: Mapping[str, Json], what: str) -> list[Json]:
    said = _array(endpoint.get(what, []), what)
    for one in said:
        if not (is_object(one) and all(_is_line(one.get(m)) for m in ("key", "value"))):
            refuse_data(f"endpoint.{what} is an array of objects with key and value")
    return said


def _is_line(value: Json) -> bool:
    """Return whether a text can be sent as a header's name or value."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable()


def _array(value: Json, name: str) -> list[Json]:
    if not is_array(value) or len(value) > _MOST:
        refuse_data(f"{name} is an array of at most {_MOST}")
    return value


def _texts(value: Json, name: str) -> None:
    if not _array(value, name) or not all(isinstance(one, str) and one for one in value):
        refuse_data(f"{name} is an array of texts, and not empty")


def _text(value: Json, name: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        refuse_data(f"{name} is a text of at most {_LONGEST} characters")


def _truth(value: Json, name: str) -> None:
    if not isinstance(value, bool):
        refuse_data(f"{name} is true or false")


def _seconds(value: Json, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse_data(f"{name} is a number of seconds")
    if not 0 < value <= _LONGEST_TIME:
        refuse_data(f"{name} is more than 0 and at most {_LONGEST_TIME} seconds")


def _entities(value: Json, name: str) -> None:
    for one in _array(value, name):
        if not is_object(one) or one.keys() - {"id", "idPattern", "type"}:
            refuse_data("entities is an array of objects with type, id and idPattern")
    if not value:
        refuse_data("entities is not empty")


def _triggers(value: Json, name: str) -> None:
    _texts(value, name)
    for one in value:
        if one not in TRIGGERS:
            refuse_data(f"{name} {one[:60]!r} is not known; use {', '.join(TRIGGERS)}")


def _among(*known: str) -> Callable[[Json, str], None]:
    def check(value: Json, name: str) -> None:
        if value not in known:
            refuse_data(f"{name} is one of {', '.join(known)}")

    return check


def _object(value: Json, name: str) -> None:
    if not is_object(value):
        refuse_data(f"{name} is an object")


def _address(value: Json, name: str) -> None:
    uri(value, name)


_NOTIFICATION: Final[Mapping[str, Callable[[Json, str], None]]] = {
    "endpoint": _endpoint,
    "format": _among(*FORMATS),
    "attributes": _texts,
    "pick": _texts,
    "omit": _texts,
    "sysAttrs": _truth,
    "showChanges": _truth,
    "join": _among("flat", "inline", "@none"),
    "joinLevel": _seconds,
}
_MEMBERS: Final[Mapping[str, Callable[[Json, str], None]]] = {
    "subscriptionName": _text,
    "description": _text,
    "entities": _entities,
    "watchedAttributes": _texts,
    "notificationTrigger": _triggers,
    "timeInterval": _seconds,
    "throttling": _seconds,
    "q": _text,
    "geoQ": _object,
    "scopeQ": _text,
    "csf": _text,
    "lang": _text,
    "isActive": _truth,
    "expiresAt": _text,
    "datasetId": _texts,
    "jsonldContext": _address,
    "notification": _object,
}
