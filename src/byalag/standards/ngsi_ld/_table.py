"""Everything that can be done through NGSI-LD, in one table."""

from byalag.standards.ngsi_ld import (
    _batch_rows,
    _contexts_rows,
    _discover,
    _provide_rows,
    _query,
    _retrieve,
    _subscription_rows,
    _temporal_rows,
)
from byalag.standards.ngsi_ld._answer import find_path
from byalag.standards.ngsi_ld._operation import Operation

TABLE: tuple[Operation, ...] = (
    *_provide_rows.OPERATIONS,
    *_batch_rows.OPERATIONS,
    *_query.OPERATIONS,
    *_retrieve.OPERATIONS,
    *_discover.OPERATIONS,
    *_contexts_rows.OPERATIONS,
    *_subscription_rows.OPERATIONS,
    *_temporal_rows.OPERATIONS,
)


def reads(method: str, path: str) -> bool:
    """Return whether a request only reads: a question can be a POST too."""
    if method in {"GET", "HEAD", "OPTIONS"}:
        return True
    return any(one.reads and one.method == method for one in find_path(TABLE, path))
