"""From a request to a reply: read the question, choose the format, ask, represent."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any

from msgspec import Struct, field

from byalag.standards import Reply
from byalag.standards.profile._declare import Api, Operation
from byalag.standards.profile._negotiate import choose
from byalag.standards.profile._paging import header, item_links, links
from byalag.standards.profile._query import read, written
from byalag.standards.profile._represent import SHEET, WRITTEN, formats, represent
from byalag.standards.profile._spreadsheet import spreadsheet_name


class Asked(Struct, frozen=True, kw_only=True):
    """A request, as far as an answer depends on it."""

    query: Sequence[tuple[str, str]] = ()
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    accept: str = ""
    if_none_match: str = ""


class Begun(Struct, frozen=True):
    """A question that has been read. `reply` says that it needs no answer: the asker has it.

    `short` says that `finish` takes less time than it takes to reach a thread.
    """

    finish: Callable[[], Reply]
    short: bool
    reply: Reply | None = None


def begin(api: Api, operation: Operation, asked: Asked, *, state: str) -> Begun:
    """Read a question; `state` is a text that changes whenever its answer may have changed.

    Raises:
        NotAnswered: the question cannot be read, or not in a format that is wanted.
    """
    if operation.answer is None:
        msg = f"{operation.name} is done by whoever takes its body, not answered here"
        raise TypeError(msg)
    question = read(operation.ask, asked.query, asked.params, thing=operation.thing)
    media = choose(asked.accept, formats(operation))
    tag = _tag(state, operation.path, *asked.params.values(), written(asked.query), media)
    about = {"ETag": tag, "Cache-Control": "public, max-age=10", "Vary": "Accept, Accept-Encoding"}
    known = asked.if_none_match and _matches(asked.if_none_match, tag)
    return Begun(
        finish=partial(_finish, api, operation, asked, operation.answer, question, media, about),
        short=operation.short(question),
        reply=Reply(status=304, headers=about) if known else None,
    )


def answer(api: Api, operation: Operation, asked: Asked, *, state: str) -> Reply:
    """Answer a request, all of it at once.

    Raises:
        NotAnswered: the question cannot be read or answered.
    """
    begun = begin(api, operation, asked, state=state)
    return begun.reply or begun.finish()


def _finish(  # noqa: PLR0913, PLR0917 -- what is known when a question has been read
    api: Api,
    operation: Operation,
    asked: Asked,
    tell: Callable[[Any], Any],
    question: Struct,
    media: str,
    about: dict[str, str],
) -> Reply:
    told = tell(question)
    if asked.if_none_match.strip() == "*":  # there is an answer, which is all that was asked
        return Reply(status=304, headers=about)
    if media == SHEET:
        about = about | {"Content-Disposition": _attached(operation)}
    related = links(api, operation, told, asked.query, asked.params)
    return Reply(
        body=represent(operation, told, media, related, item_links(api, operation, told)),
        media_type=WRITTEN.get(media, media),
        headers=about | {"Link": header(related)},
    )


def _attached(operation: Operation) -> str:
    return f'attachment; filename="{spreadsheet_name(operation.name, "en")}"'


def _tag(*parts: str) -> str:
    """Return a weak tag: ages in an answer move on while it stays the same answer."""
    digest = blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
    return f'W/"{digest}"'


def _matches(if_none_match: str, tag: str) -> bool:
    """Compare weakly, as RFC 9110 asks for If-None-Match."""
    opaque = tag.removeprefix("W/")
    given = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
    return any(each == opaque for each in given)
