"""Order in information as stewards see it: pages, reports as files, and where machines ask."""

from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from byalag.app._access import DESCRIPTION, STEWARD
from byalag.app._desk import flow_as_drawn
from byalag.app._face import Part
from byalag.app._flow_around import surroundings
from byalag.app._hub import Hub
from byalag.app._inventory import Holding, Inventory
from byalag.app._reports import materials, report
from byalag.app._reports_api import api_of
from byalag.engine import SourceStatus
from byalag.model import Micros, MunicipalityCode
from byalag.pages import View
from byalag.pages.stewardship import Card, Site, Steward, stewardship
from byalag.pages.stewardship import Part as CardPart
from byalag.store import Store

NAME = "stewardship"


def steward_of(
    hub: Hub,
    own: Mapping[MunicipalityCode, Store],
    now: Callable[[], Micros],
    status: Callable[[], Sequence[SourceStatus]],
) -> Steward:
    """Return what the pages ask of a hub that runs."""
    known = Inventory(around=surroundings(hub, own, now), now=now)

    def cards(codes: Sequence[MunicipalityCode]) -> list[Card]:
        states = {(one.municipality, one.source): one for one in status()}
        return [_card(one, states) for one in known.holdings(codes)]

    return Steward(
        cards=cards,
        report=lambda name, codes: report(known, name, codes),
        materials=lambda: materials(now()),
        now=now,
    )


def ordered(
    hub: Hub,
    view: View,
    own: Mapping[MunicipalityCode, Store],
    status: Callable[[], Sequence[SourceStatus]] = tuple,
) -> Part:
    """Return the pages and the API of order in information."""
    steward, site = steward_of(hub, own, view.now, status), Site(view)
    routes = [(route, STEWARD) for route in stewardship(site, steward)]
    described, asked = api_of(site, steward, view)
    return Part(
        routes=[
            *routes,
            *((_fixed(path, body), DESCRIPTION) for path, body in described.items()),
            *((route, STEWARD) for route in asked),
        ],
        machines=frozenset({NAME}),
    )


def _fixed(path: str, body: bytes) -> Route:
    async def show(_request: Request) -> Response:
        return Response(body, media_type="application/json")

    return Route(path, show)


def _card(one: Holding, states: Mapping[tuple[str, str], SourceStatus]) -> Card:
    code = one.tenant.municipality.code
    own = {name: state for (where, name), state in states.items() if where == code}
    return Card(
        municipality=code,
        dataset=one.dataset,
        standing=one.standing,
        shortfalls=one.shortfalls,
        sources=[
            CardPart(
                name=item.name,
                title=item.source.settings.title if item.source else {},
                standing=item.standing,
            )
            for item in one.sources
        ],
        series=[CardPart(name=item.name, title={}, standing=item.standing) for item in one.series],
        flow=flow_as_drawn(one.way, own),
        shares=one.shares,
        quality=one.quality,
    )
