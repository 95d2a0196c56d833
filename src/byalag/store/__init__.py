"""What is remembered: one SQLite file a municipality, hot rows and cold chunks."""

from byalag.store._account import Account
from byalag.store._amend import Amendment
from byalag.store._aside import matched
from byalag.store._backup import (
    Copied,
    Damaged,
    Position,
    copied,
    copy_file,
    digests_in,
    hash_bytes,
    log_everyone_out,
    put_back,
)
from byalag.store._blobs import Blob, Blobs, Incoming
from byalag.store._chain import Altered, Anchor, Head, contradictions
from byalag.store._collections import Placed, Points, Vocabulary
from byalag.store._columns import Columns
from byalag.store._connection import Outdated, Unfit, store_version
from byalag.store._erase import Erased, Rewritten
from byalag.store._export import write_parquet
from byalag.store._file import FileVersion
from byalag.store._here import Here
from byalag.store._journal import Journal, Line
from byalag.store._migrate_back import Carried, NoWayBack, go_back, is_store, kept_before, schema_of
from byalag.store._migrate_back import Kept as KeptBefore
from byalag.store._migrate_copy import NoRoom, Unsound
from byalag.store._overview import Overview
from byalag.store._parcel import News, Outgoing, Parcel, ParcelState, QueueCounts
from byalag.store._pulse import Pulse, RegisterPulse, register_pulse
from byalag.store._quality import METRICS, MONTH, Metric, Quality, Share, lately
from byalag.store._queue import Queue
from byalag.store._reading import Reading
from byalag.store._reading_audit import Audit, Doings, Wanted
from byalag.store._reason import grouped
from byalag.store._register import Register
from byalag.store._register_applications import (
    Applications,
    Registered,
    TooManyApplications,
    Wish,
    WishState,
)
from byalag.store._register_keys import ApiKeys, KeyFacts, Token, TooManyTokens
from byalag.store._register_people import (
    Failures,
    KnownPerson,
    ListedSession,
    LoginBegun,
    OpenSession,
    People,
)
from byalag.store._register_tenants import StandingState, Tenancy, TenantStanding
from byalag.store._register_terms import Proposal, Proposals, Vote, Voted
from byalag.store._register_usage import Counted, Operated, Period, Usage, together
from byalag.store._results import (
    AsideState,
    Block,
    Change,
    Committed,
    Counts,
    Difference,
    Group,
    Kept,
    LedgerSize,
    MappingVersion,
    Note,
    Recorded,
    Replayed,
    SeriesDifference,
    SetAside,
    Summary,
    ThingDifference,
)
from byalag.store._retention_tally import Expired, Expiry
from byalag.store._seal import Sealed, master
from byalag.store._seal_keys import Keys
from byalag.store._sealing import Sealing
from byalag.store._shelf import Shelf
from byalag.store._store import Store
from byalag.store._telling import NotOpen
from byalag.store._walls import Seen, Walled, Walls, watching
from byalag.store._writer import Closed, Full, Unwritable

__all__ = [
    "METRICS",
    "MONTH",
    "Account",
    "Altered",
    "Amendment",
    "Anchor",
    "ApiKeys",
    "Applications",
    "AsideState",
    "Audit",
    "Blob",
    "Blobs",
    "Block",
    "Carried",
    "Change",
    "Closed",
    "Columns",
    "Committed",
    "Copied",
    "Counted",
    "Counts",
    "Damaged",
    "Difference",
    "Doings",
    "Erased",
    "Expired",
    "Expiry",
    "Failures",
    "FileVersion",
    "Full",
    "Group",
    "Head",
    "Here",
    "Incoming",
    "Journal",
    "Kept",
    "KeptBefore",
    "KeyFacts",
    "Keys",
    "KnownPerson",
    "LedgerSize",
    "Line",
    "ListedSession",
    "LoginBegun",
    "MappingVersion",
    "Metric",
    "News",
    "NoRoom",
    "NoWayBack",
    "NotOpen",
    "Note",
    "OpenSession",
    "Operated",
    "Outdated",
    "Outgoing",
    "Overview",
    "Parcel",
    "ParcelState",
    "People",
    "Period",
    "Placed",
    "Points",
    "Position",
    "Proposal",
    "Proposals",
    "Pulse",
    "Quality",
    "Queue",
    "QueueCounts",
    "Reading",
    "Recorded",
    "Register",
    "RegisterPulse",
    "Registered",
    "Replayed",
    "Rewritten",
    "Sealed",
    "Sealing",
    "Seen",
    "SeriesDifference",
    "SetAside",
    "Share",
    "Shelf",
    "StandingState",
    "Store",
    "Summary",
    "Tenancy",
    "TenantStanding",
    "ThingDifference",
    "Token",
    "TooManyApplications",
    "TooManyTokens",
    "Unfit",
    "Unsound",
    "Unwritable",
    "Usage",
    "Vocabulary",
    "Vote",
    "Voted",
    "Walled",
    "Walls",
    "Wanted",
    "Wish",
    "WishState",
    "contradictions",
    "copied",
    "copy_file",
    "digests_in",
    "go_back",
    "grouped",
    "hash_bytes",
    "is_store",
    "kept_before",
    "lately",
    "log_everyone_out",
    "master",
    "matched",
    "put_back",
    "register_pulse",
    "schema_of",
    "store_version",
    "together",
    "watching",
    "write_parquet",
]
