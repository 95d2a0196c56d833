"""Reading `products/NAME.toml`: which APIs are offered, to whom, and for how long."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from byalag.app._document import Document
from byalag.app._locate import KeyPath
from byalag.app._problem import Problem, suggest
from byalag.app._read_kind import NAME
from byalag.governance import Life, Plan, Product
from byalag.model import Contact, Words
from byalag.pages import languages

FOLDER = "products"
_BAD_NAME: Words = {
    "sv": "en produkts filnamn skrivs med a-z, 0-9 och bindestreck.",
    "en": "the file name of a product is written with a-z, 0-9 and hyphens.",
}


@cache
def known_apis() -> Mapping[str, str]:
    """Return the APIs there are, by name, and the version of each as its address has it ("v1")."""
    from byalag.app._services import declared  # noqa: PLC0415 -- only a hub with products asks
    from byalag.app._standards import standards  # noqa: PLC0415 -- only a hub with products asks

    named = {one.name: f"v{one.version.partition('.')[0]}" for one in declared({})}
    spoken = {one.name: one.root.rpartition("/")[2] for one in standards()}
    return named | spoken | dict.fromkeys(("observations", "deliveries", "files"), "v1")


def read_products(
    folder: Path, codes: Mapping[str, str], contact: Contact | None, problems: list[Problem]
) -> Mapping[str, Product]:
    """Return the products of a hub, noting what is wrong in their files.

    `codes` are the municipalities' names by code, `contact` is the hub's own.
    """
    found: dict[str, tuple[Document, Product]] = {}
    for file in sorted(folder.glob(f"{FOLDER}/*.toml")):
        document = Document(file, folder, problems)
        if not document.sound:
            continue
        if not NAME.match(file.stem):
            problems.append(Problem(file=document.file, why=_BAD_NAME))
        document.values.setdefault("id", file.stem)
        product = document.read(Product)
        if product is not None:
            _check(document, product, file.stem, codes)
            _advise(document, product, contact)
            found[product.id] = document, product
    for document, product in found.values():
        for path, life in _lives(product):
            _check_successor(document, (*path, "successor"), life.successor, product.id, found)
    return {name: product for name, (_, product) in found.items()}


def _check(document: Document, product: Product, stem: str, codes: Mapping[str, str]) -> None:
    """Note what cannot be meant."""
    if product.id != stem:
        document.blame(
            ("id",),
            {"sv": f"ska vara filens namn, {stem!r}.", "en": f"must be the file's name, {stem!r}."},
        )
    if not any(product.title.get(language) for language in languages()):
        known = ", ".join(f'{language} = "..."' for language in languages())
        document.blame(
            ("title",),
            {
                "sv": f"måste anges på ett språk som sidorna finns på: title = {{ {known} }}.",
                "en": f"must be given in a language of the pages: title = {{ {known} }}.",
            },
        )
    if product.municipality and product.municipality not in codes:
        known = suggest(product.municipality, codes)
        document.blame(
            ("municipality",),
            {
                "sv": f"kommunen finns inte i navet; det här finns: {known}.",
                "en": f"the municipality is not in the hub; there is {known}.",
            },
        )
    _check_apis(document, product)
    for path, life in _lives(product):
        _check_life(document, path, life)
    for name, plan in product.plans.items():
        _check_plan(document, product, name, plan)


def _check_apis(document: Document, product: Product) -> None:
    if not product.apis:
        _blame_api(document, ("apis",), "")
    for number, name in enumerate(product.apis):
        if not _exists(name):
            _blame_api(document, ("apis", number), name)
    for name in product.versions:
        api, _, version = name.partition("/")
        if not _exists(name) or not product.has(api, version):
            _blame_version(document, name, product)


def _exists(name: str) -> bool:
    api, _, version = name.partition("/")
    return api in known_apis() and version in {"", known_apis()[api]}


def _blame_api(document: Document, path: KeyPath, given: str) -> None:
    api, _, version = given.partition("/")
    if api in known_apis():
        known = f"{api}/{known_apis()[api]}"
        words: Words = {
            "sv": f"{api} finns inte i version {version}; det här finns: {known}.",
            "en": f"{api} has no version {version}; there is {known}.",
        }
    else:
        known = suggest(given, known_apis())
        words = {
            "sv": f"API:et {given!r} finns inte; det här finns: {known}.",
            "en": f"there is no API {given!r}; there is {known}.",
        }
    document.blame(path, words)


def _blame_version(document: Document, name: str, product: Product) -> None:
    known = ", ".join(f"{api}/{known_apis()[api]}" for api in known_apis() if product.has(api))
    document.blame(
        ("versions", name),
        {
            "sv": f"produkten har inte {name!r}; den har {known}.",
            "en": f"the product does not have {name!r}; it has {known}.",
        },
    )


def _lives(product: Product) -> Iterator[tuple[KeyPath, Life]]:
    """Yield each life that the file tells of, and where it stands."""
    yield (), product.life
    for name, life in product.versions.items():
        yield ("versions", name), life


def _check_life(document: Document, path: KeyPath, life: Life) -> None:
    if life.state == "deprecated" and life.deprecated is None:
        document.blame(
            (*path, "deprecated"),
            {
                "sv": "måste anges när state är deprecated: dagen från vilken ingen ny ska börja.",
                "en": "must be given when state is deprecated: the day from which nobody new "
                "should begin.",
            },
        )
    if life.sunset and life.deprecated and life.sunset < life.deprecated:
        document.blame(
            (*path, "sunset"),
            {
                "sv": "kan inte vara före deprecated (RFC 9745).",
                "en": "cannot be before deprecated (RFC 9745).",
            },
        )


def _check_plan(document: Document, product: Product, name: str, plan: Plan) -> None:
    if product.municipality and not plan.approval:
        document.blame(
            ("plans", name, "approval"),
            {
                "sv": "måste vara true: produkten ger kommunens egna uppgifter, och en "
                "informationsförvaltare släpper in varje applikation.",
                "en": "must be true: the product gives the municipality's own data, and a steward "
                "lets each application in.",
            },
        )


def _check_successor(
    document: Document, path: KeyPath, given: str, own: str, products: Mapping[str, object]
) -> None:
    if not given or (given != own and (given in products or _exists(given))):
        return
    known = suggest(given, [*(name for name in products if name != own), *known_apis()])
    document.blame(
        path,
        {
            "sv": f"{given!r} är ingen annan produkt och inget API; det här finns: {known}.",
            "en": f"{given!r} is no other product and no API; there is {known}.",
        },
    )


def _advise(document: Document, product: Product, contact: Contact | None) -> None:
    """Note what can be meant, and is seldom wanted."""
    if not any(one and (one.email or one.url or one.phone) for one in (product.contact, contact)):
        document.blame(
            ("contact",),
            {
                "sv": "ingen att fråga: ange contact här eller i hub.toml.",
                "en": "nobody to ask: give contact here or in hub.toml.",
            },
            warning=True,
        )
    for name, plan in product.plans.items():
        if not plan.limited:
            document.blame(
                ("plans", name),
                {
                    "sv": "planen har ingen gräns: ange rate (frågor i sekunden) eller quota "
                    "(frågor i månaden).",
                    "en": "the plan has no limit: give rate (questions a second) or quota "
                    "(questions a month).",
                },
                warning=True,
            )
        if plan.burst is not None and plan.rate is None:
            document.blame(
                ("plans", name, "burst"),
                {
                    "sv": "gör ingenting utan rate, som säger hur snabbt det fylls på.",
                    "en": "does nothing without rate, which says how fast it is filled again.",
                },
                warning=True,
            )
    if product.state == "retired" and not product.successor:
        document.blame(
            ("successor",),
            {
                "sv": "den som frågar får veta att produkten är borta, men inte vad som ersätter "
                "den.",
                "en": "whoever asks is told that the product is gone, and not what replaces it.",
            },
            warning=True,
        )
