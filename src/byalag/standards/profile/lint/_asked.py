"""Rules of how an API is asked: UFN, RES, VER, FNS, ARQ and FOR."""

import re
from collections.abc import Iterator
from typing import Final

from byalag.standards.profile.lint._document import (
    Document,
    Operation,
    Placed,
    named,
    placed_in,
    table,
)
from byalag.standards.profile.lint._rule import Rule, Trace

_BASE = re.compile(r"[a-z][a-z0-9+.-]*://[^/]+/[^/]+/v[0-9]+/?")
_HTTPS = re.compile(r"https://[^/:]+(:443)?(/.*)?")
_SIGNS = re.compile(r"[a-z0-9/\-.~]*")
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TEMPLATE = re.compile(r"\{[^{}]*\}")
_PERSON = re.compile(
    r"pnr|personalidentitynumber|personnummer|personnr|ssn|socialsecuritynumber", re.IGNORECASE
)
_SAFE = re.compile(r"[A-Za-z0-9\-._~]+")
_LONGEST = 2048
_USUAL = 20


def _parameters(document: Document, where: str) -> Iterator[Placed]:
    for operation in document.operations:
        yield from (one for one in operation.parameters if placed_in(one) == where)


def _base(document: Document) -> Iterator[Trace]:
    for server in document.servers():
        if not _BASE.fullmatch(server.value):
            yield Trace(server.at, server.value)


def _https(document: Document) -> Iterator[Trace]:
    for server in document.servers():
        if not _HTTPS.fullmatch(server.value):
            yield Trace(server.at, server.value)


def _secure(document: Document) -> Iterator[Trace]:
    for server in document.servers():
        if not server.value.startswith("https://"):
            yield Trace(server.at, server.value)


def _versioned(document: Document) -> Iterator[Trace]:
    for server in document.servers():
        if not re.search(r"/v[0-9]+(/|$)", server.value):
            yield Trace(server.at, server.value)


def _paths(document: Document) -> Iterator[tuple[str, str]]:
    for path in document.paths:
        yield Placed("/paths", None) / path, path


def _signs(document: Document) -> Iterator[Trace]:
    for at, path in _paths(document):
        if not _SIGNS.fullmatch(_TEMPLATE.sub("", path)):
            yield Trace(at, path)


def _hyphens(document: Document) -> Iterator[Trace]:
    for at, path in _paths(document):
        fixed = [part for part in path.split("/") if part and not part.startswith("{")]
        if not all(_WORD.fullmatch(part) for part in fixed):
            yield Trace(at, path)


def _spaces(document: Document) -> Iterator[Trace]:
    for at, path in _paths(document):
        if re.search(r"[ _]", _TEMPLATE.sub("", path)):
            yield Trace(at, path)


def _length(document: Document) -> Iterator[Trace]:
    longest = max((len(server.value) for server in document.servers()), default=0)
    path = max((len(path) for path in document.paths), default=0)
    if longest + path > _LONGEST:
        yield Trace("/paths")


def _persons(document: Document) -> Iterator[Trace]:
    for where in ("query", "path"):
        for one in _parameters(document, where):
            if _PERSON.fullmatch(named(one)):
                yield Trace(one.at, named(one))


def _about_itself(document: Document) -> Iterator[Trace]:
    if "/api-info" not in document.paths:
        yield Trace("/paths")


def _style(name: str) -> str:
    if "-" in name:
        return "kebab"
    if "_" in name.lstrip("_"):
        return "snake"
    return "camel" if any(c.isupper() for c in name) else "flat"


def _one_style(document: Document) -> Iterator[Trace]:
    names = dict.fromkeys(named(one) for one in _parameters(document, "query"))
    styles = {_style(name) for name in names}
    if "kebab" in styles or {"snake", "camel"} <= styles:
        yield Trace("/paths", ", ".join(name for name in names if _style(name) != "flat"))


def _first_letter(document: Document) -> Iterator[Trace]:
    for one in _parameters(document, "query"):
        if not re.match(r"[A-Za-z]", named(one)):
            yield Trace(one.at, named(one))


def _voluntary(document: Document) -> Iterator[Trace]:
    for one in _parameters(document, "query"):
        if table(one.value).get("required"):
            yield Trace(one.at, named(one))


def _safe_names(document: Document) -> Iterator[Trace]:
    for one in _parameters(document, "query"):
        if not _SAFE.fullmatch(named(one)):
            yield Trace(one.at, named(one))


def _paged(document: Document) -> Iterator[tuple[Operation, dict[str, Placed]]]:
    for operation in document.operations:
        asked = {named(one): one for one in operation.parameters if placed_in(one) == "query"}
        if "page" in asked or "offset" in asked:
            yield operation, asked


def _limit(document: Document) -> Iterator[Trace]:
    for operation, asked in _paged(document):
        if "limit" not in asked:
            yield Trace(operation.placed.at)


def _default(document: Document, one: Placed) -> object:
    schema = document.at("", table(one.value).get("schema"))
    return table(schema.value).get("default")


def _first_page(document: Document) -> Iterator[Trace]:
    for _, asked in _paged(document):
        if "page" in asked and _default(document, asked["page"]) != 1:
            yield Trace(asked["page"].at)


def _usual_limit(document: Document) -> Iterator[Trace]:
    for _, asked in _paged(document):
        if "limit" in asked and _default(document, asked["limit"]) != _USUAL:
            yield Trace(asked["limit"].at)


def _header_payload(document: Document) -> Iterator[Trace]:
    for one in _parameters(document, "header"):
        schema = table(document.at("", table(one.value).get("schema")).value)
        if table(one.value).get("content") or schema.get("type") in {"object", "array"}:
            yield Trace(one.at, named(one))


def _get_body(document: Document) -> Iterator[Trace]:
    for operation, body in document.bodies():
        if operation.method == "get":
            yield Trace(body.at)


RULES: Final = (
    Rule(
        id="UFN.01",
        level="BÖR",
        says={
            "sv": "Skriv adressen som https://domän/api/v1.",
            "en": "Write the address as https://domain/api/v1.",
        },
        broken=_base,
    ),
    Rule(
        id="UFN.02",
        level="SKALL",
        says={"sv": "Använd HTTPS på port 443.", "en": "Use HTTPS on port 443."},
        broken=_https,
    ),
    Rule(
        id="UFN.05",
        level="BÖR INTE",
        says={
            "sv": "Adresser bör inte vara längre än 2 048 tecken.",
            "en": "Addresses should not be longer than 2,048 characters.",
        },
        broken=_length,
    ),
    Rule(
        id="UFN.07",
        level="SKALL",
        says={
            "sv": "Använd bara a-z, 0-9, bindestreck, punkt och tilde i sökvägar.",
            "en": "Use only a-z, 0-9, hyphen, full stop and tilde in paths.",
        },
        broken=_signs,
    ),
    Rule(
        id="UFN.08",
        level="SKALL",
        says={
            "sv": "Skilj ord i sökvägar med bindestreck.",
            "en": "Separate words in paths by hyphens.",
        },
        broken=_hyphens,
    ),
    Rule(
        id="UFN.09",
        level="SKALL INTE",
        says={
            "sv": "Ha inte mellanslag eller understreck i sökvägar.",
            "en": "Have no spaces or underscores in paths.",
        },
        broken=_spaces,
    ),
    Rule(
        id="RES.02",
        level="BÖR INTE",
        says={
            "sv": "Visa inte personnummer i adresser.",
            "en": "Do not show personal identity numbers in addresses.",
        },
        broken=_persons,
    ),
    Rule(
        id="RES.06",
        level="SKALL",
        says={
            "sv": "Skriv resurser med gemener, siffror och bindestreck.",
            "en": "Write resources in lower case, with digits and hyphens.",
        },
        broken=_hyphens,
    ),
    Rule(
        id="VER.05",
        level="BÖR",
        says={
            "sv": "Skriv v och huvudversionens nummer i adressen.",
            "en": "Write v and the major version's number in the address.",
        },
        broken=_versioned,
    ),
    Rule(
        id="VER.06",
        level="SKALL",
        says={
            "sv": "Berätta om API:et på /api-info.",
            "en": "Tell of the API at /api-info.",
        },
        broken=_about_itself,
    ),
    Rule(
        id="FNS.01",
        level="SKALL",
        says={
            "sv": "Skriv alla parametrar i samma stil.",
            "en": "Write all parameters in one style.",
        },
        broken=_one_style,
    ),
    Rule(
        id="FNS.03",
        level="SKALL",
        says={
            "sv": "Börja parametrars namn med en bokstav.",
            "en": "Begin the names of parameters with a letter.",
        },
        broken=_first_letter,
    ),
    Rule(
        id="FNS.05",
        level="BÖR",
        says={
            "sv": "Låt sökparametrar vara frivilliga.",
            "en": "Let search parameters be optional.",
        },
        broken=_voluntary,
    ),
    Rule(
        id="FNS.06",
        level="BÖR",
        says={
            "sv": "Använd tecken i parametrars namn som inte behöver kodas i en adress.",
            "en": "Use signs in parameters' names that need no encoding in an address.",
        },
        broken=_safe_names,
    ),
    Rule(
        id="FNS.07",
        level="SKALL",
        says={
            "sv": "Ha limit tillsammans med page eller offset.",
            "en": "Have limit together with page or offset.",
        },
        broken=_limit,
    ),
    Rule(
        id="FNS.08",
        level="SKALL",
        says={"sv": "Låt page börja på 1.", "en": "Let page begin at 1."},
        broken=_first_page,
    ),
    Rule(
        id="FNS.09",
        level="BÖR",
        says={"sv": "Låt limit vara 20 om inget sägs.", "en": "Let limit be 20 when left out."},
        broken=_usual_limit,
    ),
    Rule(
        id="ARQ.05",
        level="SKALL INTE",
        says={
            "sv": "Skicka inte innehåll i huvuden.",
            "en": "Do not send payload in headers.",
        },
        broken=_header_payload,
    ),
    Rule(
        id="FOR.02",
        level="SKALL INTE",
        says={"sv": "GET ska inte ha något innehåll.", "en": "GET must have no body."},
        broken=_get_body,
    ),
    Rule(
        id="SAK.01",
        level="SKALL",
        says={"sv": "Kryptera: TLS 1.2 eller senare.", "en": "Encrypt: TLS 1.2 or later."},
        broken=_secure,
    ),
)
