"""The car-park operators of the demo, each with a shape of its own."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from pyproj import Transformer

from byalag.model import Micros
from byalag.testkit.demo._text import comma, local, moment, utc
from byalag.testkit.demo._world import MINUTE, Lot, free_now, warm_now, world

_SWEREF = Transformer.from_crs("EPSG:4326", "EPSG:3006", always_xy=True)
_SWEDEN = ZoneInfo("Europe/Stockholm")


def public_toll_parkings(now: Micros) -> bytes:
    """Answer as Göteborg's parking service does: null where there is no counter."""
    return msgspec.json.encode([_toll(lot, now) for lot in world().lots_of("centrum")])


def _toll(lot: Lot, now: Micros) -> dict[str, Any]:
    free, at = free_now(lot, now)
    stamp = moment(at).astimezone(_SWEDEN).isoformat(timespec="seconds")
    return {
        "Id": lot.id,
        "Name": lot.name,
        "Owner": "Centrumparkering (demo)",
        "ParkingSpaces": lot.spaces,
        "FreeSpaces": free if lot.counter else None,
        "FreeSpacesDate": stamp if lot.counter else None,
        "CurrentParkingCost": 12,
        "ParkingCost": "12 kr/tim 08-18 vardagar. Övrig tid 2 kr/tim.",
        "ExtraInfo": "",
        "Lat": lot.lat,
        "Long": lot.lon,
        "WKT": f"POINT ({lot.lon} {lot.lat})",
    }


def parking_area_list(now: Micros) -> bytes:
    """Answer as Linköping's service does: what equals its type's default is left out."""
    areas = [_area(lot, now) for lot in world().lots_of("garage")]
    return msgspec.json.encode({"ParkingAreaNewList": areas})


def _area(lot: Lot, now: Micros) -> dict[str, Any]:
    everything = {
        "Id": lot.id,
        "Name": lot.name,
        "Latitude": lot.lat,
        "Longitude": lot.lon,
        "ParkingSpaces": lot.spaces,
        "ParkingSpacesAvailable": free_now(lot, now)[0],
        "ChargeDescription": "Första timmen fri, därefter 10 kr/tim.",
        "Visible": True,
    }
    return {name: value for name, value in everything.items() if value}


def features(now: Micros) -> bytes:
    """Answer as an ESRI feature service does: SWEREF 99 TM and epoch milliseconds."""
    return msgspec.json.encode(
        {
            "objectIdFieldName": "OBJECTID",
            "geometryType": "esriGeometryPoint",
            "spatialReference": {"wkid": 3006, "latestWkid": 3006},
            "features": [_feature(lot, now) for lot in world().lots_of("ange")],
        }
    )


def _feature(lot: Lot, now: Micros) -> dict[str, Any]:
    free, at = free_now(lot, now)
    east, north = _SWEREF.transform(lot.lon, lot.lat)
    return {
        "attributes": {
            "OBJECTID": int(lot.id),
            "NAMN": lot.name,
            "ANTAL_PLATSER": lot.spaces,
            "LEDIGA": free,
            "TIDPUNKT": at // 1000,
        },
        "geometry": {"x": round(east, 2), "y": round(north, 2)},
    }


def table(now: Micros) -> bytes:
    """Answer with a DATEX II 3.3 table of the airport's car parks."""
    places = "".join(
        f'<prk:hierarchyElementGeneral xsi:type="prk:Place" id="{lot.id}" version="1">'
        f'<fac:name><com:values><com:value lang="sv">{lot.name}</com:value></com:values></fac:name>'
        '<fac:locationReference xsi:type="loc:PointLocation"><loc:pointByCoordinates>'
        f"<loc:pointCoordinates><loc:latitude>{lot.lat}</loc:latitude>"
        f"<loc:longitude>{lot.lon}</loc:longitude></loc:pointCoordinates>"
        "</loc:pointByCoordinates></fac:locationReference>"
        "<prk:layer>1</prk:layer><prk:type>place</prk:type><prk:layout>openSpace</prk:layout>"
        "</prk:hierarchyElementGeneral>"
        for lot in world().lots_of("airport")
    )
    return _datex(
        "ParkingTablePublication",
        now,
        f'<prk:parkingTable id="airport" version="1"><prk:versionTime>{utc(now)}'
        f"</prk:versionTime>{places}</prk:parkingTable>",
    )


def status(now: Micros) -> bytes:
    """Answer with the DATEX II 3.3 status of the same car parks."""
    return _datex(
        "ParkingStatusPublication",
        now,
        "".join(_status(lot, now) for lot in world().lots_of("airport")),
    )


def _status(lot: Lot, now: Micros) -> str:
    free, _ = free_now(lot, now)
    words = "closed" if lot.closed else "spacesAvailable" if free else "full"
    full = round(100 * (1 - free / lot.spaces))
    return (
        '<prk:parkingStatusInformation xsi:type="prk:PlaceStatus">'
        f'<fac:reference targetClass="fac:FacilityObject" id="{lot.id}" version="1"/>'
        f"<prk:occupancy><prk:numberOfSpacesOverride>{lot.spaces}</prk:numberOfSpacesOverride>"
        f"<prk:numberOfVacantSpaces>{free}</prk:numberOfVacantSpaces>"
        f"<prk:occupancy>{full}</prk:occupancy></prk:occupancy>"
        f"<prk:status>{words}</prk:status></prk:parkingStatusInformation>"
    )


def _datex(kind: str, now: Micros, body: str) -> bytes:
    names = " ".join(
        f'xmlns:{prefix}="http://datex2.eu/schema/3/{name}"'
        for prefix, name in {
            "d2": "d2Payload",
            "prk": "parking",
            "com": "common",
            "fac": "facilities",
            "loc": "locationReferencing",
        }.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><d2:payload {names} '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:type="prk:{kind}" lang="sv" modelBaseVersion="3">'
        f"<com:publicationTime>{utc(now)}</com:publicationTime><com:publicationCreator>"
        "<com:country>se</com:country><com:nationalIdentifier>demo</com:nationalIdentifier>"
        f"</com:publicationCreator>{body}</d2:payload>"
    ).encode()


def overkalix(now: Micros) -> bytes:
    """Answer with a spreadsheet saved as CSV: semicolons, ISO 8859-1, local time."""
    rows = ["Plats;Namn;Breddgrad;Längdgrad;Antal;Upptagna;Avläst"]
    for lot in world().lots_of("overkalix"):
        free, at = free_now(lot, now)
        where = f"{lot.lat:.4f};{lot.lon:.4f}".replace(".", ",")
        taken = lot.spaces - free
        rows.append(f"{lot.id};{lot.name};{where};{lot.spaces};{taken};{local(at)}")
    return ("\r\n".join(rows) + "\r\n").encode("iso-8859-1")


def sensors(owner: str, now: Micros) -> bytes:
    """Answer with a sensor supplier's CSV: semicolons, ISO 8859-1, decimal comma, local time."""
    rows = ["Givare;Vattentemperatur (°C);Batteri (V);Tid"]
    for sensor in world().sensors_of(owner):
        at = (now - sensor.stuck * MINUTE) // MINUTE * MINUTE
        warm = comma(warm_now(sensor.bath, at))
        rows.append(f"{sensor.id};{warm};{comma(3.6)};{local(at)}")
    return ("\r\n".join(rows) + "\r\n").encode("iso-8859-1")
