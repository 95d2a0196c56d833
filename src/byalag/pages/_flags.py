"""How far each value of a series may be trusted, test by test, and what another rule would say.

The flags of each test are kept nowhere: they are worked out when somebody asks, from the values
and the rule, and the page says by which rule.
"""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from byalag.analysis import NAMES, Flags, QualityRule, flags, rule_of
from byalag.model import Flag, History, Micros, MunicipalityCode, Series
from byalag.pages._desk import Desk, moment, seen
from byalag.pages._flags_form import Limit, asked
from byalag.pages._language import Language
from byalag.pages._site import Site

DAYS: Final = (1, 7, 30)
SHOWN: Final = 200  # flagged values in the table; all are in the file
FLAGS: Final = (1, 2, 3, 4, 9)
WIDE, HIGH, EDGE = 720, 24, 6
_DAY: Final = 86_400_000_000
_LONGEST: Final = 300  # characters of a series' id


class Judged(Struct, frozen=True, kw_only=True):
    """A series in a period, judged by a rule."""

    series: Series
    run: History
    rule: QualityRule
    found: Flags


class Row(NamedTuple):
    """One value and its flags: by each test, and what they come to."""

    at: datetime
    value: float | None
    flags: tuple[int, ...]
    rolled: int


class Said(NamedTuple):
    """What one test said of the period: how many values have each flag, and where they lie."""

    name: str
    counts: dict[int, int]
    before: dict[int, int]
    suspect: Sequence[float]
    fail: Sequence[float]


def show_flags(site: Site, desk: Desk, language: Language, request: Request) -> Response:
    """Answer with the flags of one series, or with the series that have a rule."""
    code = _code(site, request)
    name = request.query_params.get("series", "").strip()[:_LONGEST]
    days = _days(request)
    if not name:
        return site.page(
            request, language, "flags.html", here="drift_flags", named={"municipality": code},
            code=code, judged=None, name="", series=desk.ruled(code), days=days, offered=DAYS,
        )  # fmt: skip
    kept, fields, tried = _both(site, desk, request, code, name, days)
    return site.page(
        request,
        language,
        "flags.html",
        here="drift_flags",
        named={"municipality": code},
        code=code,
        name=name,
        judged=tried,
        kept=kept,
        fields={one.name: one for one in fields},
        changed=tried.rule != kept.rule,
        days=days,
        offered=DAYS,
        flagged_as=FLAGS,
        tests=[*_tests(kept, tried, days, site.view.now())],
        rows=list(_rows(tried)),
        total=int((tried.found.rolled >= Flag.SUSPECT).sum()),
        query=request.url.query,
    )


def save_flags(site: Site, desk: Desk, _language: Language, request: Request) -> Response:
    """Answer with every value of the period and its flags, a column a test, as CSV."""
    code = _code(site, request)
    name = request.query_params.get("series", "").strip()[:_LONGEST]
    _, _, judged = _both(site, desk, request, code, name, _days(request))
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(("time", "value", *NAMES, "flag", "rule"))
    columns = np.stack((*judged.found.columns, judged.found.rolled), axis=1).tolist()
    for at, value, told in zip(
        judged.run.times.tolist(), judged.run.values.tolist(), columns, strict=True
    ):
        shown = "" if math.isnan(value) else repr(value)
        rows.writerow((moment(at).isoformat(), shown, *told, judged.rule.version))
    return Response(
        written.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="flags.csv"'},
    )


def _code(site: Site, request: Request) -> MunicipalityCode:
    code: str = request.path_params["municipality"]
    if code not in seen(site, request):
        raise HTTPException(404)
    return code


def _days(request: Request) -> int:
    text = request.query_params.get("days", "")
    return int(text) if text in {str(one) for one in DAYS} else DAYS[1]


def _both(  # noqa: PLR0913, PLR0917 -- whose, what and how long
    site: Site, desk: Desk, request: Request, code: MunicipalityCode, name: str, days: int
) -> tuple[Judged, list[Limit], Judged]:
    """Judge a series by its rule, and by the one that is asked for."""
    now = site.view.now()
    found = desk.values(code, name, now - days * _DAY, now + _DAY)
    if found is None:
        raise HTTPException(404)
    series, run = found
    rule = rule_of(series) or QualityRule()
    other, fields = asked(request.query_params, rule)
    return _judge(series, run, rule), fields, _judge(series, run, other)


def _judge(series: Series, run: History, rule: QualityRule) -> Judged:
    return Judged(series=series, run=run, rule=rule, found=flags(run.times, run.values, rule))


def _tests(kept: Judged, tried: Judged, days: int, now: Micros) -> Iterator[Said]:
    begin, end = now - days * _DAY, now
    both = zip((*NAMES, "rolled"), (*kept.found.columns, kept.found.rolled), strict=True)
    for (name, before), column in zip(
        both, (*tried.found.columns, tried.found.rolled), strict=True
    ):
        places = EDGE + (tried.run.times - begin) / (end - begin) * (WIDE - 2 * EDGE)
        yield Said(
            name=name,
            counts={flag: int((column == flag).sum()) for flag in FLAGS},
            before={flag: int((before == flag).sum()) for flag in FLAGS},
            suspect=_marks(places[column == Flag.SUSPECT]),
            fail=_marks(places[column == Flag.FAIL]),
        )


def _marks(places: NDArray[np.float64]) -> list[float]:
    """Return where marks are drawn: one a point of the picture, however many values there are."""
    inside = np.clip(places, EDGE, WIDE - EDGE)
    found: list[float] = np.unique(np.round(inside / 3) * 3).tolist()
    return found


def _rows(judged: Judged) -> Iterator[Row]:
    """Yield the newest values that any test has something to say of."""
    columns = np.stack(judged.found.columns, axis=1)
    places = np.flatnonzero((columns >= Flag.SUSPECT).any(axis=1))[::-1][:SHOWN]
    for place in places.tolist():
        value = float(judged.run.values[place])
        yield Row(
            at=moment(int(judged.run.times[place])),
            value=value if math.isfinite(value) else None,
            flags=tuple(columns[place].tolist()),
            rolled=int(judged.found.rolled[place]),
        )
