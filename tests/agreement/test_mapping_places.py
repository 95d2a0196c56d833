"""Coordinates: the grids of Swedish maps agree with the formulas that Lantmäteriet publishes."""

from collections.abc import Callable
from math import asin, asinh, atan2, atanh, cos, cosh, hypot, radians, sin, sinh, sqrt, tan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.mapping import Context, MappingSpec, PointSpec, ThingSpec, compile_mapping
from byalag.model import Point, Thing

Project = Callable[[float, float], tuple[float, float]]
AXIS, FLATTENING = 6_378_137.0, 1 / 298.257222101  # GRS 80
CONTEXT = Context(source="s", municipality="2482", dataset="d", received=0)
TM = (15.0, 0.9996, 0.0, 500_000.0)
ZONES = {
    3007: 12.0,
    3008: 13.5,
    3009: 15.0,
    3010: 16.5,
    3011: 18.0,
    3012: 14.25,
    3013: 15.75,
    3014: 17.25,
    3015: 18.75,
    3016: 20.25,
    3017: 21.75,
    3018: 23.25,
}
sweden = st.tuples(st.floats(55.4, 69.0), st.floats(11.2, 24.0))


def gauss(meridian: float, scale: float, north: float, east: float) -> Project:
    """Return the projection of Lantmäteriet's paper "Gauss Conformal Projection"."""
    n = FLATTENING / (2 - FLATTENING)
    rectified = AXIS / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    beta = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )
    e = sqrt(FLATTENING * (2 - FLATTENING))

    def project(latitude: float, longitude: float) -> tuple[float, float]:
        phi, away = radians(latitude), radians(longitude - meridian)
        conformal = asin(sin(phi))
        tau = sinh(asinh(tan(conformal)) - e * atanh(e * sin(phi)))
        xi, eta = atan2(tau, cos(away)), asinh(sin(away) / hypot(tau, cos(away)))
        x, y = xi, eta
        for k, factor in enumerate(beta, 1):
            x += factor * sin(2 * k * xi) * cosh(2 * k * eta)
            y += factor * cos(2 * k * xi) * sinh(2 * k * eta)
        return scale * rectified * x + north, scale * rectified * y + east

    return project


def placed(northing: float, easting: float, crs: int) -> Point:
    point = PointSpec(x="x", y="y", crs=f"EPSG:{crs}")
    spec = MappingSpec(thing=ThingSpec(type="Device", id="a", point=point))
    (thing,) = compile_mapping(spec, source="s")([("r", {"x": easting, "y": northing})], CONTEXT)
    assert isinstance(thing, Thing), thing
    assert thing.point is not None
    return thing.point


def metres(point: Point, latitude: float, longitude: float) -> float:
    along = (point.latitude - latitude) * 111_200
    across = (point.longitude - longitude) * 111_200 * cos(radians(latitude))
    return hypot(along, across)


def test_the_formulas_give_lantmateriet_s_own_example() -> None:
    example = gauss(13 + 35 / 60 + 7.692 / 3600, 1.00000254, -6226307.864, 84182.879)
    northing, easting = example(66.0, 24.0)
    assert northing == pytest.approx(1135809.413803, abs=1e-5)
    assert easting == pytest.approx(555304.016555, abs=1e-5)


@given(sweden)
@settings(deadline=None, max_examples=150)
def test_sweref_99_tm_agrees_within_a_metre(place: tuple[float, float]) -> None:
    assert metres(placed(*gauss(*TM)(*place), 3006), *place) < 0.01


@pytest.mark.parametrize(("crs", "meridian"), ZONES.items())
def test_every_zone_of_sweref_99_agrees_within_a_metre(crs: int, meridian: float) -> None:
    project = gauss(meridian, 1.0, 0.0, 150_000.0)
    for latitude in (55.5, 60.0, 65.25, 69.0):
        for longitude in (meridian - 1.5, meridian, meridian + 0.75):
            point = placed(*project(latitude, longitude), crs)
            assert metres(point, latitude, longitude) < 0.01


@given(sweden)
@settings(deadline=None, max_examples=150)
def test_rt_90_agrees_within_two_metres(place: tuple[float, float]) -> None:
    """Lantmäteriet's direct projection from SWEREF 99 to RT 90 2.5 gon V 0:-15."""
    rt90 = gauss(15 + 48 / 60 + 22.624306 / 3600, 1.00000561024, -667.711, 1500064.274)
    assert metres(placed(*rt90(*place), 3021), *place) < 2


@given(st.floats(55.4, 69.0), st.floats(-2.5, 2.5), st.sampled_from([25832, 25833, 25834, 25835]))
@settings(deadline=None, max_examples=100)
def test_etrs_89_utm_agrees_within_a_metre(latitude: float, away: float, crs: int) -> None:
    meridian = (crs - 25800 - 30) * 6.0 - 3.0
    project = gauss(meridian, 0.9996, 0.0, 500_000.0)
    longitude = meridian + away
    assert metres(placed(*project(latitude, longitude), crs), latitude, longitude) < 0.01


@pytest.mark.parametrize(
    ("crs", "northing", "easting", "latitude", "longitude"),
    [
        (3006, 6580821, 674032, 59.33022, 18.05919),  # Stockholm's central station
        (25833, 6580821, 674032, 59.33022, 18.05919),
        (25832, 5398863, 522499, 48.74237, 9.30606),  # a street in Esslingen
        (3857, 8252060, 2010339, 59.3302, 18.0592),
    ],
)
def test_known_places_are_where_they_are(
    crs: int, northing: float, easting: float, latitude: float, longitude: float
) -> None:
    assert metres(placed(northing, easting, crs), latitude, longitude) < 30


@given(sweden)
@settings(deadline=None, max_examples=50)
def test_degrees_are_kept_as_they_are(place: tuple[float, float]) -> None:
    spec = MappingSpec(thing=ThingSpec(type="Device", id="a", point=PointSpec(lat="0", lon="1")))
    (thing,) = compile_mapping(spec, source="s")([("r", list(place))], CONTEXT)
    assert isinstance(thing, Thing)
    assert thing.point == Point(*place)
