"""What is said of a bathing place, in our words."""

from collections.abc import Sequence
from operator import attrgetter

from byalag.model import Json
from byalag.sources.hav_bathing._answers import Advice, Entry, Profile, Result, Situation, Water
from byalag.sources.hav_bathing._words import ADVICE, ALGAL, ASSESSMENT, QUALITY, WATER

ORIGIN = "Havs- och vattenmyndigheten"


def properties(entry: Entry, results: Sequence[Result] | None) -> dict[str, Json]:
    """Return the properties of a place. What the answer does not speak of is left out."""
    said = _place(entry.bathing_water)
    said["adviceAgainstBathing"] = [_advice(advice) for advice in entry.advice_against_bathing]
    said["abnormalSituations"] = [_situation(one) for one in entry.abnormal_situations]
    if entry.profile is not None:
        said |= _profile(entry.profile)
    if results is not None:
        said["latestSample"] = latest_sample(results)
    return said


def latest_sample(results: Sequence[Result]) -> Json:
    """Return the newest sample by when it was taken, or None. It says nothing about today."""
    if not results:
        return None
    newest = max(results, key=attrgetter("taken_at"))
    return {
        "at": newest.taken_at,
        "assessment": ASSESSMENT.get(newest.sample_assess_id or 4, "unknown"),
        "assessmentText": newest.sample_assess_id_text,
        "algal": ALGAL.get(newest.algal_id or 5, "unknown"),
        "algalText": newest.algal_id_text,
        "escherichiaColi": _count(newest.escherichia_coli_count, newest.escherichia_coli_prefix),
        "intestinalEnterococci": _count(
            newest.intestinal_enterococci_count, newest.intestinal_enterococci_prefix
        ),
    }


def _place(water: Water) -> dict[str, Json]:
    contact = water.municipality.contact_info
    reached = {"email": contact.email, "phone": contact.phone, "url": contact.url}
    return {
        "description": (water.description or "").strip() or None,
        "waterType": WATER.get(water.water_type_id or 0, "unknown"),
        "waterTypeText": water.water_type_id_text,
        "euBathingWater": water.eu_type,
        "contact": {name: value for name, value in reached.items() if value} or None,
        "origin": ORIGIN,
    }


def _advice(advice: Advice) -> Json:
    return {
        "type": ADVICE.get(advice.type_id or 0, "other"),
        "typeText": advice.type_id_text,
        "description": advice.description,
        "startsAt": advice.starts_at,
    }


def _situation(situation: Situation) -> Json:
    return {
        "description": situation.description,
        "startsAt": situation.starts_at,
        "endsAt": situation.ends_at,
    }


def _profile(profile: Profile) -> dict[str, Json]:
    said: dict[str, Json] = {}
    if profile.last_four_classifications:
        newest = max(profile.last_four_classifications, key=attrgetter("year"))
        said["waterQuality"] = {
            "year": newest.year,
            "class": QUALITY.get(newest.quality_class_id or 0, "notClassified"),
            "classText": newest.quality_class_id_text,
        }
    if profile.bathing_season is not None:
        season = profile.bathing_season
        said["bathingSeason"] = {"startsAt": season.starts_at, "endsAt": season.ends_at}
    return said


def _count(count: float | None, prefix: str | None) -> Json:
    """Return a count with its prefix: `<` 10 is a bound, not ten."""
    return None if count is None else {"count": count, "prefix": prefix or "="}
