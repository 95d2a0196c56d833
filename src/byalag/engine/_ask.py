"""Puts a source's question: fills in secrets, turns pages, and notices that nothing is new."""

from collections.abc import AsyncIterator, Mapping
from hashlib import sha256

import httpx2
import msgspec
from msgspec import Struct

from byalag import ByalagError
from byalag.engine._face import Unreachable
from byalag.engine._fetch import ELSEWHERE, Fetcher, Got, Wanted, join
from byalag.engine._secret import Vault, is_secret
from byalag.model import Json
from byalag.sources import Ask, Paging


class Before(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of the last answer. `settings` is a digest of the question."""

    digest: str = ""
    etag: str = ""
    modified: str = ""
    settings: str = ""


class Answer(Struct, frozen=True, kw_only=True):
    """Something new: its bodies, and what to remember once they are kept."""

    bodies: tuple[bytes, ...]
    media_type: str
    url: str
    before: Before


NOTHING = Before()


def recalled(value: Json) -> Before:
    """Read what was remembered; what another version wrote otherwise counts as nothing."""
    try:
        return msgspec.convert(value, Before)
    except msgspec.ValidationError:
        return NOTHING


def since(before: Before, settings: str) -> Before:
    """Return what still counts of the last answer, now that the settings have this digest."""
    return before if before.settings == settings else Before(settings=settings)


async def put(
    ask: Ask, fetcher: Fetcher, vault: Vault, last: Before, home: str | None = None
) -> Answer | None:
    """Ask, page by page, and return what is new; None if the source has nothing new to say.

    `home` is given for an address that an answer named: the address that our keys are for. In
    what others have written no secret is ever filled in.

    Raises:
        Unreachable: If any page did not come; then nothing of the answer is kept. Its message
            holds no secret.

    """
    try:
        wanted = _wanted(ask, vault, last, home)
        if home is not None:
            wanted = onwards(wanted, ask.url)
        pages = [page async for page in _pages(ask, fetcher, wanted)]
    except Unreachable as error:
        raise Unreachable(vault.mask(str(error)), wait=error.wait) from None
    if pages[0].unchanged:
        return None
    digest = sha256(b"".join(sha256(page.body).digest() for page in pages)).hexdigest()
    if digest == last.digest and not ask.undated:
        return None
    first = pages[0]
    return Answer(
        bodies=tuple(page.body for page in pages),
        media_type=first.headers.get("content-type", ""),
        url=vault.mask(first.url),
        before=Before(
            digest=digest,
            etag=first.headers.get("etag", ""),
            modified=first.headers.get("last-modified", ""),
            settings=last.settings,
        ),
    )


def _wanted(ask: Ask, vault: Vault, last: Before, home: str | None) -> Wanted:
    headers = {name: vault.value(text) for name, text in ask.headers.items()}
    if ask.paging is None and not ask.undated:
        if last.etag:
            headers["if-none-match"] = last.etag
        if last.modified:
            headers["if-modified-since"] = last.modified
    return Wanted(
        url=vault.address(ask.url if home is None else home),
        method=ask.method,
        headers=headers,
        body=vault.value(ask.body).encode(),
        private=private(ask.headers),
        sealed=is_secret(ask.body),
        timeout=ask.timeout,
        max_bytes=ask.max_bytes,
        reasons=ask.reasons,
    )


def private(headers: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the headers that are for one server only."""
    return frozenset(
        name
        for name, text in headers.items()
        if is_secret(text) or name.lower() in {"authorization", "cookie"}
    )


async def _pages(ask: Ask, fetcher: Fetcher, wanted: Wanted) -> AsyncIterator[Got]:
    paging = ask.paging
    if paging is None:
        yield await fetcher.ask(wanted)
        return
    left, seen, found = ask.max_bytes, {wanted.url}, 0
    origin = wanted
    for number in range(paging.at_most):
        page = _counted(wanted, paging, number)
        got = await fetcher.ask(msgspec.structs.replace(page, max_bytes=max(left, 1)))
        yield got
        left -= len(got.body)
        count, following = _following(ask, got, paging)
        found += count
        if following is None:
            _check_total(got, paging, found)
            return
        if following:
            if following in seen:
                reason = "a page points back at one already read; the paging goes in a circle"
                raise Unreachable(reason)
            seen.add(following)
            wanted = onwards(origin, following)
    reason = f"there are more than {paging.at_most} pages; raise at_most under [paging]"
    raise Unreachable(reason)


def _counted(wanted: Wanted, paging: Paging, number: int) -> Wanted:
    """Return the question for page `number`, counted from 0, when pages are counted."""
    told: dict[str, str] = {}
    if paging.limit and not (paging.next and number):
        told[paging.limit] = str(paging.size)
    if paging.offset:
        told[paging.offset] = str(number * paging.size)
    if paging.page:
        told[paging.page] = str(paging.first + number)
    url = str(httpx2.URL(wanted.url).copy_merge_params(told)) if told else wanted.url
    return msgspec.structs.replace(wanted, url=url)


def _following(ask: Ask, got: Got, paging: Paging) -> tuple[int, str | None]:
    """Return how many records a page has, and the next page's address.

    The address is "" if pages are counted, and None if this page is the last.
    """
    if ask.records is None:
        return 0, None
    try:
        count, following = ask.records(got.body)
    except ByalagError as error:
        reason = f"a page cannot be read: {error}"
        raise Unreachable(reason) from error
    if paging.next:
        return count, join(got.url, following) if following else None
    return count, "" if count >= paging.size else None


def _check_total(last: Got, paging: Paging, found: int) -> None:
    """Refuse an answer with fewer records than it says that there are.

    Some servers give fewer a page than they were asked for, and some stop at a certain number.

    Raises:
        Unreachable: If any are lacking.

    """
    said = last.headers.get(paging.total.lower(), "") if paging.total else ""
    if said.isdecimal() and found < int(said):
        reason = (
            f"it says that there are {said} records and gave {found}; "
            "ask for fewer a page, or for fewer records"
        )
        raise Unreachable(reason)


def onwards(origin: Wanted, url: str) -> Wanted:
    """Return the question for a page whose address the source named; keys stay at home.

    Raises:
        Unreachable: If a key stands in the question's body, and the page is on another server.

    """
    home, away = httpx2.URL(origin.url), httpx2.URL(url)
    stays = (home.scheme, home.host, home.port) == (away.scheme, away.host, away.port)
    if origin.sealed and not stays:
        raise Unreachable(ELSEWHERE)
    headers = {
        name: text for name, text in origin.headers.items() if stays or name not in origin.private
    }
    return msgspec.structs.replace(origin, url=url, headers=headers)
