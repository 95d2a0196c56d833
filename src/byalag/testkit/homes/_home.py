"""One simulated home, in the words of the hub: things, series, channels and observations."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import (
    Duration,
    Fact,
    MunicipalityCode,
    Observation,
    Series,
    SeriesId,
    Thing,
    ThingId,
)
from byalag.services.care import Channel, HomeId
from byalag.testkit.homes._habits import Reals
from byalag.testkit.homes._happening import Happening
from byalag.testkit.homes._sensors import NAMES, SENSORS, Sensor
from byalag.testkit.homes._street import BEGINS, SWEDEN, Household, Stays, Street, simulate

BATTERY: Final = "batteryLevel"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
Arrays: TypeAlias = tuple[NDArray[np.int64], Reals]


class SimulatedHome(Struct, frozen=True, kw_only=True, eq=False):
    """One home with what its sensors measured and what was true. Nobody lives there.

    `heartbeat` is how often its devices are heard at least.
    """

    name: str
    street: Street
    heartbeat: Duration = "1h"
    gateway: str = ""

    @property
    def id(self) -> HomeId:
        """Its pseudonym."""
        return f"home:care:{self.name}"

    @property
    def happened(self) -> tuple[Happening, ...]:
        """What truly happened, in order of time."""
        return self.street.happened()

    @property
    def stays(self) -> Stays:
        """Where its residents truly were."""
        return self.street.stays()

    def device(self, sensor: Sensor) -> ThingId:
        """Return the id of the device that a sensor is."""
        return f"sensor:care:{self.name}-{sensor.name}"

    def series(self, sensor: Sensor) -> SeriesId:
        """Return the series of what a sensor measures."""
        return f"{self.device(sensor)}/{sensor.measures}"

    def channels(self, *watched: str) -> tuple[Channel, ...]:
        """Return what each sensor means, those named watched by themselves, too."""
        return tuple(
            Channel(
                series=self.series(sensor),
                room=sensor.room,
                meaning=sensor.meaning,
                counts=sensor.counts,
                above=sensor.above,
                heartbeat=self.heartbeat,
                watched=sensor.name in watched,
                gateway=self.gateway,
            )
            for sensor in SENSORS
        )

    def facts(self, dataset: str, municipality: MunicipalityCode) -> Iterator[Fact]:
        """Yield the devices and their series, each said to be simulated."""
        for sensor in SENSORS:
            device = self.device(sensor)
            yield Thing(
                id=device,
                type="Device",
                dataset=dataset,
                name=f"{sensor.name} ({self.name})",
                municipality=municipality,
                properties={"simulated": True},
            )
            measured = [(sensor.measures, sensor.unit)]
            for name, unit in [*measured, *([(BATTERY, "%")] if sensor.battery else [])]:
                yield Series(
                    id=f"{device}/{name}", thing=device, property=name, dataset=dataset, unit=unit
                )

    def measured(self) -> dict[SeriesId, Arrays]:
        """Return what each series measured, heartbeats too: times (microseconds UTC) and values."""
        signs, beats = self.street.signs, self.street.beats(self.heartbeat)
        gave: dict[SeriesId, Arrays] = {}
        for place, sensor in enumerate(SENSORS):
            seen, beat = signs.sensor == place, beats.sensor == place
            at, values = signs.at[seen], np.where(signs.on[seen], sensor.on, sensor.off)
            if sensor.battery:
                battery = beats.at[beat], beats.battery[beat]
                gave[f"{self.device(sensor)}/{BATTERY}"] = battery
            else:
                at = np.concatenate([at, beats.at[beat]])
                values = np.concatenate([values, np.full(int(beat.sum()), sensor.off)])
            gave[self.series(sensor)] = _in_order(at, values)
        return gave

    def observations(self) -> list[Observation]:
        """Return everything measured as facts, in order of time."""
        every = [
            Observation(series, at, value)
            for series, (times, values) in self.measured().items()
            for at, value in zip(times.tolist(), values.tolist(), strict=True)
        ]
        return sorted(every, key=lambda one: (one.at, one.series))

    def log(self) -> Iterator[str]:
        """Yield what sensors saw as lines of an event log: local time, sensor, ON or OFF."""
        zone, signs = ZoneInfo(self.street.calendar.zone), self.street.signs
        rows = zip(signs.at.tolist(), signs.sensor.tolist(), signs.on.tolist(), strict=True)
        for at, sensor, on in rows:
            local = (_EPOCH + timedelta(microseconds=at)).astimezone(zone)
            word = "ON" if on else "OFF"
            yield f"{local:%Y-%m-%d %H:%M:%S.%f}\t{NAMES[sensor]}\t{word}"


def home(  # noqa: PLR0913 -- by name, each with what is usual
    seed: int,
    *,
    days: int = 42,
    begins: date = BEGINS,
    zone: str = SWEDEN,
    household: Household | None = None,
    happenings: Sequence[Happening] = (),
    name: str = "",
    heartbeat: Duration = "1h",
    gateway: str = "",
) -> SimulatedHome:
    """Live one home for so many local days. Without a `household`, one person alone."""
    street = next(
        simulate(
            seed,
            days=days,
            begins=begins,
            zone=zone,
            household=household or Household(),
            happenings=happenings,
        )
    )
    return SimulatedHome(
        name=name or f"sim{seed}", street=street, heartbeat=heartbeat, gateway=gateway
    )


def _in_order(at: NDArray[np.int64], values: Reals) -> Arrays:
    at, first = np.unique(at, return_index=True)
    return at, values[first]
