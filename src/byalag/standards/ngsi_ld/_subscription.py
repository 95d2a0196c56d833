"""Subscriptions as they are kept: what was asked for, its names as IRIs (GS CIM 009, 5.2.12)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from byalag.model import Json, Micros
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._when import when

KEPT: Final = "ngsi-ld/subscription/"
SENT: Final = "ngsi-ld/notified/"
WAS: Final = "ngsi-ld/was/"  # what there was when a subscription was made
TRIGGERS: Final = (
    "entityCreated",
    "entityUpdated",
    "entityDeleted",
    "attributeCreated",
    "attributeUpdated",
    "attributeDeleted",
)
_USUAL: Final = ["attributeCreated", "attributeUpdated"]
_NAME: Final = re.compile(r"[^\s,;|(){}]+")
_LISTS: Final = ("attributes", "pick", "omit")


class Subscription(Struct, frozen=True, kw_only=True):
    """A subscription. `said` is what it says, names as IRIs; `context` what its names came from.

    `documents` are the contexts that it leads to, by address, so that it can be told without any.
    `key` is the prefix of the key that it was made with: it lives no longer than that is good.
    """

    id: str
    said: dict[str, Json]
    context: Json
    documents: dict[str, Json] = field(default_factory=dict[str, Json])
    created: Micros
    modified: Micros
    key: str = ""

    def is_expired(self, now: Micros) -> bool:
        """Return whether its time is over."""
        until = self.said.get("expires")
        return until is not None and until <= now

    def is_active(self, now: Micros) -> bool:
        """Return whether notifications are sent."""
        return bool(self.said.get("isActive", True)) and not self.is_expired(now)

    @property
    def triggers(self) -> list[str]:
        """What it is notified of."""
        return list(self.said.get("notificationTrigger") or _USUAL)


class Sent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a subscription's notifications have fared."""

    times: int = 0
    failed: int = 0
    last: Micros | None = None
    success: Micros | None = None
    failure: Micros | None = None
    last_failed: bool = False


def renamed(said: Mapping[str, Json], name: Callable[[str], str]) -> dict[str, Json]:
    """Return what a subscription says with other names: expanded when kept, compacted when told."""
    told = dict(said)
    if isinstance(said.get("entities"), list):
        told["entities"] = [_selector(one, name) for one in said["entities"]]
    if isinstance(said.get("watchedAttributes"), list):
        told["watchedAttributes"] = [name(one) for one in said["watchedAttributes"]]
    if isinstance(said.get("notification"), dict):
        notification: dict[str, Json] = dict(said["notification"])
        for member in _LISTS:
            if isinstance(notification.get(member), list):
                notification[member] = [_member(one, name) for one in notification[member]]
        told["notification"] = notification
    if isinstance(said.get("geoQ"), dict) and said["geoQ"].get("geoproperty"):
        told["geoQ"] = {**said["geoQ"], "geoproperty": name(said["geoQ"]["geoproperty"])}
    return told


def _selector(one: dict[str, Any], name: Callable[[str], str]) -> dict[str, Json]:
    kind = one.get("type")
    if not isinstance(kind, str) or kind == "*":
        return one
    return {**one, "type": _NAME.sub(lambda found: name(found[0]), kind)}


def _member(one: str, name: Callable[[str], str]) -> str:
    return _NAME.sub(
        lambda found: found[0] if found[0] in ("id", "type", "scope") else name(found[0]), one
    )


def shown(
    one: Subscription, sent: Sent, context: Context, now: Micros, *, system: bool
) -> dict[str, Json]:
    """Return a subscription as it is told, in a context."""
    said = renamed(one.said, context.compact_name)
    said.pop("expires", None)
    notification = {**said["notification"], **_fared(sent)}
    told: dict[str, Json] = {"id": one.id, "type": "Subscription", **said}
    told["notification"] = notification
    told["notificationTrigger"] = one.triggers
    told["status"] = status(one, now)
    if system:
        told |= {"createdAt": when(one.created), "modifiedAt": when(one.modified)}
    return told


def status(one: Subscription, now: Micros) -> str:
    """Return how a subscription stands (5.2.12)."""
    if one.is_expired(now):
        return "expired"
    return "active" if one.is_active(now) else "paused"


def _fared(sent: Sent) -> dict[str, Json]:
    if not sent.times:
        return {}
    told: dict[str, Json] = {
        "status": "failed" if sent.last_failed else "ok",
        "timesSent": sent.times,
        "timesFailed": sent.failed,
    }
    times = {
        "lastNotification": sent.last,
        "lastSuccess": sent.success,
        "lastFailure": sent.failure,
    }
    return told | {name: when(at) for name, at in times.items() if at is not None}


def kept(value: Json) -> Subscription:
    """Return a subscription as it was kept."""
    return msgspec.convert(value, Subscription)


def fared(value: Json) -> Sent:
    """Return how a subscription's notifications have fared, as it was kept."""
    return Sent() if value is None else msgspec.convert(value, Sent)
