"""Watches a bucket in S3-compatible storage, with our own guarded connections.

Only the signature is botocore's. Objects appear whole, so they are complete when they are seen.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from urllib.parse import quote

from lxml import etree

from byalag.engine._face import Unreachable
from byalag.engine._fetch import Fetcher, Got, Wanted
from byalag.engine._place import (
    TAKEN,
    Changed,
    Entry,
    Unreadable,
    is_finished,
    other_name,
    too_large,
)
from byalag.engine._secret import Vault
from byalag.engine._sigv4 import sign
from byalag.model import Micros
from byalag.sources import Bucket

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  lxml has no other name for it

_LIST: Final = timedelta(seconds=30)
_READ: Final = timedelta(minutes=10)
_LISTED: Final = 8 * 1024 * 1024  # bytes of one page of a list
_AT_ONCE: Final = 1000  # objects a page
_PAGES: Final = 1000
_TRIES: Final = 100
_NOT_THE_ONE: Final = 412  # If-Match did not hold
_GONE: Final = 404
_REFUSED: Final = 403
_PLAIN: Final = "-._~"  # what SigV4 leaves as it is, beside letters and digits


class BucketPlace:
    """The objects of a bucket whose names begin with a prefix."""

    def __init__(self, bucket: Bucket, vault: Vault, fetcher: Fetcher) -> None:
        """Prepare to ask; keys are resolved when a question is signed."""
        self._bucket = bucket
        self._vault = vault
        self._fetcher = fetcher
        self._prefix = f"{bucket.prefix.strip('/')}/" if bucket.prefix.strip("/") else ""

    async def entries(self) -> list[Entry]:
        """Return every object with a finished name, but those that have been taken."""
        found: list[Entry] = []
        async for page in self._pages(self._prefix):
            for one in page.iterchildren("{*}Contents"):
                entry = _entry(one, len(self._prefix))
                if is_finished(entry.name) and not entry.name.startswith(f"{TAKEN}/"):
                    found.append(entry)
        return found

    async def read(self, entry: Entry, max_bytes: int) -> bytes:
        """Return an object's content, if it is the one that was listed."""
        if entry.size > max_bytes:
            raise too_large(entry, max_bytes)
        try:
            got = await self._ask(
                "GET",
                self._prefix + entry.name,
                headers={"if-match": _etag(entry.mark)},
                max_bytes=max_bytes,
                within=_READ,
            )
        except Unreachable as error:
            raise _of_one(error, entry) from error
        if len(got.body) != entry.size:
            raise Changed(entry.name)
        return got.body

    async def move(self, entry: Entry, received: Micros) -> str:
        """Copy an object to a free name among the taken ones, and delete it."""
        origin = self._prefix + entry.name
        try:
            name = await self._free(entry.name, received)
            source = "/" + quote(f"{self._bucket.bucket}/{origin}", safe=f"/{_PLAIN}")
            headers = {
                "x-amz-copy-source": source,
                "x-amz-copy-source-if-match": _etag(entry.mark),
            }
            await self._ask("PUT", f"{self._prefix}{TAKEN}/{name}", headers=headers)
            await self._ask("DELETE", origin)
        except Unreachable as error:
            if error.status == _NOT_THE_ONE:
                raise Changed(entry.name) from error
            message = (
                f'it cannot be moved ({error}); give the key that right, or write after = "mark"'
            )
            raise Unreadable(message) from error
        return name

    async def write(self, name: str, content: bytes) -> None:
        """Write a note beside the taken objects."""
        try:
            await self._ask("PUT", f"{self._prefix}{TAKEN}/{name}", body=content)
        except Unreachable as error:
            message = f"it cannot be written ({error}); give the key that right"
            raise Unreadable(message) from error

    async def _free(self, name: str, received: Micros) -> str:
        """Return a name that no taken object has."""
        for number in range(_TRIES):
            other = other_name(name, received, number)
            wanted = f"{self._prefix}{TAKEN}/{other}"
            page = await self._page(wanted, "", most=1)
            if all(one.findtext("{*}Key") != wanted for one in page.iterchildren("{*}Contents")):
                return other
        message = f"there are {_TRIES} objects like it in {TAKEN}; tidy that folder"
        raise Unreadable(message)

    async def _pages(self, prefix: str) -> AsyncIterator[Element]:
        """Yield the pages of a list.

        Raises:
            Unreachable: If one does not come, or there is no end to them.

        """
        after = ""
        for _ in range(_PAGES):
            page = await self._page(prefix, after, most=_AT_ONCE)
            yield page
            after = page.findtext("{*}NextContinuationToken") or ""
            if page.findtext("{*}IsTruncated") != "true" or not after:
                return
        reason = f"the bucket lists more than {_PAGES} pages; name a longer `prefix`"
        raise Unreachable(reason)

    async def _page(self, prefix: str, after: str, *, most: int) -> Element:
        asked = {"list-type": "2", "prefix": prefix, "max-keys": str(most)}
        if after:
            asked["continuation-token"] = after
        try:
            got = await self._ask("GET", "", asked=asked, max_bytes=_LISTED, within=_LIST)
        except Unreachable as error:
            raise _of_bucket(error, self._bucket) from error
        try:
            page = etree.fromstring(got.body, etree.XMLParser(resolve_entities=False))
        except etree.XMLSyntaxError as error:
            reason = f"{self._bucket.endpoint} does not answer as S3 does; check `endpoint`"
            raise Unreachable(reason) from error
        if etree.QName(page).localname != "ListBucketResult":
            reason = f"{self._bucket.endpoint} does not list a bucket; check `endpoint`"
            raise Unreachable(reason)
        return page

    async def _ask(  # noqa: PLR0913 -- the parts of one question
        self,
        method: str,
        name: str,
        *,
        asked: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        max_bytes: int = _LISTED,
        within: timedelta = _LIST,
    ) -> Got:
        """Put one signed question about an object, or about the bucket.

        Raises:
            Unreachable: If it is not answered with success.

        """
        bucket = self._bucket
        path = "/".join(quote(part, safe=_PLAIN) for part in (bucket.bucket, *name.split("/")))
        query = "&".join(
            f"{quote(key, safe=_PLAIN)}={quote(text, safe=_PLAIN)}"
            for key, text in sorted((asked or {}).items())
        )
        url = f"{self._vault.address(bucket.endpoint).rstrip('/')}/{path.rstrip('/')}"
        wanted = Wanted(
            url=f"{url}?{query}" if query else url,
            method=method,
            headers=headers or {},
            body=body,
            timeout=within,
            max_bytes=max_bytes,
        )
        key, secret = self._vault.value(bucket.access_key), self._vault.value(bucket.secret_key)
        signed = sign(wanted, key, secret, bucket.region) if key else wanted
        return await self._fetcher.ask(signed)


def _entry(one: Element, start: int) -> Entry:
    """Return a listed object; its name is what follows the prefix."""
    size = int(one.findtext("{*}Size") or 0)
    etag, modified = one.findtext("{*}ETag") or "", one.findtext("{*}LastModified") or ""
    try:
        at = datetime.fromisoformat(modified).timestamp()
    except ValueError:
        at = 0.0
    name = (one.findtext("{*}Key") or "")[start:]
    return Entry(name=name, size=size, mark=f"{etag} {size} {modified}", at=at)


def _etag(mark: str) -> str:
    return mark.partition(" ")[0]


def _of_bucket(error: Unreachable, bucket: Bucket) -> Unreachable:
    """Return what an error says of the bucket, in the words of the source's file."""
    if error.status == _GONE:
        reason = f"there is no bucket {bucket.bucket!r} at {bucket.endpoint}; check `bucket`"
        return Unreachable(reason, status=error.status)
    return error


def _of_one(error: Unreachable, entry: Entry) -> Exception:
    """Return what an error says of one object, or the error where it is about the storage."""
    if error.status in {_NOT_THE_ONE, _GONE}:
        return Changed(entry.name)
    if error.status == _REFUSED:
        return Unreadable("it may not be read; give the key that right")
    return error
