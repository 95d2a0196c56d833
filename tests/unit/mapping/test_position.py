from collections.abc import Callable

import pytest

from byalag import Misconfigured
from byalag.model import Json, Point, Rejected, Thing

Say = Callable[..., list[Json]]
SWEDEN = [55, 10.9, 69.1, 24.2]
IN_METRES = {"x": "x", "y": "y", "crs": "EPSG:3006"}
LAT_LON = {"lat": "lat", "lon": "lon"}
# The central station of Stockholm, in degrees and in metres.
STOCKHOLM = Point(59.33022, 18.05919)
SQUARE = [[13.0, 60.0], [13.2, 60.0], [13.2, 60.2], [13.0, 60.2], [13.0, 60.0]]
BENT = [[0, 0], [10, 0], [10, 10], [9, 10], [9, 1], [0, 1], [0, 0]]


@pytest.fixture
def placed(say: Say) -> Callable[..., Json]:
    def said(record: dict[str, Json], **thing: Json) -> Json:
        (one,) = say({"id": "a", **record}, thing=thing)
        return one

    return said


def near(one: Json, point: Point) -> bool:
    """Return whether it is placed within a metre, roughly, of the point."""
    return (
        isinstance(one, Thing)
        and one.point is not None
        and abs(one.point.latitude - point.latitude) < 1e-5
        and abs(one.point.longitude - point.longitude) < 2e-5
    )


@pytest.mark.parametrize(
    ("record", "point"),
    [
        ({"lat": 59.33022, "lon": 18.05919}, LAT_LON),
        ({"lat": "59.33022", "lon": "18.05919"}, LAT_LON),
        ({"lat": "59,33022", "lon": "18,05919"}, {**LAT_LON, "decimal": ","}),
        ({"x": 674032.0, "y": 6580821.0}, {"x": "x", "y": "y", "crs": "EPSG:3006"}),
        ({"x": "674 032", "y": "6 580 821"}, {"x": "x", "y": "y", "crs": "EPSG:3006"}),
        ({"x": 674032, "y": 6580821, "$crs": 3006}, {"x": "x", "y": "y", "crs": "auto"}),
        ({"w": "POINT (18.05919 59.33022)"}, {"wkt": "w"}),
        ({"w": "point z(18.05919 59.33022 5)"}, {"wkt": "w"}),
        ({"w": "POINT (674032 6580821)"}, {"wkt": "w", "crs": "EPSG:3006"}),
        ({"w": "SRID=3006;POINT(674032 6580821)"}, {"wkt": "w"}),
        ({"g": {"type": "Point", "coordinates": [18.05919, 59.33022, 0]}}, {"geometry": "g"}),
        ({"g": {"x": 18.05919, "y": 59.33022}}, {"geometry": "g"}),
        (
            {"g": {"x": 674032, "y": 6580821, "spatialReference": {"wkid": 3006}}},
            {"geometry": "g", "crs": "auto"},
        ),
        (
            {"g": {"type": "Point", "coordinates": [674032, 6580821]}, "$crs": "EPSG:3006"},
            {"geometry": "g", "crs": "auto"},
        ),
        (
            {"g": {"type": "Point", "coordinates": [674032, 6580821]}},
            {"geometry": "g", "crs": "urn:ogc:def:crs:EPSG::3006"},
        ),
    ],
)
def test_a_position_is_read_as_it_is_written(
    placed: Callable[..., Json], record: dict[str, Json], point: dict[str, Json]
) -> None:
    one = placed(record, point=point)
    assert near(one, STOCKHOLM), one


@pytest.mark.parametrize(
    "stated",
    [
        "urn:ogc:def:crs:EPSG::25833",
        "urn:ogc:def:crs:EPSG:6.9:25833",
        "http://www.opengis.net/def/crs/EPSG/0/25833",
        "EPSG:25833",
        25833,
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}},
        {"wkid": 25833},
        {"wkid": 102100, "latestWkid": 25833},
    ],
)
def test_an_answer_may_state_its_own_coordinate_system(
    placed: Callable[..., Json], stated: Json
) -> None:
    record = {"g": {"type": "Point", "coordinates": [674032, 6580821]}, "$crs": stated}
    assert near(placed(record, point={"geometry": "g", "crs": "auto"}), STOCKHOLM)


@pytest.mark.parametrize("stated", [None, "urn:ogc:def:crs:OGC:1.3:CRS84", 4326])
def test_geojson_is_in_degrees_unless_it_says_otherwise(
    placed: Callable[..., Json], stated: Json
) -> None:
    record = {"g": {"type": "Point", "coordinates": [18.05919, 59.33022]}, "$crs": stated}
    assert near(placed(record, point={"geometry": "g", "crs": "auto"}), STOCKHOLM)


@pytest.mark.parametrize(
    ("record", "point"),
    [
        ({}, LAT_LON),
        ({"lat": None, "lon": None}, LAT_LON),
        ({"lat": "", "lon": " "}, LAT_LON),
        ({"lat": 0, "lon": 0}, {**LAT_LON, "missing": [0]}),
        ({"w": ""}, {"wkt": "w"}),
        ({"w": "POINT EMPTY"}, {"wkt": "w"}),
        ({"w": "POLYGON EMPTY"}, {"wkt": "w"}),
        ({"g": None}, {"geometry": "g"}),
        ({"g": {"type": "Point", "coordinates": []}}, {"geometry": "g"}),
        ({"g": {"x": None, "y": None}}, {"geometry": "g"}),
        ({"g": {"x": "NaN", "y": "NaN"}}, {"geometry": "g"}),
    ],
)
def test_a_record_without_position_is_kept_unless_one_is_required(
    placed: Callable[..., Json], record: dict[str, Json], point: dict[str, Json]
) -> None:
    assert placed(record, point=point).point is None
    rejected = placed(record, point={**point, "required": True})
    assert rejected.why == "point: there is no position, and one is required"


@pytest.mark.parametrize(
    ("record", "point", "why"),
    [
        ({"lat": 59.3}, LAT_LON, "only one of lon and lat is there"),
        ({"lat": 91.0, "lon": 10.0}, LAT_LON, "no place on earth"),
        ({"lat": 59.3, "lon": 181.0}, LAT_LON, "no place on earth"),
        ({"lat": float("nan"), "lon": 18.0}, LAT_LON, "no place on earth"),
        ({"lat": "nan", "lon": "18"}, LAT_LON, "not a number"),
        ({"lat": 0.0, "lon": 0.0}, LAT_LON, "0, 0 is in the sea off Africa"),
        ({"lat": True, "lon": False}, LAT_LON, "not a number"),
        ({"lat": 13.77, "lon": 56.42}, {**LAT_LON, "within": SWEDEN}, "lies outside of 55 to 69.1"),
        (
            {"x": 6580821.0, "y": 674032.0},
            {"x": "x", "y": "y", "crs": "EPSG:3006"},
            "are x and y swapped?",
        ),
        (
            {"x": float("inf"), "y": 1.0},
            {"x": "x", "y": "y", "crs": "EPSG:3006"},
            "lies far outside",
        ),
        ({"w": "PUNKT (1 2)"}, {"wkt": "w"}, "not well-known text"),
        ({"w": "POINT (a b)"}, {"wkt": "w"}, "is not a position"),
        ({"w": "POINT (nan nan)"}, {"wkt": "w"}, "no place on earth"),
        ({"w": 5}, {"wkt": "w"}, "5 is not a geometry"),
        ({"g": {"type": "Point", "coordinates": ["a", 1]}}, {"geometry": "g"}, "cannot be read"),
        ({"g": {"type": "Point", "coordinates": [True, 1]}}, {"geometry": "g"}, "cannot be read"),
        ({"g": {"type": "Point", "coordinates": [1]}}, {"geometry": "g"}, "cannot be read"),
        ({"g": {"type": "Circle", "coordinates": [1]}}, {"geometry": "g"}, "'Circle' is not read"),
        ({"g": {"type": "Polygon", "coordinates": [[1, 2]]}}, {"geometry": "g"}, "cannot be read"),
        ({"g": [18, 59]}, {"geometry": "g"}, "a list is not a geometry"),
        (
            {"g": {"x": 1, "y": 1, "spatialReference": {"wkid": 9999}}},
            {"geometry": "g", "crs": "auto"},
            "9999 is not known",
        ),
        (
            {"g": {"type": "Point", "coordinates": [1, 1]}, "$crs": "EPSG:9"},
            {"geometry": "g", "crs": "auto"},
            "'EPSG:9' is not known",
        ),
    ],
)
def test_what_cannot_be_a_position_sets_the_record_aside(
    placed: Callable[..., Json], record: dict[str, Json], point: dict[str, Json], why: str
) -> None:
    rejected = placed(record, point=point)
    assert isinstance(rejected, Rejected), rejected
    assert rejected.why.startswith("point: ")
    assert why in rejected.why


def test_a_deep_or_huge_geometry_is_refused(placed: Callable[..., Json]) -> None:
    deep: Json = [1.0, 2.0]
    for _ in range(50):
        deep = [deep]
    for coordinates in (deep, [[[0.0, 0.0]] * 1_100_000]):
        record = {"g": {"type": "Polygon", "coordinates": coordinates}}
        assert "too large" in placed(record, point={"geometry": "g"}).why


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [SQUARE]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"rings": [list(reversed(SQUARE))]},
        "POLYGON ((13 60, 13.2 60, 13.2 60.2, 13 60.2, 13 60))",
    ],
)
def test_a_shape_is_kept_and_the_point_lies_inside_it(
    placed: Callable[..., Json], geometry: Json
) -> None:
    one = placed({"g": geometry}, shape="g")
    assert one.shape["type"] in {"Polygon", "MultiPolygon"}
    assert 60.0 < one.point.latitude < 60.2
    assert 13.0 < one.point.longitude < 13.2


def test_the_point_of_a_bent_shape_is_not_its_middle_but_inside(
    placed: Callable[..., Json],
) -> None:
    point = placed({"g": {"type": "Polygon", "coordinates": [BENT]}}, shape="g").point
    assert 0 < point.latitude < 1 or 9 < point.longitude < 10


def test_holes_of_esri_rings_are_holes(placed: Callable[..., Json]) -> None:
    outline = [[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]]
    hole = [[1, 1], [9, 1], [9, 9], [1, 9], [1, 1]]
    one = placed({"g": {"rings": [outline, hole]}}, shape="g")
    assert len(one.shape["coordinates"]) == 2
    assert not (1 < one.point.latitude < 9 and 1 < one.point.longitude < 9)


def test_a_shape_in_metres_is_said_in_degrees(placed: Callable[..., Json]) -> None:
    square = [[674000, 6580800], [674100, 6580800], [674100, 6580900], [674000, 6580800]]
    record = {"g": {"type": "Polygon", "coordinates": [square]}, "$crs": "EPSG:3006"}
    one = placed(record, shape="g")
    longitude, latitude = one.shape["coordinates"][0][0]
    assert (round(latitude, 3), round(longitude, 3)) == (59.330, 18.059)


def test_a_record_s_own_point_goes_before_the_inside_of_its_shape(
    placed: Callable[..., Json],
) -> None:
    record = {"g": {"type": "Polygon", "coordinates": [SQUARE]}, "lat": 60.01, "lon": 13.01}
    assert placed(record, shape="g", point=LAT_LON).point == Point(60.01, 13.01)
    assert placed(record | {"lat": None, "lon": None}, shape="g", point=LAT_LON).point is not None


def test_a_shape_that_is_a_point_is_only_a_point(placed: Callable[..., Json]) -> None:
    one = placed({"g": {"type": "Point", "coordinates": [13.0, 60.0]}}, shape="g")
    assert one.shape is None
    assert one.point == Point(60.0, 13.0)


@pytest.mark.parametrize(
    ("point", "why"),
    [
        ({}, "in exactly one way"),
        ({"lat": "lat"}, "in exactly one way"),
        ({**LAT_LON, "wkt": "w"}, "in exactly one way"),
        ({**LAT_LON, "crs": "EPSG:3006"}, "is in metres; give `x` and `y`"),
        ({"x": "x", "y": "y", "crs": "EPSG:3066"}, "near ones are EPSG:3016, EPSG:3006"),
        ({"x": "x", "y": "y", "crs": "SWEREF"}, "known are auto, EPSG:3006"),
        ({**LAT_LON, "within": [69, 10, 55, 24]}, "write [south, west, north, east]"),
    ],
)
def test_a_wrong_setting_of_a_position_is_named(
    placed: Callable[..., Json], point: dict[str, Json], why: str
) -> None:
    with pytest.raises(Misconfigured, match=r"^thing\.point") as error:
        placed({}, point=point)
    assert why in str(error.value)
