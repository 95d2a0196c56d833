"""What a hub tells people by: what runs the chain, the links in messages, and new ones."""

from collections.abc import Mapping

import anyio
from msgspec import Struct

from byalag.app._care_anew import CareAnew
from byalag.app._care_book import CareBook
from byalag.app._care_identity import Identities
from byalag.app._care_link import CareLinks
from byalag.app._care_telling import CareTelling, Place
from byalag.app._client import Proxies
from byalag.app._guesses import Guesses
from byalag.app._hub import Hub
from byalag.app._stores import Stores
from byalag.engine import Clock, Engine
from byalag.model import MunicipalityCode
from byalag.store import Failures


class CareWays(Struct, frozen=True, kw_only=True):
    """The parts of a hub that tell people: what runs, and what pages ask."""

    telling: CareTelling
    links: CareLinks
    anew: CareAnew
    places: Mapping[MunicipalityCode, Place] = {}

    async def run(self, stop: anyio.Event) -> None:
        """Tell people, and send new links to those who ask, until the hub stops."""
        async with anyio.create_task_group() as work:
            work.start_soon(self.telling.run, stop)
            work.start_soon(self.anew.run, stop)


def ways_of(
    hub: Hub,
    stores: Stores,
    engine: Engine,
    clock: Clock,
    agreed: Mapping[MunicipalityCode, CareBook],
) -> CareWays:
    """Build what tells people in every municipality of a hub."""
    guesses = Guesses(clock.now, Failures(stores.register))
    client = Proxies(hub.settings.proxies).client
    places = {
        tenant.municipality.code: Place(
            zone=tenant.municipality.time_zone,
            book=agreed[tenant.municipality.code],
            identities=Identities(
                tenant.municipality.code,
                stores.own[tenant.municipality.code],
                agreed[tenant.municipality.code],
                clock.now,
            ),
        )
        for tenant in hub.tenants
    }
    links = CareLinks(
        stores.own,
        {code: place.book for code, place in places.items()},
        clock.now,
        address=hub.settings.address,
        guesses=guesses,
        client=client,
    )
    telling = CareTelling(places, links, engine, clock.now)
    anew = CareAnew(places, telling, clock.now, guesses=guesses, client=client)
    return CareWays(telling=telling, links=links, anew=anew, places=places)
