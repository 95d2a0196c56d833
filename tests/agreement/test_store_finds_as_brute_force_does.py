"""What the store finds is what reckoning through every place would find, near every edge."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from byalag.model import Point, Thing, Where
from byalag.store import Store
from byalag.store._distance import boxes_around, distances

EARTH = Geod(ellps="WGS84")
PLACES = 400


def places() -> list[Thing]:
    """Return places in northern Sweden, some at one spot, and some at the world's edges."""
    random = np.random.default_rng(11)
    spots = [(float(a), float(b)) for a, b in random.uniform((60, 12), (69, 24), (PLACES, 2))]
    spots += spots[:20]
    spots += [(0.0, 179.9), (0.1, -179.9), (89.9, 10.0), (89.9, -170.0), (-89.9, 0.0), (90.0, 0.0)]
    return [
        Thing(
            id=f"bath:x:{number}",
            type="BathingPlace" if number % 5 else "Parking",
            dataset="bathing-places",
            name=f"Plats {number % 7}",
            municipality=str(2480 + number % 3),
            point=Point(latitude, longitude),
        )
        for number, (latitude, longitude) in enumerate(spots)
    ]


THINGS = places()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("found") / "store.sqlite") as store:
        nowhere = Thing(id="bath:x:nowhere", type="BathingPlace", dataset="bathing-places")
        store.commit([*THINGS, nowhere], at=0).result()
        yield store


def metres(near: Point, thing: Thing) -> float:
    assert thing.point is not None
    here = (near.longitude, near.latitude, thing.point.longitude, thing.point.latitude)
    return float(EARTH.inv(*here)[2])


def expected(kind: str, where: Where) -> list[tuple[str, float]]:
    assert where.near is not None
    found = [
        (metres(where.near, thing), thing.id)
        for thing in THINGS
        if thing.type == kind
        and (where.municipality is None or thing.municipality == where.municipality)
        and (where.box is None or inside(thing, where.box))
    ]
    return [(id_, far) for far, id_ in sorted(found) if where.radius is None or far <= where.radius]


def inside(thing: Thing, box: tuple[float, float, float, float]) -> bool:
    south, west, north, east = box
    assert thing.point is not None
    latitude, longitude = thing.point.latitude, thing.point.longitude
    across = longitude >= west or longitude <= east
    return south <= latitude <= north and (west <= longitude <= east if west <= east else across)


northern = st.builds(Point, st.floats(59.5, 69.5), st.floats(11, 25))
anywhere = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
at_a_place = st.sampled_from([thing.point for thing in THINGS if thing.point])
radii = st.one_of(st.none(), st.floats(0, 2_000_000), st.sampled_from([1e3, 3e4, 1e7, 2.1e7]))
boxes = st.one_of(
    st.none(),
    st.sampled_from(
        [(60.0, 12.0, 65.0, 18.0), (-90.0, 170.0, 90.0, -170.0), (61.0, 0.0, 69.0, 20.0)]
    ),
)
quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(
    near=st.one_of(northern, anywhere, at_a_place),
    radius=radii,
    box=boxes,
    municipality=st.sampled_from([None, "2480", "2482"]),
    kind=st.sampled_from(["BathingPlace", "Parking"]),
    limit=st.one_of(st.none(), st.integers(0, 30)),
    offset=st.integers(0, 30),
)
def test_nearest_first(  # noqa: PLR0913, PLR0917 - the parts of one question
    filled: Store,
    near: Point,
    radius: float | None,
    box: tuple[float, float, float, float] | None,
    municipality: str | None,
    kind: str,
    limit: int | None,
    offset: int,
) -> None:
    where = Where(near=near, radius=radius, box=box, municipality=municipality)
    wanted = expected(kind, where)
    assert filled.count(kind, where) == len(wanted)
    page = wanted[offset:] if limit is None else wanted[offset : offset + limit]
    found = filled.find(kind, where, limit=limit, offset=offset)
    assert [one.thing.id for one in found] == [id_ for id_, _ in page]
    for one, (_, far) in zip(found, page, strict=True):
        assert one.distance == pytest.approx(far, abs=1e-6)


@quick
@given(near=st.one_of(northern, anywhere), number=st.integers(0, len(THINGS) - 1))
def test_a_radius_that_just_reaches_a_place_holds_it(
    filled: Store, near: Point, number: int
) -> None:
    thing = THINGS[number]
    far = float(distances(near, *(np.array([x]) for x in position(thing)))[0])
    just = Where(near=near, radius=far)
    assert thing.id in {found.thing.id for found in filled.find(thing.type, just)}
    short = Where(near=near, radius=math.nextafter(far, 0))
    assert far == 0 or thing.id not in {one.thing.id for one in filled.find(thing.type, short)}


def position(thing: Thing) -> tuple[float, float]:
    assert thing.point is not None
    return thing.point.latitude, thing.point.longitude


@settings(max_examples=300, deadline=None)
@given(near=anywhere, bearing=st.floats(0, 360), radius=st.floats(0, 19_900_000))
def test_the_boxes_hold_the_whole_circle(near: Point, bearing: float, radius: float) -> None:
    east, north, _ = EARTH.fwd(near.longitude, near.latitude, bearing, radius)
    assert any(
        s - 1e-9 <= north <= n + 1e-9 and w - 1e-9 <= east <= e + 1e-9
        for s, w, n, e in boxes_around(near, radius)
    )


@pytest.mark.parametrize("box", [(60.0, 12.0, 65.0, 18.0), (-90.0, 170.0, 90.0, -170.0)])
def test_a_box_by_name(filled: Store, box: tuple[float, float, float, float]) -> None:
    where = Where(box=box)
    wanted = [t for t in THINGS if t.type == "BathingPlace" and inside(t, box)]
    wanted.sort(key=lambda thing: (thing.name or "", thing.id))
    pages = [filled.find("BathingPlace", where, limit=7, offset=n) for n in range(0, 400, 7)]
    assert [found.thing.id for page in pages for found in page] == [thing.id for thing in wanted]
    assert filled.count("BathingPlace", where) == len(wanted)
    assert all(found.distance is None for page in pages for found in page)


@pytest.mark.parametrize("where", [Where(), Where(municipality="2481")])
def test_pages_by_name_are_the_whole(filled: Store, where: Where) -> None:
    whole = [found.thing.id for found in filled.find("BathingPlace", where)]
    pages = [filled.find("BathingPlace", where, limit=7, offset=n) for n in range(0, 400, 7)]
    assert [found.thing.id for page in pages for found in page] == whole
    assert filled.count("BathingPlace", where) == len(whole) == len(set(whole))


def test_names_are_in_swedish_order(tmp_path: Path) -> None:
    names = ["Östra", "Ånge", "zebra", "Älv", "ana", "Édith", "Åre", "Bo", "ödet", "eda", ""]
    things = [
        Thing(id=f"bath:x:{n}", type="BathingPlace", dataset="b", name=name or None)
        for n, name in enumerate(names)
    ]
    with Store(tmp_path / "names.sqlite") as store:
        store.commit(things, at=0).result()
        found = [one.thing.name for one in store.find("BathingPlace")]
    order = ["ana", "Bo", "eda", "Édith", "zebra", "Ånge", "Åre", "Älv", "ödet", "Östra", None]
    assert found == order
