"""Opens ZIP archives of bodies: within limits, one level deep, never by way of a file system."""

import zlib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from msgspec import Struct

from byalag.model import Rejected
from byalag.sources import Garbled

BEGINS = (b"PK\x03\x04", b"PK\x05\x06")  # a first member, or an archive of nothing
WORKBOOK = "[Content_Types].xml"  # what every Office document holds (ECMA-376 part 2)
MOST = 2_000  # members
LARGEST = 512 * 1024 * 1024  # bytes, of all members together
THICKEST = 200  # times smaller than its content; text is 5 to 30
SMALL = 16 * 1024 * 1024  # what is no larger than this unpacked may be packed as hard as it likes
ENCRYPTED = 0x1  # bit 0 of the general purpose flag (APPNOTE 4.4.4)
BROKEN = (
    BadZipFile, LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError, UnicodeError,
)  # fmt: skip


class Body(Struct, frozen=True):
    """One body and the name it came under."""

    name: str
    content: bytes


def is_archive(body: bytes) -> bool:
    """Tell whether a body is a ZIP archive of others; an Excel workbook is not."""
    if not body.startswith(BEGINS):
        return False
    try:
        with ZipFile(BytesIO(body)) as archive:
            return WORKBOOK not in archive.namelist()
    except BROKEN:
        return True  # one that cannot be opened, which opening it says


def opened(body: bytes, members: str) -> Iterator[Body | Rejected]:
    """Yield the members whose names match; one that cannot be read is one set aside.

    Raises:
        Garbled: It is not a ZIP archive, would grow beyond the limits, or has no such member.

    """
    try:
        archive = ZipFile(BytesIO(body))
    except BROKEN as error:
        message = f"the ZIP archive cannot be opened: {error}"
        raise Garbled(message) from error
    with archive:
        wanted = [part for part in archive.infolist() if _is_wanted(part, members)]
        _guard(wanted, len(body))
        if not wanted:
            message = f"the ZIP archive holds no file that matches {members!r}"
            raise Garbled(message)
        for part in wanted:
            yield _member(archive, part)


def _is_wanted(part: ZipInfo, members: str) -> bool:
    """Tell whether a member is a file of the sender's own, and asked for."""
    name = part.filename.rpartition("/")[2]
    hidden = name.startswith(".") or part.filename.startswith("__MACOSX/")
    return bool(name) and not hidden and fnmatchcase(name, members)


def _guard(parts: list[ZipInfo], packed: int) -> None:
    """Refuse what would grow beyond measure, before any of it is unpacked."""
    if len(parts) > MOST:
        message = f"the ZIP archive holds {len(parts)} files; the limit is {MOST}"
        raise Garbled(message)
    size = sum(part.file_size for part in parts)
    if size > LARGEST or (size > SMALL and size > THICKEST * packed):
        message = (
            f"the ZIP archive would grow from {packed} to {size} bytes; the limit is "
            f"{LARGEST} bytes and {THICKEST} times"
        )
        raise Garbled(message)


def _member(archive: ZipFile, part: ZipInfo) -> Body | Rejected:
    """Unpack one member: never more than the size that it was let in with."""
    name = part.filename
    if part.flag_bits & ENCRYPTED:
        why = "is encrypted; ask the sender for an archive without a password"
        return Rejected(where=name, why=why)
    try:
        content = archive.read(part)
    except BROKEN as error:
        return Rejected(where=name, why=f"cannot be unpacked: {error}")
    if is_archive(content):
        why = "is an archive inside an archive, which is not opened"
        return Rejected(where=name, why=why)
    return Body(name, content)
