"""Whether a door's settings can work, for every kind that others deliver to."""

from byalag import Misconfigured
from byalag.sources import Door

_REFERENCES = ("env:", "file:", "credential:")


def checked(door: Door, where: str = "door") -> Door:
    """Return a door that can be opened.

    Raises:
        Misconfigured: A secret or a header is missing, or a secret is written out.

    """
    if door.proof == "key":
        _refuse(bool(door.secrets), f"`{where}.secrets`: a key is the proof; leave secrets out")
        return door
    _refuse(not door.secrets, f"`{where}.secrets`: {door.proof} needs one, as env:NAME")
    for number, secret in enumerate(door.secrets):
        _refuse(
            not secret.startswith(_REFERENCES),
            f"`{where}.secrets[{number}]`: name where the secret is, "
            "as env:NAME, file:PATH or credential:NAME",
        )
    _refuse(
        door.proof == "hmac" and not door.header,
        f"`{where}.header`: say in which header the signature comes, as X-Hub-Signature-256",
    )
    return door


def _refuse(wrong: bool, why: str) -> None:  # noqa: FBT001 -- what is wrong, as a sentence begins
    if wrong:
        raise Misconfigured(why)
