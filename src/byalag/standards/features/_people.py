"""How a feature is read by people: words for codes, units after numbers, local times. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from markupsafe import Markup
from msgspec import Struct, field

from byalag import terms
from byalag.model import Json
from byalag.standards.features._describe import described

_ZONE: Final = ZoneInfo("Europe/Stockholm")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
_LONG: Final = 200
_COLUMNS: Final = 6
_DEEP: Final = 4  # levels of what is inside a value that are shown
_SECONDS: Final = len("2026-07-01T12:00:00")
_TRUTH: Final[Mapping[str, tuple[str, str]]] = {"sv": ("ja", "nej"), "en": ("yes", "no")}
_NOTHING: Final[Mapping[str, str]] = {"sv": "inget", "en": "none"}
_OPEN: Final[Mapping[str, str]] = {"sv": "inte sagt", "en": "not said"}
_CLOCK: Final[Mapping[str, str]] = {"sv": "%Y-%m-%d kl. %H.%M", "en": "%Y-%m-%d %H:%M"}
_ORDER: Final = ("name", "description")
_SYSTEMS: Final[Mapping[str, str]] = {
    "CRS84": "WGS 84",
    "4326": "WGS 84",
    "3006": "SWEREF 99 TM",
    "3007": "SWEREF 99 12 00",
    "3008": "SWEREF 99 13 30",
    "3009": "SWEREF 99 15 00",
    "3010": "SWEREF 99 16 30",
    "3011": "SWEREF 99 18 00",
    "3012": "SWEREF 99 14 15",
    "3013": "SWEREF 99 15 45",
    "3014": "SWEREF 99 17 15",
    "3015": "SWEREF 99 18 45",
    "3016": "SWEREF 99 20 15",
    "3017": "SWEREF 99 21 45",
    "3018": "SWEREF 99 23 15",
    "3857": "Web Mercator",
}


class People(Struct, frozen=True):
    """Reads features aloud in a language. `units` are UCUM codes, by the name of a property."""

    language: str
    units: Mapping[str, str] = field(default_factory=dict[str, str])

    def label(self, name: str) -> str:
        """Return what people call a property."""
        return described(name, self.language)[0]

    def shown(self, value: Json, name: str = "") -> Markup | str:
        """Return a value as it is read: an address is a link, and what is long is cut."""
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return self.moment(value)
        if (
            isinstance(value, str)
            and value.startswith(("http://", "https://"))
            and len(value) < _LONG
        ):
            return Markup('<a href="{0}">{0}</a>').format(value)
        text = self._text(value, name, _DEEP)
        return text if len(text) <= _LONG else text[:_LONG] + "\N{HORIZONTAL ELLIPSIS}"

    def moment(self, written: str) -> Markup | str:
        """Return a time in UTC as a clock in Sweden showed it."""
        text = self._moment(written)
        return Markup('<time datetime="{}">{}</time>').format(written, text)

    def place(self, geometry: Json, *, degrees: bool) -> str:
        """Return where something is; in degrees, north comes first, as people say it."""
        if geometry["type"] != "Point":
            return str(geometry["type"])
        first, second = geometry["coordinates"][:2]
        return f"{round(second, 5)}°, {round(first, 5)}°" if degrees else f"{first}, {second}"

    def system(self, address: str) -> str:
        """Return what a reference system is called."""
        code = address.rpartition("/")[2]
        name = _SYSTEMS.get(code, "")
        return f"{name} (EPSG:{code})" if code.isdecimal() else f"{name} ({code})"

    def columns(self, features: Sequence[Json]) -> list[str]:
        """Return the properties that tell features on a page apart, measured ones first."""
        counts: dict[str, int] = {}
        seen: dict[str, set[str]] = {}
        for each in features:
            for name, value in each["properties"].items():
                if name not in _ORDER and not isinstance(value, dict | list):
                    counts[name] = counts.get(name, 0) + 1
                    seen.setdefault(name, set()).add(str(value))
        told = [
            name
            for name in counts
            if len(features) == 1 or len(seen[name]) > 1 or self.measured(name, counts)
        ]
        common = set(sorted(told, key=lambda name: -counts[name])[:_COLUMNS])
        first = [name for name in told if self.measured(name, counts)]
        kept = [*first, *(name for name in told if name in common and name not in first)]
        return kept[:_COLUMNS]

    def ordered(self, properties: Mapping[str, Json]) -> list[str]:
        """Return the names of properties in the order that people read them."""
        first = [name for name in _ORDER if name in properties]
        first += [name for name in properties if self.measured(name, properties)]
        return [*first, *(name for name in properties if name not in first)]

    def measured(self, name: str, beside: Mapping[str, Any]) -> bool:
        """Return whether a property is a measured value or its time."""
        value = name.removesuffix("Time")
        return f"{value}Time" in beside and value in beside

    def _text(self, value: Json, name: str, deep: int) -> str:
        if value is None:
            return _OPEN[self.language]
        if isinstance(value, bool):
            return _TRUTH[self.language][0 if value else 1]
        if isinstance(value, int | float):
            return self._measure(value, name)
        if isinstance(value, str):
            return self._moment(value) if _MOMENT.fullmatch(value) else self._word(value, name)
        return self._inside(value, name, deep)

    def _inside(self, value: Json, name: str, deep: int) -> str:
        if not value:
            return _NOTHING[self.language]
        if not deep:
            return "\N{HORIZONTAL ELLIPSIS}"
        if not isinstance(value, dict):
            return ", ".join(self._text(each, name, deep - 1) for each in value)
        members = cast("Mapping[str, Json]", value)
        return ", ".join(
            f"{self.label(key)}: {self._text(self._said(key, members), key, deep - 1)}"
            for key in members
            if key.removesuffix("Text") == key or key.removesuffix("Text") not in members
        )

    def _said(self, name: str, beside: Mapping[str, Json]) -> Json:
        """Return a value, in Swedish by the source's own word for it where there is one."""
        word = beside.get(f"{name}Text") if self.language == "sv" else None
        return beside[name] if word is None else word

    def _word(self, text: str, name: str) -> str:
        """Return what people call a code, if the property takes its values from a list."""
        try:
            word = text if name == "type" else f"{terms.term(name).scheme}/{text}"
            return terms.term(word).label(self.language).text
        except terms.NoSuchTerm:
            return text

    def _moment(self, written: str) -> str:
        try:
            at = datetime.fromisoformat(written[:_SECONDS] + "+00:00")
        except ValueError:
            return written
        return f"{at.astimezone(_ZONE).strftime(_CLOCK[self.language])}"

    def _measure(self, value: float, name: str) -> str:
        code = self.units.get(name, "")
        symbol = "" if code in {"", "1"} else terms.unit(code).symbol
        return f"{self._number(value)} {symbol}".rstrip()

    def _number(self, value: float) -> str:
        return str(value).replace(".", ",") if self.language == "sv" else str(value)
