"""Pseudonyms: drawn by chance, so that nothing about anybody can be worked out from one."""

from typing import Final, Literal, TypeAlias

Pseudonymous: TypeAlias = Literal["home", "contact", "consent", "notice"]
DRAWN: Final = 7  # random bytes that a pseudonym is made of
_LENGTH: Final = 10  # letters: of 100,000 drawn, two are alike once in 200,000 times
_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: none is read as another


def pseudonym(kind: Pseudonymous, drawn: bytes) -> str:
    """Return a pseudonym of what was drawn by chance (`DRAWN` bytes): "home:care:7kq2m9x4tb".

    Raises:
        ValueError: Too little was drawn.
    """
    if len(drawn) < DRAWN:
        message = f"a pseudonym takes {DRAWN} random bytes, not {len(drawn)}"
        raise ValueError(message)
    number, letters = int.from_bytes(drawn[:DRAWN], "big"), ""
    for _ in range(_LENGTH):
        number, place = divmod(number, 32)
        letters += _LETTERS[place]
    return f"{kind}:care:{letters}"
