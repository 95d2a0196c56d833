"""Pages for operators: what is late, what is dead, what was set aside, and where it all flows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial

from anyio import to_thread
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from byalag.engine import OutletStatus, SourceStatus
from byalag.pages._desk import Desk, Flow, moment, seen
from byalag.pages._flow import draw
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.store import Summary

HARM = ("failing", "open", "silent", "set-aside-rising", "low", "late", "waiting", "ok")
WELL = frozenset({"ok", "waiting"})
SHOWN = 20  # deliveries of one source
_LOOK = 2.0  # how often it is looked whether something has changed, seconds
_BEAT = 15.0  # after so long a silence an empty line tells that the line is open, seconds
_LONGEST = 3600.0  # after so long whoever listens asks again, and is let in again or not, seconds


class Row(Struct, frozen=True, kw_only=True):
    """One source in the list. `full` is the share of its usual records in the last delivery."""

    status: SourceStatus
    name: str
    municipality: str
    address: str
    since: datetime
    heard: datetime | None
    delivered: datetime | None
    full: float | None

    @property
    def well(self) -> bool:
        """Return whether nothing needs to be done."""
        return self.status.state in WELL


class Told(Struct, frozen=True, kw_only=True):
    """One outlet in the list."""

    status: OutletStatus
    name: str
    municipality: str
    oldest: datetime | None
    sent: datetime | None

    @property
    def well(self) -> bool:
        """Return whether nothing needs to be done."""
        return self.status.state in WELL and not self.status.aside and not self.status.missed


class Arrived(Struct, frozen=True):
    """One delivery in the list."""

    summary: Summary
    received: datetime


def show_drift(site: Site, desk: Desk, language: Language, request: Request) -> Response:
    """Answer with how everything is doing, the worst first."""
    rows = _rows(site, desk, language, request)
    outlets = _outlets(site, desk, language, request)
    return site.page(
        request,
        language,
        "drift.html",
        here="drift",
        rows=rows,
        outlets=outlets,
        ill=[row for row in rows if not row.well],
        ill_outlets=[told for told in outlets if not told.well],
        aside=_aside(site, desk, request),
        flows=[flow for code in seen(site, request) for flow in _flows(site, desk, code)],
        several=len({row.status.municipality for row in rows}) > 1,
        news=language.address("drift_news"),
    )


def show_source(site: Site, desk: Desk, language: Language, request: Request) -> Response:
    """Answer with one source: its state, what to do, its deliveries and where they flow."""
    code, name = request.path_params["municipality"], request.path_params["name"]
    found = [
        row
        for row in _rows(site, desk, language, request)
        if (row.status.municipality, row.status.source) == (code, name)
    ]
    if not found:
        raise HTTPException(404)
    ways = [flow for flow in _flows(site, desk, code) if _has(flow, f"source/{name}")]
    return site.page(
        request,
        language,
        "drift_source.html",
        here="drift_source",
        named={"municipality": code, "name": name},
        row=found[0],
        deliveries=[
            Arrived(one, moment(one.received)) for one in desk.deliveries(code, name, SHOWN)
        ],
        flows=[(flow, _drawn(flow)) for flow in ways],
    )


def show_flow(site: Site, desk: Desk, language: Language, request: Request) -> Response:
    """Answer with the way of one dataset, drawn and as a list."""
    name = request.path_params["id"]
    found = [
        flow
        for code in seen(site, request)
        for flow in _flows(site, desk, code)
        if flow.dataset.id == name
    ]
    if not found:
        raise HTTPException(404)
    states = {row.status.source: row for row in _rows(site, desk, language, request)}
    return site.page(
        request,
        language,
        "drift_flow.html",
        here="drift_flow",
        thing=name,
        flow=found[0],
        drawing=_drawn(found[0]),
        states=states,
    )


def tell_news(site: Site, desk: Desk, _language: Language, request: Request) -> Response:
    """Answer with server-sent events: one whenever the list of sources is no longer the same."""
    codes = frozenset(seen(site, request))

    def look() -> object:
        return (
            [
                (one.source, one.state, one.last_delivery, one.set_aside, one.error)
                for one in desk.sources()
                if one.municipality in codes
            ],
            [
                (one.outlet, one.state, one.waiting, one.aside, one.error)
                for one in desk.outlets()
                if one.municipality in codes
            ],
            site.view.now() // 60_000_000,
        )

    gate, scope = request.scope["gate"], request.scope

    def ended() -> bool:
        return desk.stopped() or not gate.still_admits(scope)

    return StreamingResponse(
        news(look, ended),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def news(
    look: Callable[[], object], stopped: Callable[[], bool], *, every: float = _LOOK
) -> AsyncIterator[str]:
    """Yield an event whenever `look` gives something else than before, until the hub stops."""
    last, quiet, passed = await to_thread.run_sync(look), 0.0, 0.0
    yield "retry: 3000\n\n"
    while passed < _LONGEST and not stopped():
        await asyncio.sleep(every)
        passed, quiet = passed + every, quiet + every
        now = await to_thread.run_sync(look)
        if now != last:
            last, quiet = now, 0.0
            yield "event: news\ndata: changed\n\n"
        elif quiet >= _BEAT:
            quiet = 0.0
            yield ":\n\n"


def _rows(site: Site, desk: Desk, language: Language, request: Request) -> list[Row]:
    names = {town.code: town.name for town in site.view.municipalities}
    rows = [
        _row(status, names, language)
        for status in desk.sources()
        if status.municipality in seen(site, request)
    ]
    return sorted(rows, key=lambda row: (HARM.index(row.status.state), row.municipality, row.name))


def _outlets(site: Site, desk: Desk, language: Language, request: Request) -> list[Told]:
    names = {town.code: town.name for town in site.view.municipalities}
    found = [
        _told(status, names, language)
        for status in desk.outlets()
        if status.municipality in seen(site, request)
    ]
    return sorted(found, key=lambda told: (told.well, told.municipality, told.name))


def _told(status: OutletStatus, names: dict[str, str], language: Language) -> Told:
    title = status.title
    return Told(
        status=status,
        name=title.get(language.code) or title.get("sv") or status.outlet,
        municipality=names.get(status.municipality, status.municipality),
        oldest=None if status.oldest is None else moment(status.oldest),
        sent=None if status.last_sent is None else moment(status.last_sent),
    )


def _aside(site: Site, desk: Desk, request: Request) -> int:
    """Return how many records are set aside and open."""
    codes = [code for code in seen(site, request) if code in desk.mending]
    return sum(group.count for code in codes for group in desk.mending[code].groups())


def _row(status: SourceStatus, names: dict[str, str], language: Language) -> Row:
    full = None
    if status.usual and status.last is not None:
        full = min(status.last / status.usual, 1.0)
    title = status.title
    return Row(
        status=status,
        name=title.get(language.code) or title.get("sv") or status.source,
        municipality=names.get(status.municipality, status.municipality),
        address=language.address(
            "drift_source", municipality=status.municipality, name=status.source
        ),
        since=moment(status.since),
        heard=None if status.last_heard is None else moment(status.last_heard),
        delivered=None if status.last_delivery is None else moment(status.last_delivery),
        full=full,
    )


def _flows(site: Site, desk: Desk, code: str) -> Sequence[Flow]:
    return site.remember(("flows", code), partial(desk.flows, code))


def _drawn(flow: Flow) -> object:
    return draw([[step.key for step in column] for column in flow.columns], flow.ways)


def _has(flow: Flow, key: str) -> bool:
    return any(step.key == key for column in flow.columns for step in column)
