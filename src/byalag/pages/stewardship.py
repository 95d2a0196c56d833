"""The addresses that stewards visit: what lacks order, each dataset's card, and the reports.

Apart from the other pages, as those of operators are: whoever only checks a hub folder needs none
of them.
"""

from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from byalag.pages._site import Site
from byalag.pages._stewardship import (
    Card,
    Part,
    Steward,
    overseen,
    show_card,
    show_order,
    show_report,
    write_csv,
    write_json,
    write_materials,
    write_spreadsheet,
)
from byalag.pages.report import (
    REPORTS,
    Column,
    Report,
    ReportName,
    as_csv,
    as_json,
    in_language,
)

__all__ = [
    "REPORTS",
    "Card",
    "Column",
    "Part",
    "Report",
    "ReportName",
    "Site",
    "Steward",
    "as_csv",
    "as_json",
    "in_language",
    "overseen",
    "stewardship",
]


def stewardship(site: Site, steward: Steward) -> list[BaseRoute]:
    """Return the addresses that stewards visit, in every language."""
    found: list[BaseRoute] = []
    for language in site.languages.values():
        told: Callable[..., Callable[[Request], Response]] = partial(_told, site, steward, language)
        report = language.address("steward_report", name="{name}")
        found += [
            Route(language.address("steward"), told(show_order)),
            Route(language.address("steward_card", id="{id}"), told(show_card)),
            Route(f"{report}.kalkyl.csv", told(write_spreadsheet)),
            Route(f"{report}.csv", told(write_csv)),
            Route(f"{report}.json", told(write_json)),
            Route(report, told(show_report)),
            Route(language.address("steward_materials"), told(write_materials)),
        ]
    return found


def _told(*what: object) -> Callable[[Request], Response]:
    site, steward, language, show = what

    def endpoint(request: Request) -> Response:
        return show(site, steward, language, request)  # type: ignore[operator,no-any-return]  # the last is what shows

    return endpoint
