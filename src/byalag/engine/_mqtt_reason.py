"""What a broker means by its reason codes, and what to do about it."""

from collections.abc import Mapping
from typing import Final

_THREE: Final[Mapping[int, int]] = {1: 0x84, 2: 0x85, 3: 0x88, 4: 0x86, 5: 0x87}  # 3.1.1: 3.2.2.3
_OLD_VERSION: Final = 1  # what a broker of 3.1.1 answers to whoever speaks 5
_FIVE: Final[Mapping[int, str]] = {  # 5: section 2.4
    0x81: "it could not read what we said",
    0x82: "it says that we broke the protocol",
    0x84: 'it does not speak this version of MQTT; write version = "3.1.1" in the source\'s file',
    0x85: "it does not take our name; write another `client` in the source's file",
    0x86: "the user or the password is wrong; check `user` and `password` in the source's file",
    0x87: "we may not; check `user` and `password`, or ask the owner of the broker for leave",
    0x88: "it is not available just now",
    0x89: "it is busy just now",
    0x8A: "it has banned us; turn to the owner of the broker",
    0x8B: "it is being shut down",
    0x8D: "it had not heard from us for too long",
    0x8E: "another program uses our name; write another `client` in the source's file of one",
    0x8F: "it does not take this topic filter",
    0x90: "it does not take this topic",
    0x93: "it was sent more than it takes at a time",
    0x95: "the message is larger than it takes",
    0x97: "we have used up what it gives us",
    0x99: "it does not take the payload",
    0x9A: "it keeps no messages (retain)",
    0x9C: "it wants us to use another address; ask its owner which",
    0x9D: "it has moved; ask its owner for the new address",
    0x9F: "we connect too often",
}


def refusal(code: int, *, five: bool) -> str:
    """Return the sentence that a reason code stands for."""
    if not five or code == _OLD_VERSION:
        code = _THREE.get(code, code)
    return _FIVE.get(code, f"it gave the reason 0x{code:02X}")
