"""Pages for reviewing the audit: who did what about whom, and samples that are judged line by line.

Systematic spot checks, documented, are demanded of whoever handles care data (HSLF-FS 2016:40,
chapter 4, section 9). What is drawn, and each judgement, are lines of the same audit.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

from anyio import to_thread
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from byalag.governance import Action, Resource, decide
from byalag.model import Micros
from byalag.pages._desk import moment
from byalag.pages._enter import refuse_strangers
from byalag.pages._language import Language
from byalag.pages._site import EPOCH, Site, query_of
from byalag.store import Altered, Audit, Note, Wanted

PAGE = 50
OWN = frozenset({"anchor", "sample", "review"})  # what the audit writes about itself
MOST = 50  # lines in a sample
_USUAL = 10
_SAMPLES = 20  # samples that are listed
_LONGEST = 16 * 1024  # bytes of a form
_VERDICTS = frozenset({"in-order", "look-into"})


class Archive(Struct, frozen=True, kw_only=True):
    """The audits of a hub, by municipality, as they are reviewed.

    `note` adds a line and answers its number when it is on disk. `choose` picks so many of some
    numbers, at random. `altered` tells the first line that is not what was written.
    """

    audits: Mapping[str, Audit]
    note: Callable[[str, Note], int]
    choose: Callable[[Sequence[int], int], Sequence[int]]
    altered: Callable[[str], Altered | None]


class Line(Struct, frozen=True):
    """A line of the audit and when it was written."""

    municipality: str
    note: Note
    at: datetime


class Judged(Struct, frozen=True):
    """A line in a sample, and what somebody has judged of it, if anybody has."""

    line: Line
    verdict: Line | None


class Drawn(Struct, frozen=True):
    """A sample that has been drawn, and how many of its lines have been judged."""

    line: Line
    judged: int
    size: int


def review_routes(site: Site, archive: Archive, language: Language) -> list[tuple[BaseRoute, str]]:
    """Return the addresses of one language, each with what is done there: see or do."""
    named = {"municipality": "{municipality}", "sample": "{sample}"}

    def shown(request: Request) -> Response:
        return show_review(site, archive, language, request)

    def sample(request: Request) -> Response:
        return show_sample(site, archive, language, request)

    async def drawing(request: Request) -> Response:
        return await draw(site, archive, language, request)

    async def judging(request: Request) -> Response:
        return await judge(site, archive, language, request)

    of_sample = language.address("review_sample", **named)
    drawn = language.address("review_draw", municipality="{municipality}")
    return [
        (Route(language.address("review"), shown), "see"),
        (Route(drawn, drawing, methods=["POST"]), "do"),
        (Route(of_sample, sample, methods=["GET"]), "see"),
        (Route(of_sample, judging, methods=["POST"]), "do"),
    ]


def show_review(site: Site, archive: Archive, language: Language, request: Request) -> Response:
    """Answer with lines of the audit that are asked for, the samples, and whether it is whole."""
    query = request.query_params
    codes = _seen(site, archive, request)
    given = query.get("municipality", "")
    chosen = [given] if given in codes else codes
    wanted = _wanted(query)
    before = int(query["before"]) if _whole(query.get("before", "")) else 2**63 - 1
    found = [
        _line(code, note)
        for code in chosen
        for note in archive.audits[code].notes(wanted, limit=PAGE, before=before)
    ]
    lines = sorted(found, key=lambda line: line.note.at, reverse=True)[:PAGE]
    older = ""
    if len(chosen) == 1 and len(lines) == PAGE:
        older = query_of({**query, "municipality": chosen[0], "before": lines[-1].note.seq})
    return site.page(
        request,
        language,
        "review.html",
        here="review",
        lines=lines,
        codes=codes,
        names={code: code for code in codes}
        | {town.code: town.name for town in site.view.municipalities},
        chosen=chosen,
        asked={name: query.get(name, "") for name in ("about", "who", "what", "since", "until")},
        kinds=sorted({one.what for code in codes for one in archive.audits[code].doings()}),
        samples=[drawn for code in chosen for drawn in _drawn(archive, code)],
        altered={code: archive.altered(code) for code in chosen},
        several=len(codes) > 1,
        older=older,
        usual=_USUAL,
        most=MOST,
        month_ago=_day(site.view.now()) - timedelta(days=30),
        today=_day(site.view.now()),
    )


def show_sample(site: Site, archive: Archive, language: Language, request: Request) -> Response:
    """Answer with one sample: its lines, and what has been judged of each."""
    code, sample = _sample(site, archive, request)
    verdicts = _verdicts(archive, code, sample.seq)
    lines = archive.audits[code].lines(sample.details["lines"])
    return site.page(
        request,
        language,
        "review_sample.html",
        here="review_sample",
        named={"municipality": code, "sample": str(sample.seq)},
        municipality=code,
        sample=_line(code, sample),
        since=moment(sample.details["since"]),
        until=moment(sample.details["until"]),
        judged=[Judged(_line(code, note), verdicts.get(note.seq)) for note in lines],
    )


async def draw(site: Site, archive: Archive, language: Language, request: Request) -> Response:
    """Draw a sample of a period at random, and write down which lines it is."""
    refuse_strangers(request)
    code = request.path_params["municipality"]
    _require(site, archive, request, code)
    form = await _form(request)
    since, until = _period(form)
    size = min(int(form["count"]), MOST) if _whole(form.get("count", "")) else _USUAL
    audit = archive.audits[code]

    def drawing() -> int:
        kinds = [one.what for one in audit.doings() if one.what not in OWN]
        numbers = audit.numbers(kinds, since, until)
        chosen = sorted(archive.choose(numbers, min(max(size, 1), len(numbers))))
        details = {"lines": chosen, "of": len(numbers), "since": since, "until": until}
        return archive.note(code, _noted(site, request, "sample", "audit", details))

    number = await to_thread.run_sync(drawing)
    where = language.address("review_sample", municipality=code, sample=number)
    return RedirectResponse(where, 303)


async def judge(site: Site, archive: Archive, language: Language, request: Request) -> Response:
    """Write down what somebody has judged of a line in a sample."""
    refuse_strangers(request)
    code, sample = _sample(site, archive, request)
    form = await _form(request)
    line, verdict = form.get("line", ""), form.get("verdict", "")
    if not _whole(line) or int(line) not in sample.details["lines"] or verdict not in _VERDICTS:
        raise HTTPException(400, "Say which line of the sample it is, and what you judge of it.")
    details = {"line": int(line), "verdict": verdict, "why": form.get("why", "")[:500]}
    note = _noted(site, request, "review", f"sample/{sample.seq}", details)
    await to_thread.run_sync(archive.note, code, note)
    where = language.address("review_sample", municipality=code, sample=sample.seq)
    return RedirectResponse(f"{where}#line-{int(line)}", 303)


def _noted(
    site: Site, request: Request, what: str, about: str, details: Mapping[str, object]
) -> Note:
    actor = request.scope["actor"]
    return Note(at=site.view.now(), who=actor.name, what=what, about=about, details=details)


def _seen(site: Site, archive: Archive, request: Request) -> list[str]:
    """Return whose audits whoever asks may see."""
    actor, now = request.scope["actor"], site.view.now()
    return [
        code
        for code in sorted(archive.audits)
        if decide(actor, "read", Resource(matter="audit", municipality=code), now).allowed
    ]


def _require(site: Site, archive: Archive, request: Request, code: str) -> None:
    """Refuse whoever may not review a municipality's audit: to them there is no such page.

    Raises:
        HTTPException: they may not.
    """
    resource = Resource(matter="audit", municipality=code)
    action: Action = "write" if request.method == "POST" else "read"
    decision = decide(request.scope["actor"], action, resource, site.view.now())
    if code not in archive.audits or not decision.allowed:
        raise HTTPException(404)


def _sample(site: Site, archive: Archive, request: Request) -> tuple[str, Note]:
    code, given = request.path_params["municipality"], request.path_params["sample"]
    _require(site, archive, request, code)
    found = archive.audits[code].lines([int(given)]) if _whole(given) else []
    if not found or found[0].what != "sample":
        raise HTTPException(404)
    return code, found[0]


def _drawn(archive: Archive, code: str) -> list[Drawn]:
    audit = archive.audits[code]
    return [
        Drawn(
            _line(code, note),
            len(_verdicts(archive, code, note.seq)),
            len(note.details["lines"]),
        )
        for note in audit.notes(Wanted(what="sample"), limit=_SAMPLES)
    ]


def _verdicts(archive: Archive, code: str, sample: int) -> dict[int, Line]:
    """Return the newest judgement of each line of a sample."""
    asked = Wanted(what="review", about=f"sample/{sample}")
    found = archive.audits[code].notes(asked, limit=10 * MOST)
    return {note.details["line"]: _line(code, note) for note in reversed(found)}


def _wanted(query: Mapping[str, str]) -> Wanted:
    until = _micros(query.get("until", ""))
    return Wanted(
        about=query.get("about", "")[:300],
        who=query.get("who", "")[:300],
        what=query.get("what", "")[:100],
        since=_micros(query.get("since", "")),
        until=None if until is None else until + 86_400_000_000,
    )


def _period(form: Mapping[str, str]) -> tuple[Micros, Micros]:
    since, until = _micros(form.get("since", "")), _micros(form.get("until", ""))
    if since is None or until is None or until < since:
        raise HTTPException(400, "Give the first and the last day of the period, as 2026-11-01.")
    return since, until + 86_400_000_000


def _micros(text: str) -> Micros | None:
    """Return the first moment of a day, UTC; None when it is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def _day(now: Micros) -> date:
    return moment(now).date()


def _line(code: str, note: Note) -> Line:
    return Line(code, note, moment(note.at))


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16  # noqa: PLR2004 -- digits of a number


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body())[:_LONGEST]
    return {name: said[0] for name, said in parse_qs(body.decode("utf-8", "replace")).items()}
