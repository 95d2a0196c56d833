"""What the platform talks about. Pure data: this room never reads, writes or asks the time.

Times are whole microseconds since 1970-01-01T00:00:00Z (`Micros`); a local day is computed with
the municipality's own time zone, at the edge. Positions are WGS 84 degrees.
"""

from datetime import date, timedelta
from enum import IntEnum
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from msgspec import Meta, Struct, field
from numpy.typing import NDArray

Micros: TypeAlias = int
Json: TypeAlias = Any
Latitude: TypeAlias = Annotated[float, Meta(ge=-90, le=90)]
Longitude: TypeAlias = Annotated[float, Meta(ge=-180, le=180)]
MunicipalityCode: TypeAlias = Annotated[str, Meta(pattern=r"^\d{4}$")]
ThingId: TypeAlias = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9]*:[a-z0-9-]+:[A-Za-z0-9._~-]+$", max_length=200)
]
SeriesId: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9]*:[a-z0-9-]+:[A-Za-z0-9._~-]+/[A-Za-z][A-Za-z0-9]*(@[A-Za-z0-9._~-]+)?$",
        max_length=300,
    ),
]
Language: TypeAlias = str
Words: TypeAlias = dict[Language, str]
Theme: TypeAlias = Literal[
    "AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI", "TECH",
    "TRAN", "OP_DATPRO",
]  # fmt: skip
HighValue: TypeAlias = Literal[
    "geospatial", "environment", "meteorological", "statistics", "companies", "mobility"
]
Duration: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^[1-9]\d{0,6}(s|m|h|d)$", description='A length of time: "30s", "5m", "1h", "2d".'
    ),
]


def span(duration: Duration) -> timedelta:
    """Read a length of time as people write it in settings: "30s", "5m", "1h", "2d"."""
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[duration[-1]]
    return timedelta(**{unit: int(duration[:-1])})


class Flag(IntEnum):
    """How far an observation may be trusted (IOC 54:V3, QARTOD primary level)."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9


class Point(Struct, frozen=True):
    """A position in WGS 84, degrees."""

    latitude: Latitude
    longitude: Longitude


class Thing(Struct, frozen=True, kw_only=True, tag=True, tag_field="fact", omit_defaults=True):
    """What one source says of one thing, now.

    Descriptions of the same id from several sources are merged: what is left out (None, or no
    such property) was not said and stays as it was; a property that is null is taken away, and so
    are details that are null and relations to nothing. `relations` are the ids of other things, by
    what they are to this one; `details` is what only one way of asking has words for, under its
    own key.
    """

    id: ThingId
    type: str
    dataset: str
    name: str | None = None
    municipality: MunicipalityCode | None = None
    point: Point | None = None
    shape: dict[str, Json] | None = None
    # msgspec leaves out an empty one only where its factory is plain `dict`
    properties: dict[str, Json] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # see above
    description: str | None = None
    relations: dict[str, tuple[str, ...]] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as properties
    details: dict[str, Json] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as properties


class Gone(Struct, frozen=True, kw_only=True, tag=True, tag_field="fact"):
    """The source says that a thing is no more. Its history stays."""

    thing: ThingId


class Retracted(Struct, frozen=True, kw_only=True, tag=True, tag_field="fact", omit_defaults=True):
    """What was said is taken back: it is no more, and nor is its history.

    A thing with all its series, a series with all its observations, or one observation of a
    series, `at` its time.
    """

    thing: ThingId | None = None
    series: SeriesId | None = None
    at: Micros | None = None


class Series(Struct, frozen=True, kw_only=True, tag=True, tag_field="fact", omit_defaults=True):
    """One observed property of one thing from one sensor.

    `id` is `{thing}/{property}`, and `{thing}/{property}@{sensor}` where a thing has several
    sensors (or a sample and a forecast) for the same property. `unit` is a UCUM code; "1" is a
    count or a share. `kind` says what a value stands for. `cadence` is the expected time between
    observations, microseconds, when known.
    """

    id: SeriesId
    thing: ThingId
    property: str
    dataset: str
    unit: str = "1"
    sensor: str = ""
    kind: str = "measured"  # measured | sample | forecast | derived
    cadence: Micros | None = None
    name: str | None = None
    relations: dict[str, tuple[str, ...]] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as a thing's
    details: dict[str, Json] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as a thing's


class Observation(Struct, frozen=True, tag=True, tag_field="fact", omit_defaults=True):
    """One value of one series at one time. A missing value is NaN with the flag MISSING."""

    series: SeriesId
    at: Micros
    value: float
    flag: int = Flag.NOT_EVALUATED
    extra: dict[str, Json] | None = None


class Link(Struct, frozen=True, kw_only=True, tag=True, tag_field="fact", omit_defaults=True):
    """Someone has decided that a series measures a property of a thing. Never by distance.

    The decision can be undone: the same link with `holds` false.
    """

    thing: ThingId
    property: str
    series: SeriesId
    holds: bool = True


Fact: TypeAlias = Thing | Gone | Retracted | Series | Observation | Link


class Where(Struct, frozen=True, kw_only=True):
    """Which things are asked for. `radius` is metres from `near`.

    Things without a position are left out when `near` or `box` is given.
    """

    municipality: MunicipalityCode | None = None
    near: Point | None = None
    radius: float | None = None
    box: tuple[float, float, float, float] | None = None  # south, west, north, east; degrees


EVERYWHERE = Where()


class Found(Struct, frozen=True, kw_only=True):
    """A thing that was asked for, and how far away it is when a position was given, metres."""

    thing: Thing
    distance: float | None = None


class History(Struct, frozen=True):
    """The observations of one series in a period, oldest first: three arrays of one length.

    `times` are int64 microseconds, `values` float64 (NaN: missing), `flags` uint8.
    """

    times: NDArray[np.int64]
    values: NDArray[np.float64]
    flags: NDArray[np.uint8]


class Delivery(Struct, frozen=True, kw_only=True):
    """One raw payload as it arrived, kept so that it can be translated again.

    `part` tells the answers of one source apart ("main", "live", ...). `bodies` holds one body,
    one per page, or one per message. `names`, where bodies have names of their own, holds one a
    body: the topic of a message, the name of a file. `seq` is its number in the ledger; 0 before
    it is kept.
    """

    source: str
    received: Micros
    bodies: tuple[bytes, ...]
    part: str = "main"
    media_type: str = ""
    url: str = ""
    seq: int = 0
    names: tuple[str, ...] = ()


class Rejected(Struct, frozen=True, kw_only=True, tag=True, tag_field="fact"):
    """A record that could not be translated, kept with its reason and its own bytes."""

    where: str
    why: str
    record: bytes = b""


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where people turn with questions. `address` is a postal address, on one line."""

    name: str = ""
    email: str = ""
    url: str = ""
    phone: str = ""
    address: str = ""


LegalBasis: TypeAlias = Literal[
    "consent", "contract", "legal-obligation", "vital-interests", "public-task",
    "legitimate-interests",
]  # fmt: skip
Class: TypeAlias = Annotated[int, Meta(ge=0, le=4)]


class Klassa(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much harm may come of information, from 0 (none) to 4 (the worst), by SKR's KLASSA.

    If others see it, if it is wrong, if it cannot be reached.
    """

    confidentiality: Class
    integrity: Class
    availability: Class


class Dataset(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is published as one. Closed unless it says that it is open.

    `owner` is an organisation and `owner_role` the role in it that answers for the dataset.
    `purposes` are what data about people may be used for, by name, in words; `subjects` and
    `categories` say whose and what. `retention` is how long what is observed is kept, `kept` where
    in words, if elsewhere than on the hub, and `recipients` who else is given it.

    `theme` are codes of the EU's data themes ("ENVI"), `hvd` categories of high-value datasets by
    regulation (EU) 2023/138, `frequency` a code of the EU's list of frequencies ("HOURLY");
    `conforms_to` are the addresses of data specifications, `issued` is a date.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Words
    description: Words = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties
    owner: str = ""
    licence: str = "CC0-1.0"
    open: bool = False
    personal_data: bool = False
    source: str = ""
    written: bool = False  # what is written through a standard belongs here
    keywords: dict[Language, tuple[str, ...]] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties
    theme: tuple[Theme, ...] = ()
    hvd: tuple[HighValue, ...] = ()
    frequency: Annotated[str, Meta(pattern=r"^[A-Z_0-9]+$")] | None = None
    conforms_to: tuple[str, ...] = ()
    issued: date | None = None
    owner_role: str = ""
    classification: Klassa | None = None
    legal_basis: LegalBasis | None = None
    purposes: dict[str, Words] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties
    subjects: Words = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties
    categories: Words = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties
    recipients: tuple[str, ...] = ()
    retention: Duration | None = None
    kept: Words = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties


class Supplier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who delivers a system, or what it holds, to a municipality, and on which terms.

    `country` is its two letters by ISO 3166-1. `processor_agreement` says where the agreement
    about people's data is found, such as a case number.
    """

    name: Annotated[str, Meta(min_length=1)]
    organisation_number: str = ""
    country: Annotated[str, Meta(pattern=r"^([A-Z]{2})?$")] = ""
    contract_until: date | None = None
    processor_agreement: str = ""


class Governed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a source, or a kind of series in it, says of itself where its dataset says another."""

    owner: str = ""
    owner_role: str = ""
    classification: Klassa | None = None
    recipients: tuple[str, ...] = ()


class SourceGovernance(Governed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[governance]` in a source's file. `series` are kinds of series by their property."""

    supplier: Supplier | None = None
    series: dict[str, Governed] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties


class Stewardship(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[governance]` in `municipality.toml`: what holds where a dataset says nothing else."""

    owner: str = ""
    owner_role: str = ""
    data_protection_officer: Contact = field(default_factory=Contact)


Colour: TypeAlias = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")]


class Look(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[look]` in `municipality.toml`: a municipality's own colours and mark.

    `accent` is the colour of links and marks on light ground, `accent_dark` on dark, and
    `accent_ink` that of text upon `accent`. `logo` is a file beside `municipality.toml`.
    """

    accent: Colour | None = None
    accent_dark: Colour | None = None
    accent_ink: Colour = "#ffffff"
    logo: Annotated[str, Meta(pattern=r"^([A-Za-z0-9._-]+\.(svg|png))?$")] = ""


class Statement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[accessibility]` in `municipality.toml`: its own statement, by the act (2018:1937).

    `status` is how far what is shown follows EN 301 549; `faults` are those that are known, each
    in words; `assessed` is when it was last looked through, and `report` where faults are told.
    """

    status: Literal["full", "partial", "none"] = "partial"
    assessed: date | None = None
    faults: tuple[Words, ...] = ()
    report: Contact = field(default_factory=Contact)


class Keeping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a municipality keeps what is not what a dataset is about.

    `journal` is for notices that are over, with who was told of them (`byalag care`).
    `ledger` is for deliveries as they arrived, `sources` for those of a source by its name;
    `set_aside` for what could not be read, `messages` for what could not be sent, and `files` for
    earlier versions of published files. What is about people goes with its dataset, if sooner.
    """

    ledger: Duration = "400d"
    sources: dict[str, Duration] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]  # as for a thing's properties
    set_aside: Duration = "400d"
    messages: Duration = "30d"
    files: Duration | None = None
    journal: Duration = "365d"


class Hold(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision that nothing of a dataset or a thing is deleted yet: why, and until which day."""

    why: Annotated[str, Meta(min_length=1)]
    until: date
    dataset: str = ""
    thing: str = ""


class Municipality(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tenant: own store, own keys, own settings, own language."""

    code: MunicipalityCode
    name: str
    organisation_number: str = ""
    time_zone: str = "Europe/Stockholm"
    languages: tuple[Language, ...] = ("sv", "en")
    contact: Contact = field(default_factory=Contact)
    spatial: str = ""  # an IRI of the place, such as http://sws.geonames.org/602913
    on_premises: tuple[str, ...] = ()  # CIDR ranges that sources may reach although not public
    retention: Keeping = field(default_factory=Keeping)
    hold: tuple[Hold, ...] = ()
    governance: Stewardship = field(default_factory=Stewardship)
    look: Look = field(default_factory=Look)
    accessibility: Statement | None = None
