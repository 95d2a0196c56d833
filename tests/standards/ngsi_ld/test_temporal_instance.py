"""An instance of an attribute is an observation, and an observation an instance."""

import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.model import Flag, Json, Observation, Series
from byalag.standards.ngsi_ld._entity import AttributeKind, Instance
from byalag.standards.ngsi_ld._temporal_instance import (
    as_instance,
    as_observation,
    instance_id,
    place_of,
)

SERIES = Series(
    id="entity:ngsi-ld:a/speed",
    thing="entity:ngsi-ld:a",
    property="speed",
    dataset="written",
    details={"ngsi-ld": {"unitCode": "KMH", "datasetId": "urn:d:1"}},
)
AT = 1_600_000_000_000_000
members = st.text(max_size=3)
values = st.recursive(
    st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(members, inner, max_size=3),
    max_leaves=5,
)
kinds: tuple[AttributeKind, ...] = ("Property", "JsonProperty", "Relationship", "ListProperty")


@settings(max_examples=200, deadline=None)
@given(
    value=values,
    kind=st.sampled_from(kinds),
    observed=st.sampled_from([AT, None]),
    unit=st.sampled_from([None, "KMH", "CEL"]),
    sub=st.sampled_from([{}, {"https://example.org/x": [Instance(kind="Property", value=1)]}]),
)
def test_what_goes_in_comes_out(
    value: Json,
    kind: AttributeKind,
    observed: int | None,
    unit: str | None,
    sub: dict[str, list[Instance]],
) -> None:
    said = Instance(
        kind=kind,
        value=value,
        observed=observed,
        unit=unit,
        dataset="urn:d:1",
        created=AT,
        modified=AT,
        sub=sub,
    )
    seen = as_observation(SERIES, AT, said)
    kept = msgspec.json.decode(msgspec.json.encode(seen.extra))
    found = as_instance(SERIES, 7, Observation(seen.series, AT, seen.value, seen.flag, kept))
    assert found is not None
    assert found.value == value
    assert (found.kind, found.observed, found.unit) == (kind, observed, unit)
    assert (found.sub, found.dataset, found.created) == (sub, "urn:d:1", AT)


def test_a_number_at_a_time_is_a_plain_observation() -> None:
    said = Instance(kind="Property", value=12.5, observed=AT, unit="KMH", created=AT + 9)
    assert as_observation(SERIES, AT, said) == Observation(SERIES.id, AT, 12.5)


@pytest.mark.parametrize("value", [True, "12", 2**60, None])
def test_what_is_no_number_is_kept_beside_the_observation(value: Json) -> None:
    seen = as_observation(SERIES, AT, Instance(kind="Property", value=value, observed=AT))
    assert math.isnan(seen.value)
    assert seen.extra is not None


def test_a_deletion_is_an_instance_of_its_own() -> None:
    said = Instance(kind="Property", value="urn:ngsi-ld:null", deleted=AT)
    seen = as_observation(SERIES, AT, said)
    assert seen.flag == Flag.MISSING
    found = as_instance(SERIES, 1, seen)
    assert found is not None
    assert found.deleted == AT


def test_a_missing_value_of_a_source_is_no_instance() -> None:
    assert as_instance(SERIES, 1, Observation(SERIES.id, AT, math.nan, Flag.MISSING)) is None


@given(no=st.integers(1, 2**31), at=st.integers(0, 2**52))
@settings(max_examples=50, deadline=None)
def test_an_instances_id_says_where_it_is(no: int, at: int) -> None:
    assert place_of(instance_id(no, at)) == (no, at)


@pytest.mark.parametrize("text", ["", "urn:ngsi-ld:instance:", "urn:x:1", "urn:ngsi-ld:instance:0"])
def test_another_id_is_no_instances(text: str) -> None:
    assert place_of(text) is None
