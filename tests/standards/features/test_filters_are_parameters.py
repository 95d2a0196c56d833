"""Promise 17: a filter becomes one statement, of known tables, that holds nothing of it."""

import re
import threading
from typing import Any

import msgspec
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import expressions as sql
from starlette.testclient import TestClient

from byalag.store import Store, _sqlite
from byalag.store._connection import Readers

pytestmark = pytest.mark.proves(17)
NUMBERED = re.compile(r"\?\d+")  # SQLite's numbered parameters, which sqlglot does not read
CANARY = "kanariefågel"
NASTY = [
    CANARY, f"{CANARY}' OR 1=1 --", f"{CANARY}; DROP TABLE thing; --", f'{CANARY}") UNION SELECT 1',
    f"{CANARY}\\", f"%{CANARY}_", f"/*{CANARY}*/", f"{CANARY}\x00", f"'{CANARY}''", f"{CANARY}🦆",
]  # fmt: skip
FEATURES = "/features/v1/collections/trails/items"
THINGS = "/sensorthings/v1.1/Things"
SERIES = "/sensorthings/v1.1/Datastreams"
SEEN = "/sensorthings/v1.1/Observations"
ENTITIES = "/ngsi-ld/v1/entities"


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return every statement that reading connections run, in the order that they run it."""
    said: list[str] = []
    lock = threading.Lock()
    lent, back = Readers._take, Readers._give_back  # noqa: SLF001 -- all connections pass here

    def trace(_cursor: object, statement: str, _values: object) -> bool:
        with lock:
            said.append(statement)
        return True

    def take(self: Readers) -> _sqlite.Connection:
        connection: Any = lent(self)
        connection.exec_trace = trace
        return connection  # type: ignore[no-any-return]  # apsw's own, of which we set a trace

    def give_back(self: Readers, connection: Any) -> None:  # noqa: ANN401 -- apsw's own
        connection.exec_trace = None
        back(self, connection)

    monkeypatch.setattr(Readers, "_take", take)
    monkeypatch.setattr(Readers, "_give_back", give_back)
    return said


texts = st.sampled_from(NASTY)
TRUTHS = st.sampled_from(["AND", "OR"])


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@st.composite
def cql_text(draw: st.DrawFn) -> dict[str, str]:
    """Return a filter in CQL2 text: well-formed around what is hostile, or hostile throughout."""
    text = draw(texts)
    one = st.sampled_from(
        [
            f"name = {quoted(text)}",
            f"name LIKE {quoted('%' + text)}",
            f"lower(name) = {quoted(text)}",
            f"name IN ({quoted(text)}, 'x')",
            f'"{text}" = 1',
            f"level BETWEEN 1 AND {draw(st.integers())}",
            f"S_INTERSECTS(geometry, POINT({draw(st.floats(-180, 180))} 64))",
            f"name = {text}",
            text,
        ]
    )
    parts = draw(st.lists(one, min_size=1, max_size=4))
    return {"filter": f" {draw(TRUTHS)} ".join(parts)}


@st.composite
def cql_json(draw: st.DrawFn) -> dict[str, str]:
    """Return a filter in CQL2 JSON."""
    text = draw(texts)
    op = draw(st.sampled_from(["=", "like", "<", "in", text]))
    named = {"property": draw(st.sampled_from(["name", "level", text]))}
    right: object = [text] if op == "in" else text
    tree: object = {"op": op, "args": [named, right]}
    for _ in range(draw(st.integers(0, 3))):
        tree = {"op": draw(st.sampled_from(["and", "or"])), "args": [tree, tree]}
    return {"filter": msgspec.json.encode(tree).decode(), "filter-lang": "cql2-json"}


@st.composite
def odata(draw: st.DrawFn) -> dict[str, str]:
    """Return a $filter and an $orderby of SensorThings."""
    text = quoted(draw(texts))
    one = st.sampled_from(
        [
            f"name eq {text}",
            f"substringof({text},name)",
            f"startswith(tolower(name),{text})",
            f"properties/{draw(texts)} eq 1",
            f"properties/a eq {text}",
            f"length({text}) gt {draw(st.integers(0, 9))}",
            f"name eq {draw(texts)}",
        ]
    )
    order = draw(st.sampled_from(["name", "id desc", "properties/a", draw(texts)]))
    parts = draw(st.lists(one, min_size=1, max_size=4))
    return {"$filter": f" {draw(TRUTHS).lower()} ".join(parts), "$orderby": order}


@st.composite
def ngsi(draw: st.DrawFn) -> dict[str, str]:
    """Return a q and a geoquery of NGSI-LD."""
    text = draw(texts)
    q = draw(
        st.sampled_from(
            [f'name=="{text}"', f"name~={text}", f"{text}==1", f'a.b=="{text}"', f'x[y]>"{text}"']
        )
    )
    asked = {"type": draw(st.sampled_from(["Trail", text])), "q": q}
    if draw(st.booleans()):
        at = f"[{draw(st.floats(-180, 180))},64]"
        asked |= {"georel": "near;maxDistance==2000", "geometry": "Point", "coordinates": at}
    return asked


ASKED = st.one_of(
    cql_text().map(lambda asked: (FEATURES, asked)),
    cql_json().map(lambda asked: (FEATURES, asked)),
    st.tuples(st.sampled_from([THINGS, SERIES, SEEN]), odata()),
    ngsi().map(lambda asked: (ENTITIES, asked)),
)


def test_whatever_is_asked_becomes_statements_that_hold_nothing_of_it(
    client: TestClient, commons: Store, traced: list[str], promised: dict[str, object]
) -> None:
    connection = _sqlite.connect(commons.path, create=False)
    found = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    connection.close()
    known = {name for (name,) in found} | {"sqlite_schema", "json_each", "json_tree"}
    counts = {"asked": 0, "answered": 0, "refused": 0}
    statements: set[str] = set()

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(asked=ASKED)
    def ask(asked: tuple[str, dict[str, str]]) -> None:
        traced.clear()
        path, query = asked
        answer = client.get(path, params=query)
        assert answer.status_code in {200, 400, 403, 404, 414, 501}, answer.text
        counts["asked"] += 1
        counts["answered" if answer.status_code == 200 else "refused"] += 1
        statements.update(traced)

    ask()
    assert counts["answered"]
    assert counts["refused"]
    for statement in statements:
        reads_known_tables(statement, known)
    promised |= counts | {"statements": len(statements), "literals of the input": 0}


def reads_known_tables(statement: str, known: set[str]) -> None:
    """Assert that a text is one statement that reads tables there are, and holds no input."""
    assert CANARY not in statement
    if statement.split(maxsplit=1)[0] in {"BEGIN", "COMMIT", "PRAGMA"}:
        assert ";" not in statement
        return
    [one] = [
        each
        for each in sqlglot.parse(NUMBERED.sub("?", statement), read="sqlite")
        if each is not None
    ]
    assert isinstance(one, sql.Query), statement
    own = {each.alias for each in one.find_all(sql.CTE)}
    tables = {table.name for table in one.find_all(sql.Table)}
    assert {name for name in tables if name} <= known | own, tables - known - own
