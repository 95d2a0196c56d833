"""Which encoding text came in, told from its first bytes: a byte order mark, or where NULs are."""

from json import detect_encoding

from byalag.sources import Garbled


def encoding_of(body: bytes, usual: str) -> str:
    """Return the encoding that the first bytes give away, or the usual one.

    The pattern of NULs in the first four bytes is that of RFC 4627, section 3; it holds for any
    text that begins with two ASCII characters.
    """
    told = detect_encoding(body[:4])
    return usual if told == "utf-8" else told


def utf8(body: bytes) -> bytes:
    """Return JSON as UTF-8 without byte order mark, which is nearly always as it came.

    Raises:
        Garbled: It begins as UTF-16 or UTF-32 and does not go on so.
    """
    encoding = encoding_of(body, "utf-8")
    if encoding == "utf-8":
        return body
    if encoding == "utf-8-sig":
        return body[3:]
    try:
        return body.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
    except UnicodeError as error:
        message = f"the answer begins as {encoding.upper()} text and does not go on so: {error}"
        raise Garbled(message) from error
