"""The reports that the law asks for, made from what runs: nobody writes them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from byalag.app._inventory import Inventory
from byalag.app._reports_access import reached
from byalag.app._reports_assets import assets
from byalag.app._reports_software import bill_of_materials
from byalag.app._reports_tables import flow, graph, homes, inventory, processing
from byalag.model import Json, Micros, MunicipalityCode, Words
from byalag.pages.stewardship import Column, Report, ReportName

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Form(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a report is called, what it is for, and its columns."""

    title: Words
    about: Words
    columns: Mapping[str, Words]


_FORMS: Final = msgspec.toml.decode(
    Path(__file__).with_name("reports.toml").read_bytes(), type=dict[ReportName, _Form]
)


def report(known: Inventory, name: ReportName, codes: Sequence[MunicipalityCode]) -> Report:
    """Make a report of some municipalities, as things are now."""
    form, now = _FORMS[name], known.now()
    return Report(
        name=name,
        title=form.title,
        about=form.about,
        columns=[Column(column, title) for column, title in form.columns.items()],
        rows=_rows(known, name, codes, now),
        made=now,
        more=_more(known, name, codes),
    )


def materials(now: Micros) -> Json:
    """Return the bill of materials of the program, as CycloneDX."""
    return bill_of_materials(_moment(now).isoformat(timespec="seconds").replace("+00:00", "Z"))


def _more(known: Inventory, name: ReportName, codes: Sequence[MunicipalityCode]) -> dict[str, Json]:
    """Return what only the JSON says: whose report it is, and of flows each way as a graph."""
    told: dict[str, Json] = {"municipalities": homes(known.tenants(codes))}
    if name == "flow":
        told["ways"] = [graph(one) for one in known.holdings(codes)]
    return told


def _rows(
    known: Inventory, name: ReportName, codes: Sequence[MunicipalityCode], now: Micros
) -> list[Mapping[str, Json]]:
    hub, holdings = known.around.hub, known.holdings(codes)
    match name:
        case "article-30":
            return list(processing(hub, holdings))
        case "inventory":
            return list(inventory(holdings))
        case "suppliers":
            return list(assets(hub, holdings, _moment(now).date()))
        case "accessibility":
            return list(reached(known.around, holdings))
        case "flow":
            return list(flow(holdings))


def _moment(now: Micros) -> datetime:
    return _EPOCH + timedelta(microseconds=now)
