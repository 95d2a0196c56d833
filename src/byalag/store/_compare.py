"""What would have to change in a store for one account of its deliveries to become another.

`before` is what the old mapping made of them and `after` what the new one does. The store decides
what is there: other sources, pushes and loaded history are in it, too, and are left alone.
"""

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from byalag.model import History, Json, Micros, Thing
from byalag.store import _history
from byalag.store._account import Account
from byalag.store._chunks import NOTHING, between
from byalag.store._connection import rows
from byalag.store._periods import LATEST
from byalag.store._results import SeriesDifference
from byalag.store._sqlite import Connection
from byalag.store._things import decode

_EXAMPLES = 3
_NO: Final = object()


class Rewrite(Struct, frozen=True):
    """What becomes of one series: times to be taken away, and what is to be put there instead."""

    gone: NDArray[np.int64]
    put: History
    extras: dict[Micros, Json]
    said: SeriesDifference

    @property
    def empty(self) -> bool:
        """Return whether nothing changes."""
        return not len(self.gone) and not len(self.put.times)


def rewrite(
    connection: Connection, series: str, before: Account, after: Account, *, shared: bool
) -> Rewrite:
    """Compare a series with what is in the store.

    Of a series that others write to as well (`shared`), only what the old mapping said, and nobody
    has said otherwise since, is touched.
    """
    old, new = before.history(series), _kept(connection, series, after)
    there, kept = _there(connection, series, old, new)
    mine = _agrees(there, old) if shared else np.ones(len(there.times), np.bool_)
    taken = np.isin(there.times, old.times) & ~np.isin(there.times, new.times) & mine
    place, present = _places(there, new)
    same = present.copy()
    same[present] = _same(there, place[present], new, np.flatnonzero(present))
    said = after.extras.get(series, {})
    for number in np.flatnonzero(same):
        at = int(new.times[number])
        if (at in kept or at in said) and kept.get(at) != said.get(at):
            same[number] = False
    changed = present & ~same
    if len(there.times):
        changed[present] &= mine[place[present]]
    chosen = changed | ~present
    put = History(new.times[chosen], new.values[chosen], new.flags[chosen])
    gone = there.times[taken]
    return Rewrite(
        gone,
        put,
        {at: extra for at, extra in said.items() if at in set(put.times.tolist())} if said else {},
        SeriesDifference(
            series=series,
            added=int((~present).sum()),
            changed=int(changed.sum()),
            gone=len(gone),
            examples=list(_examples(there, new, gone, place, changed, present)),
        ),
    )


def _kept(connection: Connection, series: str, after: Account) -> History:
    """Return what the new mapping says, but for what is older than what is kept of the dataset."""
    said = after.series.get(series)
    if said is not None:
        found = rows(connection, "floor_of_dataset", (said.dataset,))
    else:
        found = rows(connection, "floor_of", (series,))
    run = after.history(series)
    return between(run, found[0][0], LATEST) if found else run


def _there(
    connection: Connection, series: str, old: History, new: History
) -> tuple[History, dict[Micros, Json]]:
    """Return what the store holds of a series in the time that is spoken of, and what more."""
    found = rows(connection, "series_row", (series,))
    spoken = [run for run in (old, new) if len(run.times)]
    if not found or not spoken:
        return NOTHING, {}
    span = min(int(r.times[0]) for r in spoken), max(int(r.times[-1]) for r in spoken) + 1
    extras = rows(connection, "extras_in", (found[0][0], *span))
    kept = {at: msgspec.json.decode(extra) for at, _, _, extra in extras}
    return _history.read(connection, found[0][0], *span), kept


def _places(there: History, run: History) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where each time of a run stands in the store, and whether it does."""
    if not len(there.times):
        none = np.zeros(len(run.times), np.int64)
        return none, np.zeros(len(run.times), np.bool_)
    place = np.minimum(np.searchsorted(there.times, run.times), len(there.times) - 1)
    return place, there.times[place] == run.times


def _same(
    there: History, places: NDArray[np.int64], run: History, numbers: NDArray[np.int64]
) -> NDArray[np.bool_]:
    stored, said = there.values[places], run.values[numbers]
    same = (stored == said) | (np.isnan(stored) & np.isnan(said))
    return np.asarray(same & (there.flags[places] == run.flags[numbers]), np.bool_)


def _agrees(there: History, old: History) -> NDArray[np.bool_]:
    """Say which of what is there the old mapping said."""
    mine = np.zeros(len(there.times), np.bool_)
    place, present = _places(there, old)
    same = _same(there, place[present], old, np.flatnonzero(present))
    mine[place[present][same]] = True
    return mine


def _examples(  # noqa: PLR0913, PLR0917 -- these are the parts of one comparison
    there: History,
    new: History,
    gone: NDArray[np.int64],
    place: NDArray[np.int64],
    changed: NDArray[np.bool_],
    present: NDArray[np.bool_],
) -> Iterator[tuple[Micros, float | None, float | None]]:
    """Yield some times with the value that was and the value that comes."""
    numbers = np.searchsorted(there.times, gone[:_EXAMPLES]).tolist()
    for number in numbers:
        yield int(there.times[number]), float(there.values[number]), None
    for number in np.flatnonzero(changed)[:_EXAMPLES]:
        before = float(there.values[place[number]])
        yield int(new.times[number]), before, float(new.values[number])
    for number in np.flatnonzero(~present)[:_EXAMPLES]:
        yield int(new.times[number]), None, float(new.values[number])


def redescribed(
    connection: Connection, thing: str, before: Account, after: Account
) -> Iterator[tuple[str, Thing | None, Thing | None]]:
    """Yield each dataset whose description of a thing changes: what it says, and what it will.

    Each word is compared by itself: what the store has and the old mapping did not say is others'.
    """
    old = before.things[thing].by if thing in before.things else {}
    new = after.things[thing].by if thing in after.things else {}
    found = rows(connection, "thing_row", (thing,))
    told: dict[str, Thing] = {}
    for dataset, document in rows(connection, "descriptions", (found[0][0],)) if found else ():
        told[dataset] = decode(document)
    for dataset in dict.fromkeys((*new, *old)):
        theirs = told.get(dataset)
        ours = _merged(old.get(dataset), new.get(dataset), theirs)
        if ours != theirs:
            yield dataset, theirs, ours


def _merged(base: Thing | None, ours: Thing | None, theirs: Thing | None) -> Thing | None:
    """Return what a description becomes: base to ours, laid over what the store has."""
    if theirs is None:
        return ours
    blank = Thing(id=theirs.id, type=theirs.type, dataset=theirs.dataset)
    was, now = base or blank, ours or blank
    said = {
        name: _word(getattr(was, name), getattr(now, name), getattr(theirs, name))
        for name in ("type", "name", "municipality", "point", "shape")
    }
    properties: dict[str, Json] = {}
    for name in dict.fromkeys((*theirs.properties, *now.properties)):
        words = (one.properties.get(name, _NO) for one in (was, now, theirs))
        word = _word(*words)
        if word is not _NO:
            properties[name] = word
    merged = msgspec.structs.replace(theirs, **said, properties=properties)
    return None if ours is None and merged == blank else merged


def _word(was: Json, now: Json, there: Json) -> Json:
    """Return what one word becomes; what nobody has changed since is ours to change."""
    if now == was:
        return there
    return now if there in (was, None, _NO) or was in (None, _NO) else there
