"""Pages for stewards: order in information, what is lacking first, and the reports."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from byalag.governance import Actor, Resource, Shortfall, Standing, decide
from byalag.model import Dataset, Json, Klassa, Micros, MunicipalityCode, Words
from byalag.pages._desk import Flow
from byalag.pages._flow import draw
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.pages._trend import Trend, trend
from byalag.pages.report import REPORTS, Report, ReportName, as_csv, as_json, in_language
from byalag.standards.profile import EXACT, SPREADSHEET, spreadsheet_name
from byalag.store import METRICS, Metric, Share

_SHOWN = 500  # rows of a report on its page; the files hold them all
_MATERIALS = "application/vnd.cyclonedx+json; version=1.6"


class Part(Struct, frozen=True, kw_only=True):
    """A source or a kind of series in a dataset, and what holds for it."""

    name: str
    title: Words
    standing: Standing


class Card(Struct, frozen=True, kw_only=True):
    """All that a steward sees of one dataset. `shares` are what was measured in a month."""

    municipality: MunicipalityCode
    dataset: Dataset
    standing: Standing
    shortfalls: Sequence[Shortfall]
    sources: Sequence[Part]
    series: Sequence[Part]
    flow: Flow
    shares: Sequence[Share]
    quality: Mapping[Metric, Share]


class Steward(Struct, frozen=True, kw_only=True):
    """What the pages ask: the cards of some municipalities, what lacks most first, and reports."""

    cards: Callable[[Sequence[MunicipalityCode]], Sequence[Card]]
    report: Callable[[ReportName, Sequence[MunicipalityCode]], Report]
    materials: Callable[[], Json]
    now: Callable[[], Micros]


def overseen(site: Site, request: Request, now: Micros) -> list[MunicipalityCode]:
    """Return the municipalities whose order whoever asks may see; one of them, if it is named.

    Raises:
        HTTPException: Another is named than they may see.
    """
    actor: Actor = request.scope["actor"]
    codes = [
        town.code
        for town in site.view.municipalities
        if decide(
            actor, "read", Resource(matter="stewardship", municipality=town.code), now
        ).allowed
    ]
    named = request.query_params.get("municipality", "")
    if not named:
        return codes
    if named not in codes:
        raise HTTPException(404)
    return [named]


def show_order(site: Site, steward: Steward, language: Language, request: Request) -> Response:
    """Answer with what lacks order, the worst first, then every dataset and the reports."""
    cards = _cards(site, steward, request)
    return site.page(
        request,
        language,
        "steward.html",
        here="steward",
        cards=cards,
        lacking=[card for card in cards if card.shortfalls],
        names=_names(site),
        several=len({card.municipality for card in cards}) > 1,
        reports=REPORTS,
        class_of=class_of,
        worst=_worst,
    )


def show_card(site: Site, steward: Steward, language: Language, request: Request) -> Response:
    """Answer with one dataset: who, what class, why, how long, from where, to where, how good."""
    name = request.path_params["id"]
    cards = _cards(site, steward, request)
    card = next((one for one in cards if one.dataset.id == name), None)
    if card is None:
        raise HTTPException(404)
    columns = [[step.key for step in column] for column in card.flow.columns]
    return site.page(
        request,
        language,
        "steward_card.html",
        here="steward_card",
        thing=name,
        card=card,
        names=_names(site),
        class_of=class_of,
        drawing=draw(columns, card.flow.ways),
        metrics=METRICS,
        trends={metric: _trend(card, metric, steward.now()) for metric in METRICS},
    )


def show_report(site: Site, steward: Steward, language: Language, request: Request) -> Response:
    """Answer with a report as a table, and where the same is found as files."""
    report = _report(site, steward, request)
    filled = [
        column
        for column in report.columns
        if any(in_language(row.get(column.name), language.code) for row in report.rows)
    ]
    return site.page(
        request,
        language,
        "steward_report.html",
        here="steward_report",
        named={"name": report.name},
        report=report,
        columns=filled,
        rows=report.rows[:_SHOWN],
        cell=in_language,
        asked=f"?{request.query_params}" if request.query_params else "",
    )


def write_csv(site: Site, steward: Steward, language: Language, request: Request) -> Response:
    """Answer with a report as exact CSV."""
    report = _report(site, steward, request)
    return _file(as_csv(report, language.code), EXACT, f"{report.name}.csv")


def write_spreadsheet(
    site: Site, steward: Steward, language: Language, request: Request
) -> Response:
    """Answer with a report as CSV for spreadsheets, which can carry out nothing that is in it."""
    report = _report(site, steward, request)
    body = as_csv(report, language.code, spreadsheet=True)
    return _file(body, SPREADSHEET, spreadsheet_name(report.name, language.code))


def write_json(site: Site, steward: Steward, _language: Language, request: Request) -> Response:
    """Answer with a report as JSON."""
    report = _report(site, steward, request)
    return _file(as_json(report), "application/json", f"{report.name}.json")


def write_materials(
    _site: Site, steward: Steward, _language: Language, _request: Request
) -> Response:
    """Answer with the bill of materials of the program."""
    return _file(msgspec.json.encode(steward.materials()), _MATERIALS, "byalag.cdx.json")


def class_of(klassa: Klassa | None) -> str:
    """Return a class as KLASSA writes it."""
    if klassa is None:
        return ""
    return f"K{klassa.confidentiality} R{klassa.integrity} T{klassa.availability}"


def _cards(site: Site, steward: Steward, request: Request) -> Sequence[Card]:
    """Return the cards that whoever asks may see, made anew each minute: there may be hundreds."""
    codes = tuple(overseen(site, request, steward.now()))
    return site.remember(("order", codes), partial(steward.cards, codes))


def _report(site: Site, steward: Steward, request: Request) -> Report:
    asked: str = request.path_params["name"]
    for name in REPORTS:
        if name == asked:
            return steward.report(name, overseen(site, request, steward.now()))
    raise HTTPException(404)


def _worst(card: Card) -> float | None:
    """Return the lowest share that has been measured lately; None where nothing has."""
    return min((one.part / one.whole for one in card.quality.values()), default=None)


def _trend(card: Card, metric: Metric, now: Micros) -> Trend | None:
    return trend([one for one in card.shares if one.metric == metric], now)


def _names(site: Site) -> Mapping[str, str]:
    return {town.code: town.name for town in site.view.municipalities}


def _file(body: bytes, media_type: str, name: str) -> Response:
    return Response(
        body,
        headers={
            "Content-Type": media_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
