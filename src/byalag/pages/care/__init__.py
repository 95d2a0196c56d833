"""Pages of care: a relative sees one thing, the state; staff see all homes of a unit by urgency.

No data is its own state, and the default is no contact: "as usual" is said only while all that it
rests on is heard, just now. Nothing here says what a silence means, nor who lives in a home before
that has been asked for, decided and written down.
"""

from byalag.pages.care._ports import Care, Heard, KindOfContact, Onward, Ward, Who
from byalag.pages.care._routes import CareAct, CareAddress, care_addresses

__all__ = [
    "Care",
    "CareAct",
    "CareAddress",
    "Heard",
    "KindOfContact",
    "Onward",
    "Ward",
    "Who",
    "care_addresses",
]
