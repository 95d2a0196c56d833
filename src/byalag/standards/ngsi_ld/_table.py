"""Everything that can be done through NGSI-LD, in one table."""

from byalag.standards.ngsi_ld import _discover, _query, _retrieve
from byalag.standards.ngsi_ld._answer import find_path
from byalag.standards.ngsi_ld._operation import Operation

TABLE: tuple[Operation, ...] = (
    *_query.OPERATIONS,
    *_retrieve.OPERATIONS,
    *_discover.OPERATIONS,
)


def reads(method: str, path: str) -> bool:
    """Return whether a request only reads: a question can be a POST too."""
    if method in {"GET", "HEAD", "OPTIONS"}:
        return True
    return any(one.reads and one.method == method for one in find_path(TABLE, path))
