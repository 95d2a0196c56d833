"""A notification as it is written and sent (GS CIM 009, 5.3.1, 6.3.8, 7.2)."""

from collections.abc import Sequence
from typing import Any, Final, Literal, cast
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct, field

from byalag.model import Json, Micros
from byalag.outlets import Filled, HttpSending, MqttSending, Sending
from byalag.standards.ngsi_ld._context import Context
from byalag.standards.ngsi_ld._entity import Entity, Instance
from byalag.standards.ngsi_ld._geojson import features
from byalag.standards.ngsi_ld._join import flattened, joined
from byalag.standards.ngsi_ld._json import is_array, is_object, listed
from byalag.standards.ngsi_ld._language import read_languages
from byalag.standards.ngsi_ld._name import LOCATION
from byalag.standards.ngsi_ld._operation import GEO_JSON, JSON, LD_JSON
from byalag.standards.ngsi_ld._pick import read_members
from byalag.standards.ngsi_ld._show import Shown, show
from byalag.standards.ngsi_ld._show_instance import VALUES, Style, attribute
from byalag.standards.ngsi_ld._subscription import Subscription
from byalag.standards.ngsi_ld._when import when
from byalag.store import Reading

_STYLES: Final[dict[str, Style]] = {
    "normalized": "normalized",
    "concise": "concise",
    "keyValues": "simplified",
    "simplified": "simplified",
}


class Letter(Struct, frozen=True, kw_only=True):
    """A notification that waits to be sent."""

    uri: str
    accept: str
    link: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict[str, str])
    notifier: dict[str, str] = field(default_factory=dict[str, str])


def letter(
    one: Subscription, context: Context, id_: str, data: Sequence[Json], now: Micros
) -> Letter:
    """Return the notification that tells a subscriber of entities, as `data` writes them."""
    endpoint: dict[str, Any] = one.said["notification"]["endpoint"]
    accept: str = endpoint.get("accept", JSON)
    told: Json = list(data)
    if accept == LD_JSON:
        told = [{**each, "@context": context.whole} for each in data]
    elif accept == GEO_JSON:
        told = data[0] if data else {"type": "FeatureCollection", "features": []}
    body = {
        "id": id_,
        "type": "Notification",
        "subscriptionId": one.id,
        "notifiedAt": when(now),
        "data": told,
    }
    return Letter(
        uri=endpoint["uri"],
        accept=LD_JSON if accept == LD_JSON else JSON,
        link="" if accept == LD_JSON else context.link,
        body=msgspec.json.encode(body),
        headers=_pairs(endpoint.get("receiverInfo")),
        notifier=_pairs(endpoint.get("notifierInfo")),
    )


def _pairs(said: Json) -> dict[str, str]:
    return {each["key"]: each["value"] for each in said or ()}


def compose(message: bytes) -> Sending:
    """Return what is sent of a notification that has waited. Nothing in it is a template."""
    one = msgspec.json.decode(message, type=Letter)
    parts = urlsplit(one.uri)
    if parts.scheme in ("mqtt", "mqtts"):
        return _published(one)
    headers = {"Content-Type": one.accept, **one.headers}
    if one.link:
        headers["Link"] = one.link
    return HttpSending(
        url=Filled(template="{uri}", values={"uri": one.uri}),
        headers=headers,
        body=Filled(template="{body}", values={"body": one.body.decode()}),
    )


def _published(one: Letter) -> MqttSending:
    """Return a notification as MQTT carries it: its headers are in the message (7.2)."""
    parts = urlsplit(one.uri)
    metadata = {"Content-Type": one.accept, **one.headers}
    if one.link:
        metadata["Link"] = one.link
    payload = {"body": msgspec.Raw(one.body), "metadata": metadata}
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    version: Literal["3.1.1", "5"] = (
        "3.1.1" if one.notifier.get("MQTT-Version") == "mqtt3.1.1" else "5"
    )
    return MqttSending(
        url=f"{parts.scheme}://{host}{port}",
        topic=unquote(parts.path).strip("/"),
        payload=msgspec.json.encode(payload),
        version=version,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def shown_of(one: Subscription, context: Context) -> Shown:
    """Return what a subscriber wants to see of entities."""
    said: dict[str, Any] = one.said["notification"]
    names, pick, omit = (said.get(what) for what in ("attributes", "pick", "omit"))
    style = _STYLES[said.get("format", "normalized")]
    join = said.get("join", "@none")
    return Shown(
        context=context,
        style=style,
        system=said.get("sysAttrs", False),
        languages=read_languages(one.said["lang"]) if "lang" in one.said else (),
        attrs=frozenset(names) if names else None,
        pick=read_members(",".join(pick), "pick", context.expand_name) if pick else None,
        omit=read_members(",".join(omit), "omit", context.expand_name) if omit else None,
        datasets=frozenset(one.said.get("datasetId", ())),
        level=0 if join == "@none" else int(said.get("joinLevel", 1)),
    )


def told_of(
    reading: Reading, one: Subscription, shown: Shown, entities: Sequence[Entity]
) -> list[dict[str, Json]]:
    """Return entities as a subscriber wants them, with those that they point to if asked for."""
    said: dict[str, Any] = one.said["notification"]
    if said["endpoint"].get("accept") == GEO_JSON:
        return [features(entities, shown, LOCATION)]
    if shown.level:
        how = joined(reading, entities, shown)
        if said.get("join") == "flat":
            return [show(each, as_) for each, as_ in flattened(entities, how)]
        shown = how
    return [show(each, shown) for each in entities]


def with_previous(
    told: dict[str, Json], before: dict[tuple[str, str | None], Instance], shown: Shown
) -> None:
    """Put what attributes were beside what they are (showChanges, 5.2.14)."""
    for (name, dataset), was in before.items():
        told_as = shown.context.compact_name(name)
        each = told.get(told_as)
        several = listed(each)
        for place, instance in enumerate(several):
            if is_object(instance) and instance.get("datasetId") == dataset:
                previous = _previous(was, shown)
                if previous[1] != instance.get(VALUES[was.kind]):
                    several[place] = {**instance, previous[0]: previous[1]}
        if each is not None:
            told[told_as] = several if is_array(each) else several[0]


def _previous(was: Instance, shown: Shown) -> tuple[str, Json]:
    """Return what an attribute's value before is called, and the value."""
    member = VALUES[was.kind]
    told = cast("dict[str, Json]", attribute(was, shown.context, "normalized"))
    return f"previous{member[0].upper()}{member[1:]}", told[member]
