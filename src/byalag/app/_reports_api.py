"""Where machines ask for the reports, as stewards do on pages."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, structs
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from byalag.app._questions import SLA
from byalag.model import Json
from byalag.pages import View
from byalag.pages.stewardship import (
    REPORTS,
    Report,
    ReportName,
    Site,
    Steward,
    as_csv,
    as_json,
    overseen,
)
from byalag.standards.profile import (
    EXACT,
    SPREADSHEET,
    Api,
    NotAnswered,
    Operation,
    choose,
    describe,
    info,
)

NAME = "stewardship"
_JSON = "application/json"
_CSV, _SHEET = (each.partition(";")[0] for each in (EXACT, SPREADSHEET))


class AskReport(Struct, frozen=True, forbid_unknown_fields=True):
    """Which report, and of which municipality; all that the key or the person may see, if none."""

    report: ReportName
    municipality: Annotated[str, Meta(pattern=r"^\d{4}$")] | None = None


class ReportAnswer(Struct, frozen=True, kw_only=True):
    """A report as it was when it was made; its rows have the columns that the manual lists."""

    report: str
    made: str
    rows: Sequence[Mapping[str, Any]]
    municipalities: Sequence[Mapping[str, str]] = ()


_EXAMPLE = ReportAnswer(
    report="inventory",
    made="2026-11-22T12:00:00Z",
    rows=[{"municipality": "2482", "kind": "dataset", "dataset": "parking", "class": "K0 R1 T1"}],
    municipalities=[{"code": "2482", "name": "Skellefteå"}],
)


def api_of(
    site: Site, steward: Steward, view: View
) -> tuple[Mapping[str, bytes], Sequence[BaseRoute]]:
    """Return what describes the API, by path, and the addresses where it answers."""
    api = _api(view)
    described: dict[str, bytes] = {
        f"{api.root}/api-info": msgspec.json.encode(info(api)),
        f"{api.root}/openapi.json": msgspec.json.encode(describe(api)),
    }

    def make(request: Request) -> tuple[bytes, str]:
        asked = _asked(request)
        accept = request.headers.get("accept", "")
        media = choose(accept, [_JSON, _CSV, _SHEET])
        try:
            codes = overseen(site, request, steward.now())
        except HTTPException as error:
            message = f"There is no municipality {asked.municipality} that you may see."
            raise NotAnswered(message, trouble="not-found") from error
        made = steward.report(asked.report, codes)
        return _written(made, media)

    async def answer(request: Request) -> Response:
        body, media_type = await run_in_threadpool(make, request)
        headers = {"Content-Type": media_type, "Cache-Control": "no-store", "Vary": "Accept"}
        return Response(body, headers=headers)

    return described, [Route(f"{api.root}/reports/{{report}}", answer)]


def _written(made: Report, media: str) -> tuple[bytes, str]:
    if media == _JSON:
        return as_json(made), _JSON
    if media == _SHEET:
        return as_csv(made, "sv", spreadsheet=True), SPREADSHEET
    return as_csv(made, "sv"), EXACT


def _asked(request: Request) -> AskReport:
    """Return what is asked for.

    Raises:
        NotAnswered: There is no such report, or something is asked that is not understood.
    """
    name = request.path_params["report"]
    if name not in REPORTS:
        message = f"There is no report {name[:50]!r}; there is {', '.join(REPORTS)}."
        raise NotAnswered(message, trouble="not-found")
    unknown = sorted(set(request.query_params) - {"municipality"})
    if unknown:
        message = f"{unknown[0][:50]!r} is not asked here; municipality is."
        raise NotAnswered(message, trouble="unknown-parameter")
    said: dict[str, Json] = {"report": name, **request.query_params}
    try:
        return msgspec.convert(said, AskReport)
    except msgspec.ValidationError as error:
        message = "A municipality is named by its code, four digits."
        raise NotAnswered(message, trouble="malformed-question") from error


def _api(view: View) -> Api:
    return Api(
        name=NAME,
        version="1.0.0",
        released="2026-11-22",
        title={"sv": "Ordning", "en": "Order"},
        description={
            "sv": "De rapporter som lagen frågar efter, gjorda ur det som körs: register över "
            "behandlingar, informationsförteckning, leverantörer och tillgångar, hur varje svar "
            "nås, och flöden.",
            "en": "The reports that the law asks for, made from what runs: register of processing, "
            "information inventory, suppliers and assets, how every answer is reached, and flows.",
        },
        limitations={
            "sv": "Kända begränsningar: bara för den som svarar för kommunens ordning, med en "
            "nyckel som har stewardship:read.",
            "en": "Known limitations: only for those who answer for the municipality's order, with "
            "a key that has stewardship:read.",
        },
        operations=(_operation(),),
        base_url=view.base_url,
        contact=structs.replace(view.contact, name=view.contact.name or view.name),
        sla=SLA,
    )


def _operation() -> Operation:
    return Operation(
        name="getReport",
        path="/reports/{report}",
        keyed=True,
        ask=AskReport,
        answers=ReportAnswer,
        thing="report",
        summary={"sv": "Hämta en rapport", "en": "Get a report"},
        description={
            "sv": "En rapport om de kommuner som nyckeln får se, eller om en av dem. Som CSV om "
            "Accept säger text/csv, och som CSV för kalkylprogram om det säger "
            "application/vnd.byalag.spreadsheet+csv.",
            "en": "A report of the municipalities that the key may see, or of one of them. As CSV "
            "if Accept says text/csv, and as CSV for spreadsheets if it says "
            "application/vnd.byalag.spreadsheet+csv.",
        },
        example={"report": "inventory", "municipality": "2482"},
        example_answer=_EXAMPLE,
        successes={"200": {"sv": "Rapporten.", "en": "The report."}},
    )
