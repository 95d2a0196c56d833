"""Numbers, times and distances as people write them, in their own language and time zone.

Swedish has a decimal comma and a no-break space before the unit; a clock is 14.05 in Swedish and
14:05 in English. The exact instant with its offset goes into `<time datetime>`.
"""

from datetime import date, datetime, timedelta, tzinfo

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal
from msgspec import Struct

NO_BREAK = "\N{NO-BREAK SPACE}"
_KILOMETRE = 1_000
_WHOLE_KILOMETRES = 10_000  # metres, from where a decimal says nothing
_SOON = timedelta(minutes=1)


class Local(Struct, frozen=True):
    """How a reader of one language writes, in one time zone, at one moment."""

    locale: Locale
    zone: tzinfo
    now: datetime

    def iso(self, at: datetime) -> str:
        """Write an instant for machines, with its offset: 2026-06-08T14:05:00+02:00."""
        return at.astimezone(self.zone).isoformat(timespec="seconds")

    def number(self, value: float, decimals: int = 1) -> str:
        """Write a number with exactly so many decimals."""
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        return format_decimal(round(value, decimals) + 0.0, pattern, locale=self.locale)

    def exact(self, value: float) -> str:
        """Write a number with no more decimals than it has."""
        return format_decimal(value + 0.0, "#,##0.######", locale=self.locale)

    def degrees(self, value: float) -> str:
        """Write a temperature: 18,4 °C."""
        return f"{self.number(value)}{NO_BREAK}°C"

    def distance(self, metres: float) -> str:
        """Write how far away something is: 850 m, 2,4 km, 31 km."""
        if metres < _KILOMETRE:
            return f"{self.number(round(metres, -1), 0)}{NO_BREAK}m"
        return f"{self.number(metres / _KILOMETRE, int(metres < _WHOLE_KILOMETRES))}{NO_BREAK}km"

    def age(self, at: datetime) -> str | None:
        """Write how long ago an instant was: för 12 minuter sedan. None if it is just now."""
        passed = self.now - at
        if passed < _SOON:
            return None
        words = format_timedelta(
            -passed, add_direction=True, granularity="minute", threshold=1.6, locale=self.locale
        )
        return words.replace(" ", NO_BREAK, 1)

    def clock(self, at: datetime) -> str:
        """Write the time of day: 14.05 in Swedish, 14:05 in English."""
        return at.astimezone(self.zone).strftime(f"%H{self.colon()}%M")

    def colon(self) -> str:
        """Return what stands between hours and minutes; Swedish and Finnish write a point."""
        return "." if self.locale.language in {"sv", "fi"} else ":"

    def day(self, at: datetime | date) -> str:
        """Write a date, with its year when it is not this year: 8 juni."""
        day = self.local_day(at)
        pattern = "d MMMM" if day.year == self.local_day(self.now).year else "d MMMM y"
        return format_date(day, pattern, locale=self.locale).replace(" ", NO_BREAK)

    def weekday(self, at: datetime | date, pattern: str = "EEEE d MMMM") -> str:
        """Write a day of the week and its date: måndag 8 juni."""
        return format_date(self.local_day(at), pattern, locale=self.locale).replace(" ", NO_BREAK)

    def local_day(self, at: datetime | date) -> date:
        """Return the local day of an instant."""
        return at.astimezone(self.zone).date() if isinstance(at, datetime) else at

    def days_ago(self, at: datetime | date) -> int:
        """Return how many local midnights have passed since an instant."""
        return (self.local_day(self.now) - self.local_day(at)).days

    def is_twice(self, at: datetime) -> bool:
        """Tell whether the clock shows this time twice, as it does one night in October."""
        local = at.astimezone(self.zone).replace(tzinfo=None)
        first, second = (local.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        return first.utcoffset() != second.utcoffset()

    def is_summer(self, at: datetime) -> bool:
        """Tell whether the clock is put forward at this instant."""
        return bool(at.astimezone(self.zone).dst())
