"""What a hub shows over HTTP: all its parts put together from its settings and its stores."""

from collections.abc import Callable, Mapping

from msgspec import structs

from byalag.app._about_people import noting
from byalag.app._access import Rules
from byalag.app._beside import Beside
from byalag.app._cabinet import cabinet
from byalag.app._care_book import CareBook, books
from byalag.app._care_pages import care_pages
from byalag.app._care_push import care_push
from byalag.app._care_ways import CareWays
from byalag.app._catalogues import catalogues
from byalag.app._client import Proxies
from byalag.app._condition import Condition
from byalag.app._desk import desk
from byalag.app._face import Face
from byalag.app._guesses import Guesses
from byalag.app._http import Application, application
from byalag.app._hub import Hub
from byalag.app._keyring import live_keyring
from byalag.app._metered_hub import measuring
from byalag.app._people import people
from byalag.app._portal import portal, withheld
from byalag.app._review import review
from byalag.app._services import completed
from byalag.app._standards import standards
from byalag.app._stewardship import ordered
from byalag.app._stores import Stores
from byalag.app._tenant_look import marks_of
from byalag.app._tenant_states import Standings, of_those_here, opened
from byalag.app._tokens import tokens
from byalag.app._usage_api import own_usage
from byalag.app._window import Windows, fetching
from byalag.app._words import words
from byalag.engine import Clock, Engine
from byalag.pages import View, error_page, routes
from byalag.pages.developer import guide
from byalag.pages.operations import operations
from byalag.services.care import Lookout
from byalag.store import Failures, lately


def web(  # noqa: PLR0913 -- the parts of a hub that meet here
    hub: Hub,
    stores: Stores,
    engine: Engine,
    clock: Clock,
    condition: Condition | None = None,
    *,
    anchored: Callable[[], None] = lambda: None,
    agreed: Mapping[str, CareBook] | None = None,
    lookouts: Mapping[str, Lookout] | None = None,
    ways: CareWays | None = None,
) -> Application:
    """Build the hub's web application; without a condition, as a worker has it.

    `anchored` raises NotAnchored when nothing about people may be answered. `agreed` are the books
    of homes, by municipality; they are opened here if they are not handed in. `lookouts` are what
    is seen of them, and `ways` what tells people of it.
    """
    agreed = books(hub, stores.own) if agreed is None else agreed
    standings = Standings(stores.register)
    view = _view(hub, stores, clock, standings)
    client = Proxies(hub.settings.proxies).client
    guesses = Guesses(clock.now, Failures(stores.register))
    entry = people(hub, stores, clock, view, guesses, client)
    recognise = of_those_here(live_keyring(hub, stores.register, clock.now).recognise, standings)
    meter, counting = measuring(hub, stores.register, clock.now)
    shown = Rules(key=recognise, now=clock.now, guesses=guesses, client=client)
    return application(
        Face(
            name=hub.settings.name,
            base_url=view.base_url,
            reader=stores.commons,
            now=clock.now,
            receive=engine.receive,
            doors=engine,
            files=cabinet(
                hub, stores, wake=engine.wake, now=clock.now, refuse=engine.refuse_paused
            ),
            windows=structs.replace(windows_of(hub, stores, engine, clock), anchored=anchored),
            catalogues=catalogues(hub, stores, standards(), clock.now),
            key=recognise,
            meter=meter,
            counting=counting,
            health=engine.status,
            municipalities=view.municipalities,
            contact=hub.settings.contact,
            services=hub.services,
            pages=routes(view),
            operations=operations(view, desk(hub, stores, engine, clock)),
            error_page=error_page(view),
            products=hub.products,
            guide=guide,
            registry=engine.registry,
            parts=[
                *([entry.part] if entry else []),
                review(view, stores),
                care_pages(view, stores, agreed, lookouts, ways, lambda: engine.stopped),
                *([care_push(hub, ways)] if ways is not None else []),
                words(hub, view, stores),
                tokens(stores.register, shown, view.base_url),
                own_usage(stores.register, view),
                ordered(hub, view, stores.own, engine.status),
                portal(hub.products, stores.register, view, entry.person if entry else None),
            ],
            person=entry.person if entry else None,
            guesses=guesses,
            client=client,
            condition=condition,
            noted=noting(stores, clock.now),
        )
    )


def windows_of(hub: Hub, stores: Stores, engine: Engine, clock: Clock) -> Windows:
    """Return the stores of a hub as standards see them."""
    tenants = {tenant.municipality.code: tenant for tenant in hub.tenants}
    return Windows(
        commons=stores.commons,
        own=stores.own,
        municipalities=[tenant.municipality for tenant in hub.tenants],
        written={code: one for code, tenant in tenants.items() if (one := tenant.written)},
        wake=engine.wake,
        fetch=fetching(near=hub.near is not None),
        now=clock.now,
        beside=Beside(),
        near=hub.near,
        page=hub.settings.ngsi_ld.page,
        refuse=engine.refuse_paused,
    )


def _view(hub: Hub, stores: Stores, clock: Clock, standings: Standings) -> View:
    """Return what all pages of a hub are made of."""
    municipalities = [tenant.municipality for tenant in hub.tenants]
    settings = completed(hub.services, municipalities)
    return View(
        reader=stores.commons,
        now=clock.now,
        name=hub.settings.name,
        base_url=hub.settings.address.rstrip("/"),
        municipalities=municipalities,
        contact=hub.settings.contact,
        languages=hub.settings.languages,
        simulated=hub.simulated,
        baths=settings["baths"],
        parking=settings["parking"],
        login=hub.settings.login is not None,
        marks=marks_of(hub),
        paused=standings.paused,
        opened=lambda code: opened(stores.commons, code),
        quality=lambda id_: lately(stores.commons.quality.of(id_), clock.now()),
        withheld=withheld(hub.products),
    )
