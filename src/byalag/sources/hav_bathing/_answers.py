"""What Havs- och vattenmyndigheten's v2 API answers, in its own words.

Only what is passed on is named here. In particular not `updateDetail.authoredBy`, which may be a
person's name, and `localAuthorities`.
"""

from typing import Annotated, TypeAlias

from msgspec import Meta, Raw, Struct

Id: TypeAlias = Annotated[str, Meta(pattern=r"^SE[A-Z0-9]{4}[0-9]{12}$")]
Number: TypeAlias = str | float | None  # "13.3"; "-", "" and nothing mean unknown


class Contact(Struct, frozen=True):
    """How the municipality is reached."""

    email: str | None = None
    phone: str | None = None
    url: str | None = None


class Municipality(Struct, frozen=True, rename="camel"):
    """Named by a number without leading zero; the code in the place's id is used instead."""

    contact_info: Contact = Contact()


class Position(Struct, frozen=True):
    """Where samples are taken, degrees as text."""

    latitude: Number = None
    longitude: Number = None


class Water(Struct, frozen=True, rename="camel"):
    """The place itself."""

    id: Id
    name: str
    description: str | None = None
    eu_type: bool | None = None
    municipality: Municipality = Municipality()
    sampling_point_position: Position | None = None
    water_type_id: int | None = None
    water_type_id_text: str | None = None


class Advice(Struct, frozen=True, rename="camel"):
    """A running advice against bathing."""

    type_id: int | None = None
    type_id_text: str | None = None
    description: str | None = None
    starts_at: str | None = None


class Situation(Struct, frozen=True, rename="camel"):
    """An abnormal situation."""

    description: str | None = None
    starts_at: str | None = None
    ends_at: str | None = None


class Result(Struct, frozen=True, rename="camel"):
    """One sample. The count is a bound when its prefix is `<` or `>`."""

    taken_at: str
    water_temp: Number = None
    algal_id: int | None = None
    algal_id_text: str | None = None
    sample_assess_id: int | None = None
    sample_assess_id_text: str | None = None
    escherichia_coli_count: int | float | None = None
    escherichia_coli_prefix: str | None = None
    intestinal_enterococci_count: int | float | None = None
    intestinal_enterococci_prefix: str | None = None


class Classification(Struct, frozen=True, rename="camel"):
    """The water's quality class of one year."""

    year: int
    quality_class_id: int | None = None
    quality_class_id_text: str | None = None


class Season(Struct, frozen=True, rename="camel"):
    """When samples are taken."""

    starts_at: str | None = None
    ends_at: str | None = None


class Profile(Struct, frozen=True, rename="camel"):
    """What changes about once a year."""

    bathing_season: Season | None = None
    last_four_classifications: list[Classification] = []


class Forecast(Struct, frozen=True, rename="camel"):
    """The sea's temperature at an hour of the day; no date is given."""

    meas_hour: str | int
    water_temp: Number = None


class Entry(Struct, frozen=True, rename="camel"):
    """A place in the list, or the answer about one place, which says more.

    Samples and forecasts are decoded one by one, so that a broken one never stops the others.
    """

    bathing_water: Water
    advice_against_bathing: list[Advice] = []
    abnormal_situations: list[Situation] = []
    profile: Profile | None = None
    results: list[Raw] | None = None
    water_temperature: list[Raw] | None = None
