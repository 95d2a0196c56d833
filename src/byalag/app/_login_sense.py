"""Whether what `hub.toml` says of log-in makes sense beyond its form."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from byalag.app._document import Document
from byalag.app._locate import KeyPath
from byalag.app._login_settings import LoginSettings, ProviderSettings
from byalag.app._municipality import municipalities
from byalag.app._problem import suggest
from byalag.model import Words


def check_login(document: Document, login: LoginSettings | None) -> None:
    """Note every provider that could not be used, or not safely."""
    seen: set[str] = set()
    for number, one in enumerate(login.provider if login else ()):
        at: KeyPath = ("login", "provider", number)
        if one.name in seen:
            words: Words = {
                "sv": f"{one.name!r} heter redan en annan; varje sätt att logga in har ett namn.",
                "en": f"{one.name!r} is the name of another; each way to log in has its own.",
            }
            document.blame((*at, "name"), words)
        seen.add(one.name)
        _check_provider(document, at, one)


def check_proxies(document: Document, proxies: tuple[str, ...]) -> None:
    """Note every proxy that is no network."""
    for number, network in enumerate(proxies):
        _check_network(document, ("proxies", number), network)


def _check_provider(document: Document, at: KeyPath, one: ProviderSettings) -> None:
    if one.issuer.startswith("http:") and not _is_near(one.issuer):
        words: Words = {
            "sv": "utfärdaren måste nås med https, annars kan vem som helst svara i dess ställe.",
            "en": "the issuer must be reached by https, or anyone could answer in its stead.",
        }
        document.blame((*at, "issuer"), words)
    if "openid" not in one.scopes:
        words = {
            "sv": 'måste ha "openid" med: utan det säger utfärdaren inte vem det är.',
            "en": 'must have "openid": without it the issuer does not say who it is.',
        }
        document.blame((*at, "scopes"), words)
    for number, network in enumerate(one.on_premises):
        _check_network(document, (*at, "on_premises", number), network)
    for number, code in enumerate(one.municipalities):
        _check_code(document, (*at, "municipalities", number), code)
    for number, rule in enumerate(one.role):
        if rule.municipality not in {"", "hub"}:
            _check_code(document, (*at, "role", number, "municipality"), rule.municipality)
    missing = [word for word in one.acr_values if word not in one.acr]
    if missing:
        words = {
            "sv": f"{missing[0]!r} begärs men står inte i acr, så svaret blir inte värt något.",
            "en": f"{missing[0]!r} is asked for but is not in acr, so the answer is worth nothing.",
        }
        document.blame((*at, "acr_values"), words, warning=True)


def _check_code(document: Document, path: KeyPath, code: str) -> None:
    if code not in municipalities():
        near = suggest(code, municipalities()).split(", ")[0]
        words: Words = {
            "sv": f"{code} är ingen svensk kommunkod; menade du {near}?",
            "en": f"{code} is no Swedish municipality code; did you mean {near}?",
        }
        document.blame(path, words)


def _check_network(document: Document, path: KeyPath, text: str) -> None:
    try:
        ip_network(text)
    except ValueError:
        words: Words = {
            "sv": f"{text!r} är inget nätverk; skriv det som 10.20.0.0/16 eller 10.20.3.4/32.",
            "en": f"{text!r} is no network; write it as 10.20.0.0/16 or 10.20.3.4/32.",
        }
        document.blame(path, words)


def _is_near(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
