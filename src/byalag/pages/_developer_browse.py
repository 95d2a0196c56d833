"""Pages where developers look at the APIs, read about them and try them. Open to everyone."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from byalag.governance import Life, Product
from byalag.pages._developer import Api, Portal, offered
from byalag.pages._developer_call import GIVEN, Called, examples, filled, usual
from byalag.pages._developer_document import Operation, parted
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.standards.profile import TROUBLES

_JSON = frozenset({"application/json", "application/geo+json", "application/ld+json"})
_USUAL = Life()


async def show_developer(
    site: Site, portal: Portal, language: Language, request: Request
) -> Response:
    """Answer with the APIs and the products there are; `q` looks for a word among them."""
    asked = request.query_params.get("q", "")[:100].strip()
    return await _index(site, portal, language, request, asked)


async def _index(  # noqa: PLR0913, PLR0917 -- what makes one page
    site: Site,
    portal: Portal,
    language: Language,
    request: Request,
    asked: str,
    status: int = 200,
) -> Response:
    apis = await portal.apis(request)
    found = _search(apis, asked, language) if asked else []
    return await _page(
        site,
        portal,
        language,
        request,
        "developer.html",
        here="developer",
        status=status,
        apis=apis,
        products=offered(portal, drafts=portal.steward(request)),
        asked=asked,
        found=found,
    )


async def show_api(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Answer with what one API is, and all that can be asked of it.

    Whoever looks for one that is not there is shown those that are, and what is like it.
    """
    api = await _api(portal, request)
    if api is None:
        return await _index(site, portal, language, request, request.path_params["api"], 404)
    return await _page(
        site,
        portal,
        language,
        request,
        "developer_api.html",
        here="developer_api",
        named={"api": api.name},
        api=api,
        life=api.life or _USUAL,
        owners=_owners(site, portal, api),
        conformance=_has(api, "/conformance"),
    )


async def show_operation(
    site: Site, portal: Portal, language: Language, request: Request
) -> Response:
    """Answer with one operation, and with what the API answers when somebody tries it."""
    api, wanted = await _api(portal, request), request.path_params["operation"]
    operation = api.document.operation(wanted) if api and api.document else None
    if api is None or operation is None:
        return await _index(site, portal, language, request, wanted, 404)
    given = dict(request.query_params) if request.query_params else usual(operation)
    tries = operation.method == "GET" and not operation.keyed
    below = filled(operation, given)
    called: Called | None = None
    if tries and below is not None and "go" in request.query_params:
        called = await portal.call(request, api.root + below[0], below[1])
    path, query = below or (operation.path, "")
    address = f"{site.view.base_url}{api.root}{path}{'?' if query else ''}{query}"
    return await _page(
        site,
        portal,
        language,
        request,
        "developer_operation.html",
        here="developer_operation",
        named={"api": api.name, "operation": operation.id},
        api=api,
        life=api.life or _USUAL,
        operation=operation,
        given=given,
        prefix=GIVEN,
        tries=tries,
        lacking="go" in request.query_params and below is None,
        called=called,
        examples=examples(operation, address),
    )


async def show_product(
    site: Site, portal: Portal, language: Language, request: Request
) -> Response:
    """Answer with one product: its APIs, its plans and what has changed."""
    product = portal.products.get(request.path_params["product"])
    if product is None or (product.state == "draft" and not portal.steward(request)):
        raise HTTPException(404)
    apis = [one for one in await portal.apis(request) if product in one.products]
    return await _page(
        site,
        portal,
        language,
        request,
        "developer_product.html",
        here="developer_product",
        named={"product": product.id},
        product=product,
        apis=apis,
        owner=_owner(site, portal, product),
        successor=portal.products.get(product.successor),
    )


async def show_limits(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Answer with how much may be asked, and every error that there is."""
    return await _page(
        site,
        portal,
        language,
        request,
        "developer_limits.html",
        here="developer_limits",
        troubles=sorted(TROUBLES.items(), key=lambda one: (one[1].status, one[0])),
        products=[one for one in offered(portal, drafts=False) if one.plans],
    )


async def show_status(site: Site, portal: Portal, language: Language, request: Request) -> Response:
    """Answer with how each API is just now, and with what has changed."""
    apis = await portal.apis(request)
    answers = {
        api.root: await portal.call(request, f"{api.root}/api-info", "")
        for api in apis
        if api.document
    }
    changes = sorted(
        (
            (change.at, product, change)
            for product in offered(portal, drafts=False)
            for change in product.changes
        ),
        key=lambda one: one[0],
        reverse=True,
    )
    return await _page(
        site,
        portal,
        language,
        request,
        "developer_status.html",
        here="developer_status",
        apis=apis,
        answers=answers,
        changes=changes,
    )


async def _page(  # noqa: PLR0913 -- what makes one page
    site: Site,
    portal: Portal,
    language: Language,
    request: Request,
    template: str,
    *,
    here: str,
    named: dict[str, str] | None = None,
    **context: Any,  # noqa: ANN401 -- whatever a template shows
) -> Response:
    """Write a page in a thread: a document of forty operations takes its time."""
    said = partial(parted, language=language.code)
    context |= {"said": said, "steward": portal.steward(request), "town": portal.municipality}
    make = partial(site.page, request, language, template, here=here, named=named, **context)
    return await run_in_threadpool(make)


async def _api(portal: Portal, request: Request) -> Api | None:
    name = request.path_params["api"]
    return next((one for one in await portal.apis(request) if one.name == name), None)


def _owners(site: Site, portal: Portal, api: Api) -> list[str]:
    """Return who answers for an API: the owners of its products, else the hub."""
    found = [_owner(site, portal, product) for product in api.products]
    return list(dict.fromkeys(found)) or [site.view.contact.name or site.view.name]


def _owner(site: Site, portal: Portal, product: Product) -> str:
    if product.owner or not product.municipality:
        return product.owner or site.view.contact.name or site.view.name
    return portal.municipality(product.municipality)


def _has(api: Api, path: str) -> bool:
    operations = api.document.operations if api.document else ()
    return any(one.path == path for one in operations)


def _search(apis: Sequence[Api], asked: str, language: Language) -> list[tuple[Api, Operation]]:
    """Return the operations in which every word that is asked for is found."""
    words = asked.casefold().split()
    found: list[tuple[Api, Operation]] = []
    for api in apis:
        for one in api.document.operations if api.document else ():
            text = f"{api.name} {one.id} {one.path} {parted(one.summary, language.code)}"
            if all(word in text.casefold() for word in words):
                found.append((api, one))
    return found
