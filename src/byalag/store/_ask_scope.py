"""Where fields are found: which tables a statement reads, and how they hang together."""

from collections.abc import Sequence

from byalag.asking import Kind
from byalag.store._ask_code import Bound, Code, Sort, json_path

_GEOMETRY = (
    "coalesce({t}.asked ->> '$.shape', CASE WHEN {t}.latitude IS NOT NULL"
    " THEN format('%.17g %.17g', {t}.longitude, {t}.latitude) END)"
)
_THING: dict[str, tuple[str, Sort]] = {
    "no": ("{t}.no", "number"),
    "id": ("{t}.id", "text"),
    "type": ("{t}.type", "text"),
    "dataset": ("{t}.dataset", "text"),
    "municipality": ("{t}.municipality", "text"),
    "name": ("({t}.asked ->> '$.name')", "text"),
    "description": ("({t}.asked ->> '$.description')", "text"),
    "geometry": (_GEOMETRY, "place"),
}
_NEWEST = "(SELECT l.{what} FROM latest l WHERE l.series = {t}.no)"
_FIRST = (
    "(SELECT min(x) FROM (SELECT min(at) x FROM observation WHERE series = {t}.no UNION ALL"
    " SELECT min(first) FROM chunk WHERE series = {t}.no))"
)
_SERIES: dict[str, tuple[str, Sort]] = {
    "no": ("{t}.no", "number"),
    **{
        name: ("{t}." + name, "text")
        for name in ("id", "name", "property", "unit", "kind", "sensor", "dataset")
    },
    "first": (_FIRST, "moment"),
    "last": (_NEWEST.replace("{what}", "at"), "moment"),
    "latest": (_NEWEST.replace("{what}", "value"), "number"),
}
_OBSERVATION: dict[str, tuple[str, Sort]] = {
    "no": ("observation_number({t}.series, {t}.at)", "number"),
    "at": ("{t}.at", "moment"),
    "value": ("{t}.value", "number"),
    "flag": ("{t}.flag", "number"),
}
_COLUMNS = {"thing": _THING, "series": _SERIES, "observation": _OBSERVATION}
_JSON = {
    ("thing", "properties"): ("{t}.asked", ("properties",)),
    ("thing", "details"): ("{t}.asked", ("details",)),
    ("series", "details"): ("{t}.details", ()),
    ("observation", "extra"): ("{t}.extra", ()),
}
_LATEST = (
    "(SELECT l.value FROM series x JOIN latest l ON l.series = x.no"
    " WHERE (x.thing = {t}.id AND x.property = {name} OR x.thing <> {t}.id AND x.id IN"
    " (SELECT k.series FROM link k WHERE k.thing = {t}.id AND k.property = {name}))"
    " AND x.kind <> 'forecast' AND l.value IS NOT NULL ORDER BY l.at DESC, x.no LIMIT 1)"
)

# (kind, step): the kind it leads to, if to many, whether it has a name, the tables, by which
# rows they hang together. {o} is what is stepped from, {t} what is stepped to, {r} in between.
_STEPS: dict[tuple[Kind, str], tuple[Kind, bool, bool, str, str]] = {
    ("thing", "series"): ("series", True, False, "series {t}", "{t}.thing = {o}.id"),
    ("thing", "relation"): (
        "thing", True, True, "thing_relation {r} CROSS JOIN thing {t}",
        "{r}.no = {o}.no AND {r}.name = {name} AND {t}.id = {r}.object AND {t}.gone = 0",
    ),
    ("thing", "inverse"): (
        "thing", True, True, "thing_relation {r} CROSS JOIN thing {t}",
        "{r}.object = {o}.id AND {r}.name = {name} AND {t}.no = {r}.no AND {t}.gone = 0",
    ),
    ("thing", "measures"): (
        "series", True, True, "series_relation {r} CROSS JOIN series {t}",
        "{r}.object = {o}.id AND {r}.name = {name} AND {t}.no = {r}.no",
    ),
    ("series", "thing"): (
        "thing", False, False, "thing {t}", "{t}.id = {o}.thing AND {t}.gone = 0",
    ),
    ("series", "relation"): (
        "thing", True, True, "series_relation {r} CROSS JOIN thing {t}",
        "{r}.no = {o}.no AND {r}.name = {name} AND {t}.id = {r}.object AND {t}.gone = 0",
    ),
    ("series", "observations"): (
        "observation", True, False, "observed({o}.no, NULL, NULL, NULL, NULL, 0) {t}", "true",
    ),
    ("observation", "series"): ("series", False, False, "series {t}", "{t}.no = {o}.series"),
}  # fmt: skip


class Names:
    """What is bound so far, and names for tables that are not taken."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.bound: list[Bound] = []
        self._places: dict[tuple[Bound, str], int] = {}
        self._tables = 0

    def bind(self, bound: Bound) -> str:
        """Return the name of something bound."""
        key = (bound, type(bound.value).__name__)
        if key not in self._places:
            self.bound.append(bound)
            self._places[key] = len(self.bound)
        return f"?{self._places[key]}"

    def table(self) -> str:
        """Return a name for a table."""
        self._tables += 1
        return f"t{self._tables}"


class Scope:
    """The rows that an expression is asked of, and those that steps lead to from them.

    A scope within another is what an EXISTS looks at: there steps to many may be taken.
    """

    def __init__(self, names: Names, kind: Kind, table: str, outer: "Scope | None" = None) -> None:
        """Begin with one table."""
        self.names = names
        self.kind: Kind = kind
        self.table = table
        self.outer = outer
        self.tables: list[str] = []
        self.hangs: list[str] = []
        self._known: dict[tuple[str, ...], tuple[Kind, str]] = {(): (kind, table)}
        self._lists: dict[tuple[str, ...], str] = {}
        self._own: set[tuple[str, ...]] = set()

    def step(self, taken: tuple[str, ...], step: tuple[str, ...]) -> tuple[Kind, str]:
        """Read the table that a step leads to, if it is not read already; return which it is."""
        path = (*taken, *step)
        if path in self._known:
            return self._known[path]
        kind, table = self._known[taken]
        to, many, _, source, on = _STEPS[kind, step[0]]
        if self.outer is not None and not many and taken not in self._own:
            self._known[path] = self.outer.step(taken, step)
            return self._known[path]
        name = self.names.bind(Bound(step[1])) if len(step) > 1 else ""
        new = self.names.table()
        parts = {"o": table, "t": new, "r": f"{new}r", "name": name}
        if many and self.outer is None:
            message = f"{'/'.join(path)} leads to many rows: it can be asked of, not ordered by"
            raise ValueError(message)
        if many:
            self.tables.append("CROSS JOIN " + source.format(**parts))
            self.hangs.append(on.format(**parts))
        else:
            self.tables.append(f"LEFT JOIN {source.format(**parts)} ON {on.format(**parts)}")
        self._known[path] = to, new
        self._own.add(path)
        return to, new

    def field(self, path: tuple[str, ...]) -> Code:
        """Return what says a field.

        Raises:
            ValueError: There is no such field.
        """
        steps, rest = split(self.kind, path)
        taken: tuple[str, ...] = ()
        for step in steps:
            self.step(taken, step)
            taken = (*taken, *step)
        kind, table = self._known[taken]
        return self._column(kind, table, rest, path)

    def point(self, path: tuple[str, ...]) -> tuple[str, str, str] | None:
        """Return what says the shape, longitude and latitude of a thing's place; else None."""
        steps, rest = split(self.kind, path)
        self.field(path)
        kind, table = self._known[tuple(part for step in steps for part in step)]
        if kind != "thing" or tuple(rest) != ("geometry",):
            return None
        shape = f"json_type({table}.asked, '$.shape')"
        return shape, f"{table}.longitude", f"{table}.latitude"

    def _column(self, kind: Kind, table: str, rest: Sequence[str], path: tuple[str, ...]) -> Code:
        first, *keys = rest or ("no",)
        if first in _COLUMNS[kind] and not keys:
            sql, sort = _COLUMNS[kind][first]
            return Code(sql.format(t=table), sort)
        if (kind, first) in _JSON:
            return self._json(kind, table, first, tuple(keys))
        if kind == "thing" and first == "latest" and len(keys) == 1:
            name = self.names.bind(Bound(keys[0]))
            return Code(_LATEST.format(t=table, name=name), "number")
        raise ValueError(_no_field(kind, path))

    def _json(self, kind: Kind, table: str, first: str, keys: tuple[str, ...]) -> Code:
        column, before = _JSON[kind, first]
        document = column.format(t=table)
        way = before
        while "*" in keys:
            here = keys.index("*")
            element = self._each(document, way + keys[:here])
            way, keys = (), keys[here + 1 :]
            if not keys:
                return Code(f"{element}.value", "json", f"{element}.type")
            document = f"CASE WHEN {element}.type IN ('object','array') THEN {element}.value END"
        path = self.names.bind(Bound(json_path(way + keys)))
        return Code(f"({document} ->> {path})", "json", f"json_type({document}, {path})")

    def _each(self, document: str, way: tuple[str, ...]) -> str:
        """Read what a list holds, one at a time, or what is no list; return the table's name."""
        key = (document, *way)
        if key not in self._lists:
            if self.outer is None:
                message = "* leads to many values: they can be asked of, not ordered by"
                raise ValueError(message)
            new = self.names.table()
            path = self.names.bind(Bound(json_path(way)))
            case = f"CASE json_type({document}, {path}) WHEN 'object' THEN"
            held = f"{case} json_array({document} -> {path}) ELSE {document} END"
            self.tables.append(f"CROSS JOIN json_each({held}, {case} '$' ELSE {path} END) {new}")
            self._lists[key] = new
        return self._lists[key]

    def exists(self, condition: str) -> str:
        """Return what says whether any of the rows that steps lead to meets a condition."""
        first, *others = self.tables
        tables = " ".join([first.removeprefix("CROSS JOIN "), *others])
        return f"EXISTS (SELECT 1 FROM {tables} WHERE {' AND '.join([*self.hangs, condition])})"  # noqa: S608 -- of words of our own; all that was asked with is bound


def split(kind: Kind, path: tuple[str, ...]) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """Return the steps of a path, and what it says of the row that they lead to.

    Raises:
        ValueError: There is no such step.
    """
    steps: list[tuple[str, ...]] = []
    at = 0
    while at < len(path) and (kind, path[at]) in _STEPS:
        to, _, named, _, _ = _STEPS[kind, path[at]]
        step = path[at : at + 1 + named]
        if named and len(step) == 1:
            message = f"{'/'.join(path)} names no relation; give its name after {path[at]!r}"
            raise ValueError(message)
        steps.append(step)
        at += len(step)
        kind = to
    return steps, path[at:]


def to_many(kind: Kind, path: tuple[str, ...]) -> bool:
    """Return whether a path leads to many."""
    steps, rest = split(kind, path)
    for step in steps:
        to, many, *_ = _STEPS[kind, step[0]]
        if many:
            return True
        kind = to
    return bool(rest) and (kind, rest[0]) in _JSON and "*" in rest[1:]


def _no_field(kind: Kind, path: tuple[str, ...]) -> str:
    names = sorted({*_COLUMNS[kind], *(name for of, name in _JSON if of == kind)})
    steps = sorted(step for of, step in _STEPS if of == kind)
    return (
        f"there is no field {'/'.join(path)!r}; a {kind} has {', '.join(names)}, "
        f"and the steps {', '.join(steps)}"
    )
