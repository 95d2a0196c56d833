"""The instances of one attribute under one datasetId, along one of NGSI-LD's four times."""

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from byalag.model import History, Json, Micros, Observation, Series
from byalag.standards.ngsi_ld._entity import Instance
from byalag.standards.ngsi_ld._facts import dataset_of
from byalag.standards.ngsi_ld._temporal_instance import (
    as_instance,
    plain,
    whole_number,
)

Axis: TypeAlias = Literal["observedAt", "createdAt", "modifiedAt", "deletedAt"]
Times: TypeAlias = NDArray[np.int64]
_NO_TIMES: Final = np.empty(0, np.int64)
_NO_VALUES: Final = np.empty(0, np.float64)


class Track(Struct, frozen=True, kw_only=True):
    """Instances in the order of `times`. What is not in `whole`, by place, is a plain number."""

    attribute: str
    dataset: str | None = None
    times: Times = field(default_factory=lambda: _NO_TIMES)
    values: NDArray[np.float64] = field(default_factory=lambda: _NO_VALUES)
    whole: Mapping[int, Instance] = field(default_factory=dict[int, Instance])
    numbered: tuple[Series, int] | None = None  # whose plain numbers these are, and its number

    def __len__(self) -> int:
        """Return how many instances there are."""
        return len(self.times)

    def __getitem__(self, place: int) -> Instance:
        """Return one instance."""
        found = self.whole.get(place)
        if found is None:
            if self.numbered is None:
                raise IndexError(place)
            series, no = self.numbered
            found = plain(series, no, int(self.times[place]), self.value(place))
        return found

    def value(self, place: int) -> Json:
        """Return one value, without all that an instance also says."""
        found = self.whole.get(place)
        return whole_number(float(self.values[place])) if found is None else found.value

    def cut(self, start: int, end: int) -> "Track":
        """Return the instances from one place to another."""
        if start == 0 and end == len(self):
            return self
        whole = {place - start: one for place, one in self.whole.items() if start <= place < end}
        return Track(
            attribute=self.attribute,
            dataset=self.dataset,
            times=self.times[start:end],
            values=self.values[start:end],
            whole=whole,
            numbered=self.numbered,
        )

    def within(self, start: Micros, end: Micros) -> "Track":
        """Return the instances whose times are in [start, end)."""
        edges = np.searchsorted(self.times, [start, end])
        return self.cut(int(edges[0]), int(edges[1]))


def moment(said: Instance, axis: Axis | None) -> Micros | None:
    """Return when an instance was, by one of its times; None if it has no such time.

    By none of them, for what asks for everything: when it was observed, else last said.
    """
    match axis:
        case "observedAt":
            return said.observed if said.deleted is None else None
        case "createdAt":
            return said.created if said.deleted is None else None
        case "modifiedAt":
            return said.modified if said.deleted is None else None
        case "deletedAt":
            return said.deleted
        case None:
            if said.deleted is not None:
                return None
            return said.modified if said.observed is None else said.observed


def track(
    attribute: str,
    numbered: tuple[Series, int],
    run: History,
    extras: list[Observation],
    axis: Axis | None,
) -> Track:
    """Return what has been observed of a series as instances, in the order of a time."""
    series, no = numbered
    whole = {seen.at: as_instance(series, no, seen) for seen in extras}
    if axis == "deletedAt":
        run = History(_NO_TIMES, _NO_VALUES, np.empty(0, np.uint8))
    special = np.fromiter(whole, np.int64, len(whole))
    plainly = ~np.isnan(run.values)
    if len(special):
        plainly &= ~np.isin(run.times, special)
    if not plainly.all():
        run = History(run.times[plainly], run.values[plainly], run.flags[plainly])
    ours = [one for one in whole.values() if one is not None and moment(one, axis) is not None]
    base = Track(
        attribute=attribute,
        dataset=dataset_of(series),
        times=run.times,
        values=run.values,
        numbered=numbered,
    )
    return together(base, ours, lambda one: moment(one, axis))


def together(base: Track, ours: list[Instance], when: Callable[[Instance], Micros | None]) -> Track:
    """Return a track with more instances in it, each at its time."""
    if not ours:
        return base
    added = np.array([when(one) for one in ours], np.int64)
    times = np.concatenate((base.times, added))
    order = np.argsort(times, kind="stable")
    values = np.concatenate((base.values, np.full(len(ours), np.nan)))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    first = len(base)
    whole = {int(place[old]): one for old, one in base.whole.items()}
    whole |= {int(place[first + index]): one for index, one in enumerate(ours)}
    return Track(
        attribute=base.attribute,
        dataset=base.dataset,
        times=times[order],
        values=values[order],
        whole=whole,
        numbered=base.numbered,
    )
