"""HaV's bathing waters v2, as the agency answers: strings for numbers, codes beside words."""

from datetime import timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

import msgspec

from byalag.model import Micros
from byalag.testkit.demo._text import moment, utc
from byalag.testkit.demo._world import DAY, HOUR, Bath, warm_now, world

_SWEDEN = ZoneInfo("Europe/Stockholm")
_MUNICIPALITIES = {"2482": "Skellefteå", "2260": "Ånge", "2514": "Kalix"}
_ALGAE = "SE0812482000003360"  # Falkträsket: one place with advice against bathing
_CLASSES = ((1, "Utmärkt"), (1, "Utmärkt"), (2, "Bra"), (3, "Tillfredsställande"))


def waters(now: Micros) -> bytes:
    """Answer `/bathing-waters`."""
    return msgspec.json.encode(
        {"watersAndAdvisories": [_described(bath, now) for bath in world().baths]}
    )


def water(local: str, now: Micros) -> bytes | None:
    """Answer `/bathing-waters/{id}`."""
    bath = next((bath for bath in world().baths if bath.id == local), None)
    if bath is None:
        return None
    detail = {"profile": _profile(bath, now), "results": _results(bath, now)}
    forecast = _forecast(bath, now) if bath.sea else []
    return msgspec.json.encode(_described(bath, now) | detail | {"waterTemperature": forecast})


def _described(bath: Bath, now: Micros) -> dict[str, Any]:
    code = bath.id[5:9]
    advice = {
        "typeId": 2,
        "typeIdText": "Algblomning",
        "description": "Misstänkt algblomning.",
        "startsAt": utc(now // DAY * DAY - 3 * DAY + 13 * HOUR),
    }
    return {
        "abnormalSituations": [],
        "adviceAgainstBathing": [advice] if bath.id == _ALGAE else [],
        "bathingWater": {
            "id": bath.id,
            "name": bath.name,
            "description": "",
            "euType": bath.sea,
            "euMotive": "",
            "notEuMotive": "false",
            "municipality": {
                "id": int(code),
                "name": _MUNICIPALITIES[code],
                "contactInfo": {"email": "", "phone": "", "url": ""},
            },
            "perimeterCoordinates": [],
            "samplingPointPosition": {"latitude": str(bath.lat), "longitude": str(bath.lon)},
            "waterTypeId": 1 if bath.sea else 3,
            "waterTypeIdText": "Hav" if bath.sea else "Sjö",
        },
    }


def _results(bath: Bath, now: Micros) -> list[dict[str, Any]]:
    """Return three samples; their time is Swedish midnight written in UTC, as HaV does."""
    newest = 2 + crc32(bath.id.encode()) % 9
    return [_sample(bath, now, days) for days in (newest, newest + 14, newest + 28)]


def _sample(bath: Bath, now: Micros, days: int) -> dict[str, Any]:
    day = (moment(now).astimezone(_SWEDEN) - timedelta(days=days)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    at = int(day.timestamp()) * 1_000_000
    roll = crc32(f"{bath.id} {days}".encode())
    algae = bath.id == _ALGAE and days < 12  # noqa: PLR2004 -- the newest sample only
    return {
        "takenAt": utc(at),
        "waterTemp": str(warm_now(bath.id, at + 10 * HOUR)),
        "weatherId": 1 + roll % 2,
        "weatherIdText": ("Klart", "Viss molnighet")[roll % 2],
        "algalId": 3 if algae else 4,
        "algalIdText": "Blomning" if algae else "Ingen blomning",
        "sampleAssessId": 2 if algae else 1,
        "sampleAssessIdText": "Tjänligt m. Anm." if algae else "Tjänligt",
        "sampleComplete": True,
        "escherichiaColiCount": 10 + roll % 60,
        "escherichiaColiPrefix": "=",
        "escherichiaColiAssessId": 1,
        "escherichiaColiAssessIdText": "Tjänligt",
        "intestinalEnterococciCount": 10,
        "intestinalEnterococciPrefix": "<",
        "intestinalEnterococciAssessId": 1,
        "intestinalEnterococciAssessIdText": "Tjänligt",
    }


def _forecast(bath: Bath, now: Micros) -> list[dict[str, str]]:
    midnight = moment(now).astimezone(_SWEDEN).replace(hour=0, minute=0, second=0, microsecond=0)
    start = int(midnight.timestamp()) * 1_000_000
    return [
        {"measHour": str(hour), "waterTemp": str(warm_now(bath.id, start + hour * HOUR))}
        for hour in (10, 13, 16)
    ]


def _profile(bath: Bath, now: Micros) -> dict[str, Any]:
    year = moment(now).year
    grade, words = _CLASSES[crc32(bath.id.encode()) % 4]
    return {
        "bathingSeason": {
            "startsAt": utc(now // DAY * DAY - 40 * DAY),
            "endsAt": utc(now // DAY * DAY + 40 * DAY),
        },
        "bloomRisk": {"algae": False, "cyano": not bath.sea},
        "lastFourClassifications": [
            {"year": year - ago, "qualityClassId": grade, "qualityClassIdText": words}
            for ago in (1, 2, 3, 4)
        ],
        "localAuthorities": {},
        "pollutionSources": [],
        "summary": "",
        "updateDetail": {"latestAt": utc(now // DAY * DAY - 30 * DAY)},
    }
