"""Device makers' own JavaScript codecs, run with limits: bytes of a radio message to fields.

A codec is `decodeUplink(input)`, or the older `Decode(fPort, bytes, variables)` or
`Decoder(bytes, port)`. It reaches nothing but what it is given, and one call cannot change what
the next one answers: the same message always says the same.
"""

from byalag.codecs._codec import Codec, Decoded, NotACodec, Undecoded, Uplink
from byalag.codecs._lane import Broke, Hung
from byalag.codecs._limit import LIMITS, Limits

__all__ = [
    "LIMITS",
    "Broke",
    "Codec",
    "Decoded",
    "Hung",
    "Limits",
    "NotACodec",
    "Undecoded",
    "Uplink",
]
