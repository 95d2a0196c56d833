"""Rules of what a document tells: DOK, AME, DOT and MOG."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from byalag.standards.profile.lint._document import Document, Placed, rows, table, text
from byalag.standards.profile.lint._rule import Rule, Trace

_SWEDISH = re.compile(r"\b(och|för|är|att|av)\b", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(the|and|for|of|is)\b", re.IGNORECASE)
_LIMITS = re.compile(r"limit|begränsning|problem", re.IGNORECASE)
_SLA = re.compile(r"service level agreement|sla", re.IGNORECASE)
_MOMENT = re.compile(r"(date|time|updated|modified|issued|At)$", re.IGNORECASE)
_CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PLAIN = re.compile(r"[A-Za-z0-9_]+")
_FORMATS = frozenset({"date", "date-time", "time", "duration"})
_GOOD = 400  # status codes below this are answers that went well


def _documented(document: Document) -> Iterator[Trace]:
    outside = table(document.root.get("externalDocs"))
    if not (outside.get("url") and outside.get("description")):
        yield Trace("/externalDocs")


def _described(document: Document) -> Iterator[Trace]:
    info = document.info
    lacking = [name for name in ("version", "title", "description") if not info.get(name)]
    for part, names in (("contact", ("name", "url", "email")), ("license", ("name", "url"))):
        lacking += [f"{part}.{name}" for name in names if not table(info.get(part)).get(name)]
    if lacking:
        yield Trace("/info", ", ".join(lacking))


def _two_languages(document: Document) -> Iterator[Trace]:
    told = text(document.info.get("description"))
    if not (_SWEDISH.search(told) and _ENGLISH.search(told)):
        yield Trace("/info/description")


def _service_level(document: Document) -> Iterator[Trace]:
    sla = table(document.info.get("x-sla"))
    outside = table(document.root.get("externalDocs"))
    told = all(sla.get(name) for name in ("availability", "responseTime", "support"))
    linked = outside.get("url") and _SLA.search(text(outside.get("description")))
    if not (document.info.get("termsOfService") or told or linked):
        yield Trace("/info")


def _limits(document: Document) -> Iterator[Trace]:
    told = text(document.info.get("description"))
    told += text(table(document.root.get("externalDocs")).get("description"))
    if not (_LIMITS.search(told) or document.info.get("x-limitations")):
        yield Trace("/info")


def _purpose(document: Document) -> Iterator[Trace]:
    if not text(document.info.get("description")).strip():
        yield Trace("/info/description")


def _examples(document: Document) -> Iterator[Trace]:
    for media, held in document.contents():
        said = table(held.value)
        schema = table(document.at("", said.get("schema")).value)
        shown = any(part.get(key) for part in (said, schema) for key in ("examples", "example"))
        if media == "application/json" and not shown and "example" not in said:
            yield Trace(held.at)


def _newest(document: Document) -> Iterator[Trace]:
    version = text(document.root.get("openapi"))
    if not version.startswith("3.1."):
        yield Trace("/openapi", version)


def _operations(document: Document) -> Iterator[Trace]:
    for operation in document.operations:
        if not (operation.said.get("description") or operation.said.get("summary")):
            yield Trace(operation.placed.at)


def _codes(document: Document) -> Iterator[Trace]:
    for _, code, response in document.responses():
        if not table(response.value).get("description"):
            yield Trace(response.at, code)


def _authentication(document: Document) -> Iterator[Trace]:
    own = any("security" in operation.said for operation in document.operations)
    if "security" not in document.root and not own:
        yield Trace("/security")


def _json_answers(document: Document) -> Iterator[Trace]:
    for _, code, response in document.responses():
        content = table(table(response.value).get("content"))
        good = code.isdigit() and int(code) < _GOOD
        if good and content and not any("json" in media for media in content):
            yield Trace(Placed(response.at, None) / "content", ", ".join(content))


def _json_bodies(document: Document) -> Iterator[Trace]:
    for _, body in document.bodies():
        content = table(table(body.value).get("content"))
        if content and not any("json" in media for media in content):
            yield Trace(body / "content", ", ".join(content))


def _field_style(document: Document) -> Iterator[Trace]:
    for name, found in document.properties():
        plain = name.lstrip("_")
        if not (_CAMEL.fullmatch(plain) or _SNAKE.fullmatch(plain)):
            yield Trace(found.at, name)


def _one_style(document: Document) -> Iterator[Trace]:
    names = dict.fromkeys(name.lstrip("_") for name, _ in document.properties())
    snake = [name for name in names if "_" in name]
    camel = [name for name in names if "_" not in name and any(c.isupper() for c in name)]
    if snake and camel:
        yield Trace("/components/schemas", f"{snake[0]}, {camel[0]}")


def _plain_names(document: Document) -> Iterator[Trace]:
    for name, found in document.properties():
        if not _PLAIN.fullmatch(name):
            yield Trace(found.at, name)


def _moments(document: Document) -> Iterator[Trace]:
    for name, found in document.properties():
        said = table(found.value)
        kinds = said.get("type")
        is_text = kinds == "string" or "string" in rows(kinds)
        if _MOMENT.search(name) and is_text and said.get("format") not in _FORMATS:
            yield Trace(found.at, name)


def _links(document: Document) -> Iterator[Trace]:
    told = msgspec.json.encode([document.root.get("components"), document.root.get("paths")])
    if not re.search(rb'"(_links|links|href)"', told):
        yield Trace("/paths")


RULES: Final = (
    Rule(
        id="DOK.01",
        level="BÖR",
        says={
            "sv": "Ange var dokumentationen finns: externalDocs med url och description.",
            "en": "Say where the documentation is: externalDocs with url and description.",
        },
        broken=_documented,
    ),
    Rule(
        id="DOK.03",
        level="SKALL",
        says={
            "sv": "Fyll i info: version, titel, beskrivning, kontakt och licens.",
            "en": "Fill in info: version, title, description, contact and licence.",
        },
        broken=_described,
    ),
    Rule(
        id="DOK.06",
        level="BÖR",
        says={
            "sv": "Beskriv API:et på både svenska och engelska.",
            "en": "Describe the API in both Swedish and English.",
        },
        broken=_two_languages,
    ),
    Rule(
        id="DOK.08",
        level="SKALL",
        says={
            "sv": "Beskriv servicenivån: termsOfService, x-sla eller ett avtal i externalDocs.",
            "en": "Describe the service level: termsOfService, x-sla or an SLA in externalDocs.",
        },
        broken=_service_level,
    ),
    Rule(
        id="DOK.09",
        level="SKALL",
        says={
            "sv": "Beskriv kända begränsningar, i info.description eller x-limitations.",
            "en": "Describe known problems and limits, in info.description or x-limitations.",
        },
        broken=_limits,
    ),
    Rule(
        id="DOK.11",
        level="SKALL",
        says={
            "sv": "Beskriv vad API:et är till för, i info.description.",
            "en": "Describe what the API is for, in info.description.",
        },
        broken=_purpose,
    ),
    Rule(
        id="DOK.15",
        level="SKALL",
        says={
            "sv": "Visa ett exempel på varje fråga och svar i JSON.",
            "en": "Show an example of every request and response in JSON.",
        },
        broken=_examples,
    ),
    Rule(
        id="DOK.17",
        level="BÖR",
        says={
            "sv": "Använd den senaste OpenAPI-versionen, 3.1.",
            "en": "Use the latest version of OpenAPI, 3.1.",
        },
        broken=_newest,
    ),
    Rule(
        id="DOK.19",
        level="SKALL",
        says={"sv": "Beskriv varje operation.", "en": "Describe every operation."},
        broken=_operations,
    ),
    Rule(
        id="DOK.20",
        level="SKALL",
        says={"sv": "Beskriv varje statuskod.", "en": "Describe every status code."},
        broken=_codes,
    ),
    Rule(
        id="DOK.21",
        level="SKALL",
        says={
            "sv": "Ange hur man legitimerar sig; security: [] när API:et är öppet.",
            "en": "Say how callers authenticate; security: [] when the API is open.",
        },
        broken=_authentication,
    ),
    Rule(
        id="MOG.02",
        level="BÖR",
        says={
            "sv": "Länka vidare från svaren, till exempel i _links.",
            "en": "Link onwards from answers, in _links for example.",
        },
        broken=_links,
    ),
    Rule(
        id="AME.01",
        level="BÖR",
        says={"sv": "Svara i JSON.", "en": "Answer in JSON."},
        broken=_json_answers,
    ),
    Rule(
        id="AME.02",
        level="BÖR",
        says={"sv": "Ta emot JSON.", "en": "Take JSON."},
        broken=_json_bodies,
    ),
    Rule(
        id="AME.04",
        level="BÖR",
        says={
            "sv": "Skriv fältnamn i camelCase eller snake_case.",
            "en": "Write field names in camelCase or snake_case.",
        },
        broken=_field_style,
    ),
    Rule(
        id="AME.05",
        level="SKALL",
        says={
            "sv": "Blanda inte camelCase och snake_case.",
            "en": "Do not mix camelCase and snake_case.",
        },
        broken=_one_style,
    ),
    Rule(
        id="AME.07",
        level="BÖR",
        says={
            "sv": "Använd bara bokstäver och siffror i fältnamn.",
            "en": "Use only letters and digits in field names.",
        },
        broken=_plain_names,
    ),
    Rule(
        id="DOT.04",
        level="SKALL",
        says={
            "sv": "Skriv tider enligt RFC 3339: format date-time eller date.",
            "en": "Write times by RFC 3339: format date-time or date.",
        },
        broken=_moments,
    ),
)
