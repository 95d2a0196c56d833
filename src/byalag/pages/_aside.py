"""Pages for mending: what was set aside and why, a record beside its mapping, and replaying it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from urllib.parse import parse_qs

from anyio import to_thread
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from byalag.engine import Mending, Replay, Shown
from byalag.governance import Actor
from byalag.pages._desk import Desk, moment, seen
from byalag.pages._enter import refuse_strangers
from byalag.pages._language import Language
from byalag.pages._site import Site
from byalag.store import Group, Note

PAGE = 50  # rows of a group on a page
NOTES = 20
_LONGEST = 64 * 1024  # bytes of a form
_RAW = 20_000  # bytes of a record that are shown


class Listed(Struct, frozen=True):
    """One group in the list, with its times as the page writes them."""

    municipality: str
    group: Group
    first: datetime
    last: datetime


class Line(Struct, frozen=True):
    """One line of the audit."""

    note: Note
    at: datetime


def show_aside(site: Site, desk: Desk, language: Language, request: Request) -> Response:
    """Answer with everything that is set aside, by source and reason."""
    found = [
        Listed(code, group, moment(group.first), moment(group.last))
        for code, mending in _mended(site, desk, request).items()
        for group in mending.groups()
    ]
    lines = [
        Line(note, moment(note.at))
        for mending in _mended(site, desk, request).values()
        for note in mending.audit(NOTES)
    ]
    return site.page(
        request,
        language,
        "aside.html",
        here="drift_aside",
        groups=sorted(found, key=lambda one: -one.group.count),
        lines=sorted(lines, key=lambda line: line.note.at, reverse=True)[:NOTES],
    )


def show_group(site: Site, desk: Desk, language: Language, request: Request) -> Response:
    """Answer with what was set aside for one reason."""
    code = request.path_params["municipality"]
    mending = _of(site, desk, request, code)
    group = _group(mending, request.path_params["group"])
    hidden = desk.about_people(code, group.source)
    return _group_page(site, language, request, code, mending, group, hidden=hidden)


def show_row(site: Site, desk: Desk, language: Language, request: Request) -> Response:
    """Answer with one record: its bytes, where they stood, and the mapping that failed on it."""
    code, given = request.path_params["municipality"], request.path_params["row"]
    mending = _of(site, desk, request, code)
    shown = mending.show(int(given)) if given.isascii() and given.isdigit() else None
    if shown is None:
        raise HTTPException(404)
    hidden = desk.about_people(code, shown.row.source)
    return site.page(
        request,
        language,
        "aside_row.html",
        here="drift_row",
        named={"municipality": code, "row": given},
        municipality=code,
        shown=shown,
        hidden=hidden,
        why=shown.row.group if hidden else shown.row.why,
        at=moment(shown.row.at),
        received=None if shown.received is None else moment(shown.received),
        record="" if hidden else _text(shown.row.record),
        around=("", "", "") if hidden else _around(shown),
        mapping=shown.mapping.said if shown.mapping else "",
        now=shown.now.said if shown.now and shown.changed else "",
    )


async def mend(site: Site, desk: Desk, language: Language, request: Request) -> Response:
    """Replay or let go of a record or of all that has one reason, and say what became of it."""
    refuse_strangers(request)
    code = request.path_params["municipality"]
    mending = _of(site, desk, request, code)
    form = parse_qs((await request.body())[:_LONGEST].decode("utf-8", "replace"))
    act, rows = form.get("act", [""])[0], [int(one) for one in form.get("row", []) if _whole(one)]
    group = None if rows else _group(mending, form.get("group", [""])[0])
    who = _who(request.scope["actor"])
    if act == "dismiss":
        let_go = partial(
            mending.dismiss,
            who=who,
            rows=rows,
            source=group.source if group else "",
            group=group.group if group else "",
            why=form.get("why", [""])[0][:500],
        )
        done: Replay | int = await to_thread.run_sync(let_go)
    elif act == "replay":
        again = partial(
            mending.replay,
            who=who,
            rows=rows,
            source=group.source if group else None,
            group=group.group if group else None,
            force="force" in form,
        )
        done = await to_thread.run_sync(again)
    else:
        raise HTTPException(400, "A form must say what to do: replay or dismiss.")
    return site.page(
        request,
        language,
        "aside_done.html",
        here="drift_aside",
        done=done if isinstance(done, Replay) else None,
        dismissed=done if isinstance(done, int) else None,
    )


def _group_page(  # noqa: PLR0913, PLR0917 -- what makes this page
    site: Site,
    language: Language,
    request: Request,
    code: str,
    mending: Mending,
    group: Group,
    *,
    hidden: bool,
) -> Response:
    given = request.query_params.get("page", "1")
    page = int(given) if _whole(given) and 0 < int(given) <= group.count // PAGE + 1 else 1
    rows = mending.rows(group.source, group.group, PAGE, PAGE * (page - 1))
    return site.page(
        request,
        language,
        "aside_group.html",
        here="drift_group",
        named={"municipality": code, "group": str(group.no)},
        municipality=code,
        group=group,
        hidden=hidden,
        rows=[(row, moment(row.at), "" if hidden else _text(row.record[:300])) for row in rows],
        page=page,
        pages=(group.count + PAGE - 1) // PAGE,
    )


def _mended(site: Site, desk: Desk, request: Request) -> Mapping[str, Mending]:
    return {code: desk.mending[code] for code in seen(site, request) if code in desk.mending}


def _of(site: Site, desk: Desk, request: Request, code: str) -> Mending:
    found = _mended(site, desk, request).get(code)
    if found is None:
        raise HTTPException(404)
    return found


def _group(mending: Mending, number: str) -> Group:
    found = [one for one in mending.groups() if str(one.no) == number]
    if not found:
        raise HTTPException(404)
    return found[0]


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16  # noqa: PLR2004 -- digits of a number


def _who(actor: Actor) -> str:
    return actor.name if actor.key is not None else "the machine itself"


def _text(raw: bytes) -> str:
    """Return bytes as people can look at them; what is no text is shown as numbers."""
    short = raw[:_RAW]
    try:
        text = short.decode("utf-8")
    except UnicodeDecodeError:
        text = short.decode("iso-8859-1")
    if sum(not (char.isprintable() or char in "\n\r\t") for char in text) > len(text) // 10:
        return short[:512].hex(" ")
    return text


def _around(shown: Shown) -> tuple[str, str, str]:
    return _text(shown.before), _text(shown.row.record), _text(shown.after)
