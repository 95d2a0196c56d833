"""Serves the tests' hub as a program of its own: `python -m tests.pages._serve FOLDER PORT`."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.responses import HTMLResponse
from starlette.routing import Route

from byalag.app._beside import Beside
from byalag.app._catalogues import Catalogues
from byalag.app._face import Face
from byalag.app._http import Application, application
from byalag.app._window import Windows
from byalag.engine import Receipt
from byalag.governance import Keyring, NotAllowed
from byalag.pages import View, error_page, routes
from byalag.pages.developer import guide
from byalag.pages.operations import operations
from byalag.standards import NotFetched
from byalag.store import Store
from tests.pages import _account, _care, _desk, _hub, _order, _portal, _words

# What axe-core must find fault with, or the check is broken.
BROKEN = """<!doctype html><html><head></head><body><img src="/s/x.svg"><input type="text">
<p style="color:#bbb;background:#fff">Kontrast</p><a href="/"></a><button></button>
<select></select><h4>Rubrik</h4><table><td>x</table><p lang="xx-nonsense">y</p></body></html>"""


async def refuse(_municipality: str, _body: bytes, _media: str, _key: str | None, /) -> Receipt:
    """Take nothing: the pages only read."""
    raise NotAllowed


async def fetch(address: str, _accept: str) -> bytes:
    """Ask nobody: the pages only read."""
    raise NotFetched(address)


def windows(store: Store, view: View) -> Windows:
    """See the hub as standards see it."""
    return Windows(
        commons=store,
        own={},
        municipalities=view.municipalities,
        written={},
        wake=lambda _: None,
        fetch=fetch,
        now=view.now,
        beside=Beside(),
    )


def catalogues(store: Store, view: View) -> Catalogues:
    """Tell of what the hub publishes."""
    return Catalogues(
        reader=store,
        address=view.base_url,
        name=view.name,
        contact=view.contact,
        now=view.now,
        municipalities={town.code: town for town in view.municipalities},
        services=(),
        words=_words.vocabulary,
    )


def application_of(store: Store, base_url: str, at: datetime = _hub.NOW) -> Application:
    """Build the hub's application: pages, APIs, errors and headers, as it is served."""
    view = _hub.view(store, base_url, at)
    broken = Route("/broken", lambda _: HTMLResponse(BROKEN))
    return application(
        Face(
            name=view.name,
            base_url=base_url,
            reader=store,
            now=view.now,
            receive=refuse,
            key=Keyring([_desk.KEY]).recognise,
            municipalities=view.municipalities,
            contact=view.contact,
            windows=windows(store, view),
            catalogues=catalogues(store, view),
            pages=[*routes(view), broken],
            operations=operations(view, _desk.desk(view.now(), store)),
            error_page=error_page(view),
            products=_portal.PRODUCTS,
            guide=guide,
            parts=[
                _account.part(store.path.parent, view, store),
                _portal.part(store.path.parent, view),
                _order.part(store.path.parent, view, store),
                _words.part(store.path.parent, view, store),
                _care.part(store.path.parent, view, store),
            ],
            person=lambda scope: (
                _words.person(scope)
                or _account.person(scope)
                or _order.person(scope)
                or _portal.person(scope)
                or _care.person(scope)
            ),
        )
    )


def main(folder: Path, port: int) -> None:
    """Serve pages and APIs until stopped."""
    app = application_of(_hub.filled(folder), f"http://127.0.0.1:{port}")
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI)
    asyncio.run(server.serve())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
