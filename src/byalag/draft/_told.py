"""One series of a draft: what is counted or measured, and when each value was true."""

from msgspec import Struct

from byalag.draft._measure import Count
from byalag.draft._when import When


class Told(Struct, kw_only=True):
    """One series with its time. `each`: the list in a record whose items are its values."""

    count: Count
    when: When
    each: str = ""
    kind: str = "measured"
    opens: bool = False  # its condition is that the thing is open
