"""The events of each network server: which are uplinks, and where in them everything stands."""

from collections.abc import Mapping
from typing import Final

from byalag.model import Json
from byalag.sources.lorawan._message import (
    Message,
    Passed,
    ReadEvent,
    Told,
    Unread,
    base64,
    best,
    heard_by,
    hexadecimal,
    inside,
    moment,
    normal_eui,
    number,
    port,
    whole,
)

_NOT_AN_EVENT: Final = "is not an event of {}: {}"
_TTN: Final = {
    "uplink_normalized": "the uplink itself says the same",
    "join_accept": "a device has joined",
    "downlink_ack": "a downlink was received",
    "downlink_nack": "a downlink was not received",
    "downlink_sent": "a downlink was sent",
    "downlink_failed": "a downlink failed",
    "downlink_queued": "a downlink is waiting",
    "downlink_queue_invalidated": "downlinks were taken back",
    "location_solved": "a position found by the network",
    "service_data": "a notice from a service",
}
_ACTILITY: Final = {
    "DevEUI_downlink_Sent": "a downlink was sent",
    "DevEUI_downlink_Rejected": "a downlink was refused",
    "DevEUI_notification": "a notice of the device",
    "DevEUI_location": "a position found by the network",
    "DevEUI_multicast_summary": "a downlink to many",
}


def chirpstack(event: Json) -> Told:
    """Read an event of ChirpStack v4's JSON integrations (`marshaler="json"`)."""
    eui = inside(event, "deviceInfo", "devEui")
    if eui is None:
        raise Unread(_NOT_AN_EVENT.format("ChirpStack v4", "there is no deviceInfo.devEui"))
    if "rxInfo" not in event and "data" not in event:
        return _chirpstack_status(event) if "margin" in event else Passed(_chirpstack_other(event))
    when, at = moment(event.get("time"), "time")
    rssi, snr = best(event.get("rxInfo"), "rssi", "snr", default=0.0)
    return Message(
        eui=normal_eui(eui, "deviceInfo.devEui"),
        when=when,
        at=at,
        data=base64(event.get("data"), "data"),
        port=port(event.get("fPort"), "fPort"),
        counter=whole(event.get("fCnt"), "fCnt"),
        fields=event.get("object"),
        rssi=rssi,
        snr=snr,
        gateways=heard_by(event.get("rxInfo"), "rssi", "gatewayId"),
    )


def _chirpstack_status(event: Json) -> Told:
    """Read how a device said that it is; only the battery is a value of ours."""
    level = number(event.get("batteryLevel"))
    unknown = event.get("batteryLevelUnavailable") or event.get("externalPowerSource")
    if unknown or level is None:
        return Passed("the state of a device without the level of a battery")
    when, at = moment(event.get("time"), "time")
    eui = normal_eui(inside(event, "deviceInfo", "devEui"), "deviceInfo.devEui")
    return Message(eui=eui, when=when, at=at, battery=level)


def _chirpstack_other(event: Json) -> str:
    marks = {
        "acknowledged": "a downlink was answered",
        "queueItemId": "a downlink was sent",
        "location": "a position found by the network",
        "integrationName": "a notice from an integration",
        "level": "a line of the network's log",
    }
    return next((why for mark, why in marks.items() if mark in event), "a device has joined")


def ttn(event: Json) -> Told:
    """Read a message of The Things Stack v3. What is 0, false or empty is left out there."""
    event = inside(event, "result") or event  # as its storage integration gives it
    uplink = inside(event, "uplink_message")
    eui = inside(event, "end_device_ids", "dev_eui")
    if uplink is None:
        why = next((why for name, why in _TTN.items() if inside(event, name) is not None), "")
        if not why:
            reason = "there is no uplink_message"
            raise Unread(_NOT_AN_EVENT.format("The Things Stack v3", reason))
        return Passed(why)
    if inside(event, "simulated") is True:
        return Passed("made up in the network's console")
    received = inside(uplink, "received_at") or inside(event, "received_at")
    when, at = moment(received, "received_at")
    rssi, snr = best(inside(uplink, "rx_metadata"), "rssi", "snr", default=0.0)
    return Message(
        eui=normal_eui(eui, "end_device_ids.dev_eui"),
        when=when,
        at=at,
        data=base64(inside(uplink, "frm_payload"), "frm_payload"),
        port=port(inside(uplink, "f_port"), "f_port"),
        counter=whole(inside(uplink, "f_cnt"), "f_cnt"),
        fields=inside(uplink, "decoded_payload"),
        rssi=rssi,
        snr=snr,
        gateways=heard_by(inside(uplink, "rx_metadata"), "rssi", "gateway_ids", "gateway_id"),
    )


def netmore(event: Json) -> Told:
    """Read an element of Netmore's list. Its numbers are texts; the counter may be missing."""
    eui = inside(event, "devEui")
    if eui is None:
        raise Unread(_NOT_AN_EVENT.format("Netmore", "there is no devEui"))
    kind = event.get("messageType", "payload")
    if kind != "payload":
        return Passed(f"{kind!s:.40}, not a payload")
    when, at = moment(event.get("timestamp"), "timestamp")
    rssi, snr = best(event.get("gateways") or [event], "rssi", "snr")
    return Message(
        eui=normal_eui(eui, "devEui"),
        when=when,
        at=at,
        data=hexadecimal(event.get("payload"), "payload"),
        port=port(event.get("fPort"), "fPort"),
        counter=whole(event.get("fCntUp"), "fCntUp", default=None),
        rssi=rssi,
        snr=snr,
        gateways=heard_by(event.get("gateways"), "rssi", "gatewayIdentifier"),
    )


def actility(event: Json) -> Told:
    """Read a document of Actility's ThingPark. Its numbers are texts in some versions."""
    uplink = inside(event, "DevEUI_uplink")
    if uplink is None:
        why = next((why for name, why in _ACTILITY.items() if inside(event, name)), "")
        if not why:
            raise Unread(_NOT_AN_EVENT.format("ThingPark", "there is no DevEUI_uplink"))
        return Passed(why)
    when, at = moment(inside(uplink, "Time"), "Time")
    rssi, snr = best(inside(uplink, "Lrrs", "Lrr"), "LrrRSSI", "LrrSNR")
    if rssi is None:
        rssi, snr = best([uplink], "LrrRSSI", "LrrSNR")
    return Message(
        eui=normal_eui(inside(uplink, "DevEUI"), "DevEUI"),
        when=when,
        at=at,
        data=hexadecimal(inside(uplink, "payload_hex"), "payload_hex"),
        port=port(inside(uplink, "FPort"), "FPort"),
        counter=whole(inside(uplink, "FCntUp"), "FCntUp", default=None),
        fields=inside(uplink, "payload"),
        rssi=rssi,
        snr=snr,
        gateways=heard_by(inside(uplink, "Lrrs", "Lrr") or [uplink], "LrrRSSI", "Lrrid"),
    )


NETWORKS: Final[Mapping[str, ReadEvent]] = {
    "chirpstack": chirpstack,
    "ttn": ttn,
    "netmore": netmore,
    "actility": actility,
}
TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "chirpstack": ("application/+/device/+/event/+",),
    "ttn": ("v3/+/devices/+/up",),
    "netmore": (),
    "actility": ("mqtt/things/+/uplink",),
}
