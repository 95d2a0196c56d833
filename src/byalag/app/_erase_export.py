"""All that is known of a person in one zip: JSON and CSV, to be read by people and by machines."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from byalag.model import Json, Micros
from byalag.store import Rewritten, Sealed, Store, Wanted

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVER = 2**62
_LINES = 10_000


class Exported(Struct, frozen=True, kw_only=True):
    """What was written, and how much of what is in it."""

    file: str
    series: int
    observations: int
    deliveries: int
    lines: int


def write_subject(  # noqa: PLR0913, PLR0917 -- these are the parts of what is known
    store: Store,
    thing: str,
    series: Sequence[str],
    told: Sequence[Rewritten],
    file: Path,
    more: Iterable[tuple[str, bytes]] = (),
) -> Exported:
    """Write what is known of a thing to a new file, and `more` files by name.

    Deliveries that tell of it alone are in it as they came; others are named only, as they are not
    to be given out without care for those whom they tell of too (GDPR, article 15.4 and 20.4).

    Raises:
        FileExistsError: There is such a file already.
    """
    with file.open("xb") as raw:
        file.chmod(0o600)
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as out:
            found = store.person(thing)
            out.writestr("thing.json", _json(msgspec.to_builtins(found)))
            declared = [store.series(one) for one in series]
            out.writestr("series.json", _json(msgspec.to_builtins(declared)))
            text, count = _observations(store, series)
            out.writestr("observations.csv", text)
            listed: list[Json] = [
                {
                    "seq": one.seq,
                    "source": one.source,
                    "time": _iso(one.received),
                    "whole": _is_alone(one),
                }
                for one in told
            ]
            out.writestr("deliveries.json", _json(listed))
            for one in told:
                if _is_alone(one):
                    _delivery(store, one.seq, out)
            lines = store.audit.notes(Wanted(about=thing), limit=_LINES)
            out.writestr("audit.json", _json(msgspec.to_builtins(lines)))
            for name, content in more:
                out.writestr(name, content)
            out.writestr("README.txt", _README)
    return Exported(
        file=str(file),
        series=len(series),
        observations=count,
        deliveries=len(told),
        lines=len(lines),
    )


def _is_alone(told: Rewritten) -> bool:
    """Return whether a delivery tells of nobody else: nothing would be left of it without them."""
    return told.bodies is None and not told.why


def _delivery(store: Store, seq: int, out: zipfile.ZipFile) -> None:
    try:
        delivery = store.delivery(seq)
    except Sealed:
        return
    if delivery is None:
        return
    for place, body in enumerate(delivery.bodies):
        out.writestr(f"deliveries/{seq}-{place}", body)


def _observations(store: Store, series: Sequence[str]) -> tuple[str, int]:
    text, count = io.StringIO(newline=""), 0
    rows = csv.writer(text)
    rows.writerow(("series", "time", "value", "flag"))
    for one in series:
        run = store.history(one, start=-_EVER, end=_EVER)
        count += len(run.times)
        rows.writerows(
            (one, _iso(at), "" if value != value else value, flag)  # noqa: PLR0124 -- only NaN differs from itself
            for at, value, flag in zip(
                run.times.tolist(), run.values.tolist(), run.flags.tolist(), strict=True
            )
        )
    return text.getvalue(), count


def _iso(at: Micros) -> str:
    return (_EPOCH + timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")


def _json(value: Json) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


_README = """\
thing.json         vad som är känt / what is known
series.json        mätserier / series of observations
observations.csv   det som har observerats, tider i UTC / what has been observed, times in UTC
deliveries.json    leveranser som nämner saken / deliveries that tell of it
deliveries/        de av dem som inte nämner någon annan / those that tell of nobody else
identity.json      vem det är / who it is
home.json          ett hem som det är avtalat nu / a home as it is agreed now
journal.json       allt som har sagts om det, när och av vem / all that was said of it
kept/              det som har räknats ut / what has been worked out
audit.json         vem som har gjort vad / who has done what
"""
