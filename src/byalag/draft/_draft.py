"""From one answer to a source's file: every reading is planned, the best are written and tried."""

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from byalag.draft._address import country_in, name_in, paging_of
from byalag.draft._findings import findings_of, first_of
from byalag.draft._flat import flatten
from byalag.draft._html import html_readings
from byalag.draft._json import json_readings
from byalag.draft._markup import xml_readings
from byalag.draft._mend import mend
from byalag.draft._peek import PLACEHOLDER, peek
from byalag.draft._plan import Asked, Plan, plan_of
from byalag.draft._platforms import collected
from byalag.draft._reading import Reading, Undraftable, form_of
from byalag.draft._ready import Ready
from byalag.draft._seen import look
from byalag.draft._shipped import shipped
from byalag.draft._table import csv_readings, xlsx_readings
from byalag.draft._texts import Note
from byalag.draft._value import is_object
from byalag.draft._verify import Outcome, verify, worth
from byalag.draft._write import Head, Written, text_of, write, write_ready
from byalag.model import Json, Language, Micros

TRIED: Final = 4  # readings that are written and run
_FIRST: Final = 20  # records that tell whether each has a time
_ROUNDS: Final = 6  # of mending
_AS_GOOD: Final = 2.5  # how much less a kind that knows the format may give: less than all values
_READERS: Final = {
    "json": json_readings,
    "csv": csv_readings,
    "xlsx": xlsx_readings,
    "xml": xml_readings,
    "html": html_readings,
}


class Question(Struct, frozen=True, kw_only=True):
    """Something that the answer does not tell: the setting that it is about, and a sentence."""

    about: str
    text: str


class Draft(Struct, frozen=True, kw_only=True):
    """A source's file, and what a person should look at in it.

    `confidence` is 0 to 1: how much of the answer the file makes use of, and how few questions
    there are. `dataset` and `title` are those of the dataset that the file names.
    """

    text: str
    kind: str
    name: str
    dataset: str
    title: dict[str, str]
    questions: tuple[Question, ...]
    findings: tuple[str, ...]
    confidence: float


class Given(Struct, frozen=True, kw_only=True):
    """One answer, and what is known beside it."""

    body: bytes
    url: str
    media_type: str
    name: str
    type: str
    dataset: str
    owner: str
    headers: dict[str, str]
    now: Micros
    language: Language


def draft(  # noqa: PLR0913 -- what may be known of an answer, each of it by name
    body: bytes,
    *,
    now: Micros,
    url: str = "",
    media_type: str = "",
    name: str = "",
    type: str = "",  # noqa: A002 -- the word of the setting that it becomes
    dataset: str = "",
    owner: str = "",
    headers: dict[str, str] | None = None,
    language: Language = "sv",
) -> Draft:
    """Describe a source from one of its answers.

    `url` is where the answer came from, "" for a file. `name`, `type`, `dataset` and `owner` are
    what a person has said; what is left out is proposed. `headers` were needed to get the answer.

    Raises:
        Undraftable: If nothing in the answer can be read as records.

    """
    given = Given(
        body=body, url=url, media_type=media_type.lower(), name=name, type=type, dataset=dataset,
        owner=owner, headers=headers or {}, now=now, language=language,
    )  # fmt: skip
    form = form_of(body, given.media_type)
    ready = None if type else shipped(body, url)
    known = _ready(given, ready) if ready is not None else None
    if known is not None and ready is not None and not ready.compared:
        return known[0]
    readings = _READERS[form](body)
    asked = Asked(url=url or name, type=type, country=country_in(url))
    plans = [plan_of(reading, asked) for reading in _filled(readings, given)]
    plans.sort(key=lambda plan: -plan.worth)
    tried = [_tried(plan, given) for plan in plans[:TRIED]]
    good = [one for one in tried if not one[1].error and one[1].said]
    if known is not None and known[1] + _AS_GOOD >= max((worth(one[1]) for one in good), default=0):
        return known[0]
    if not good:
        why = next((one[1].error for one in tried if one[1].error), "no record became a thing")
        message = f"nothing in the answer can be read as records ({why})"
        raise Undraftable(message)
    plan, outcome = max(good, key=lambda one: worth(one[1]) + one[0].worth / 2)
    return _drafted(plan, outcome, given)


def _filled(readings: list[Reading], given: Given) -> list[Reading]:
    """Return the readings that have records, read by the kind's own code."""
    found: list[Reading] = []
    for reading in readings:
        if reading.kind == "http-json":
            found.append(collected(reading, given.url))
            continue
        records, _refused = peek(reading.kind, reading.settings, given.body, given.now)
        if records:
            reading.records = records
            reading.document = _beside(reading, given)
            found.append(reading)
    return found


def _beside(reading: Reading, given: Given) -> dict[str, Json]:
    """Return what stands beside the records of XML, where they say no time of their own."""
    columns = flatten(reading.records[:_FIRST]).columns.values()
    timed = any(one.time is not None and one.says("time") for one in map(look, columns))
    if reading.kind != "http-xml" or "html" in reading.settings or timed:
        return reading.document
    around, _ = peek(reading.kind, reading.settings, given.body, given.now, beside=True)
    return around[0] if around and is_object(around[0]) else {}


def _tried(plan: Plan, given: Given) -> tuple[Plan, Outcome]:
    """Write and run a plan, and mend it by what it sets aside, until nothing more helps."""
    outcome = verify(text_of(_written(plan, given, "")), [given.body], given.now)
    for _ in range(_ROUNDS):
        if not mend(plan, outcome):
            break
        outcome = verify(text_of(_written(plan, given, "")), [given.body], given.now)
    return plan, outcome


def _head(given: Given, dataset: str, count: int) -> Head:
    return Head(
        url=given.url or PLACEHOLDER,
        date=f"{datetime.fromtimestamp(given.now / 1_000_000, UTC):%Y-%m-%d}",
        count=count,
        dataset=given.dataset or dataset,
        owner=given.owner,
        headers=given.headers,
        placeholder=not given.url,
    )


def _written(plan: Plan, given: Given, first: str) -> Written:
    head = _head(given, plan.sorted.sort.dataset, plan.reading.size)
    asked = plan.reading.url or head.url
    paged = replace(head, url=asked, paging=paging_of(plan.reading, given.url))
    return write(plan, paged, first, given.language)


def _drafted(plan: Plan, outcome: Outcome, given: Given) -> Draft:
    sort = plan.sorted.sort
    written = _written(plan, given, first_of(outcome))
    found = findings_of(plan.reading.size, outcome)
    named = (given.dataset or sort.dataset, sort.title)
    return _handed(given, written, plan.reading.kind, named, outcome, found)


def _handed(  # noqa: PLR0913, PLR0917 -- all that a draft is made of
    given: Given,
    written: Written,
    kind: str,
    dataset: tuple[str, dict[str, str]],
    outcome: Outcome,
    found: list[Note],
) -> Draft:
    questions = {(about, said.say(given.language)): None for about, said in written.asked}
    return Draft(
        text=text_of(written),
        kind=kind,
        name=given.name or name_in(given.url, dataset[0]),
        dataset=dataset[0],
        title=dataset[1],
        questions=tuple(Question(about=about, text=said) for about, said in questions),
        findings=tuple(said.say(given.language) for said in found),
        confidence=_confidence(outcome, len(questions)),
    )


def _confidence(outcome: Outcome, questions: int) -> float:
    total = outcome.said + len(outcome.aside)
    kept = outcome.said / total if total else 0
    return round(max(0.05, kept - 0.08 * max(questions - 1, 0)), 2)


def _ready(given: Given, ready: Ready) -> tuple[Draft, float] | None:
    """Return a draft of a kind that knows the format, and its worth; None if it cannot read it."""
    head = _head(given, given.dataset or ready.dataset, 0)
    whole = replace(ready, settings={**ready.settings, **ready.tried})
    written = write_ready(whole, head, "", given.language)
    outcome = verify(text_of(written), [given.body], given.now, part=ready.part)
    if outcome.error or not (outcome.said or outcome.observations):
        return None
    written = write_ready(ready, head, first_of(outcome), given.language)
    found = findings_of(outcome.said + len(outcome.aside), outcome)
    named = (head.dataset, ready.title)
    return _handed(given, written, ready.kind, named, outcome, found), worth(outcome)
