"""Tells the messages of LoRaWAN network servers, and drafts the type and device of one."""

from collections.abc import Mapping
from typing import Final

from byalag.draft._flat import flatten
from byalag.draft._measure import series_of
from byalag.draft._ready import Ready
from byalag.draft._seen import look
from byalag.draft._texts import note
from byalag.draft._value import is_list, is_object, objects
from byalag.model import Json

Object = dict[str, Json]

_FIELDS: Final = {  # network: where the device's number, name and decoded fields stand
    "chirpstack": ("deviceInfo.devEui", "deviceInfo.deviceName", "object"),
    "ttn": (
        "end_device_ids.dev_eui", "end_device_ids.device_id", "uplink_message.decoded_payload",
    ),
    "actility": ("DevEUI_uplink.DevEUI", "", "DevEUI_uplink.payload"),
    "netmore": ("devEui", "", ""),
}  # fmt: skip
_NETMORE: Final = frozenset({"payload", "fCntUp", "fPort", "spreadingFactor", "gatewayIdentifier"})
_DIGITS: Final = 16
_TITLE: Final = {"sv": "Sensorer", "en": "Sensors"}


def uplink(answer: Json) -> Ready | None:
    """Return the kind for one uplink, or a list of them, as a network server passes it on."""
    events = objects(answer) if is_list(answer) else [answer] if is_object(answer) else []
    for network, (eui_at, name_at, fields_at) in _FIELDS.items():
        eui = _inside(events[0], eui_at) if events else None
        plain = str(eui or "").replace("-", "").replace(":", "")
        if len(plain) != _DIGITS or not all(mark in "0123456789abcdefABCDEF" for mark in plain):
            continue
        if network != "netmore" or len(_NETMORE & events[0].keys()) > 1:
            mine = [one for one in events if _inside(one, eui_at) == eui]
            name = _inside(events[0], name_at) if name_at else None
            return _ready(network, plain.lower(), name, mine, fields_at)
    return None


def _inside(event: Mapping[str, Json], path: str) -> Json:
    found: Json = dict(event)
    for key in path.split(".") if path else ():
        found = found.get(key) if is_object(found) else None
    return found


def _ready(network: str, eui: str, name: Json, events: list[Object], fields_at: str) -> Ready:
    fields = [_inside(one, fields_at) for one in events] if fields_at else []
    series = _series([one for one in fields if is_object(one)])
    device: Object = {"eui": eui, "type": "sensor"}
    if isinstance(name, str) and name:
        device["name"] = name
    kind: Object = {"name": "sensor"}
    kind |= {"series": series} if series else {}
    settings: Object = {
        "network": network, "door": {"proof": "key"},
        "type": [kind], "device": [device],
    }  # fmt: skip
    notes = [("type", note("uplink_decoded" if series else "uplink_raw"))]
    return Ready(
        kind="lorawan", dataset="sensors", title=_TITLE, settings=settings, addressed=False,
        notes=tuple(notes),
    )  # fmt: skip


def _series(fields: list[Object]) -> list[Json]:
    columns = flatten(list(fields)).columns
    seen = {path: look(column) for path, column in columns.items()}
    found: list[Json] = []
    for count in series_of(seen, (), all_numbers=True, title="value"):
        said: Object = {"name": count.name, "value": count.value.path}
        found.append(said | ({"unit": count.unit} if count.unit != "1" else {}))
    return found
