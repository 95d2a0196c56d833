"""One database, asked with a SELECT in a read-only transaction. Works in a thread, with limits."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from socket import create_connection
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import (
    URL,
    ColumnClause,
    Connection,
    CursorResult,
    Engine,
    Select,
    TextClause,
    bindparam,
    column,
    create_engine,
    event,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from byalag import Misconfigured
from byalag.engine._face import Unreachable
from byalag.engine._values import Mark
from byalag.sources import Query

_CONNECT: Final = 10  # seconds
_STEP: Final = 100  # rows fetched at a time
LARGEST: Final = 128 * 1024 * 1024  # bytes of text in the rows of one reading
_PORTS: Final = {"postgresql": 5432, "mariadb": 3306, "mysql": 3306, "mssql": 1433, "oracle": 1521}
_DRIVERS: Final = {
    "postgresql": ("psycopg", "postgres"),
    "mariadb": ("pymysql", "mariadb"),
    "mysql": ("pymysql", "mariadb"),
    "mssql": ("pymssql", "mssql"),
    "oracle": ("oracledb", "oracle"),
}
_ALLOWED: Final = {
    "postgresql": {"sslmode", "sslrootcert", "application_name"},
    "mariadb": {"charset", "ssl_ca", "ssl_verify_cert", "ssl_verify_identity"},
    "mysql": {"charset", "ssl_ca", "ssl_verify_cert", "ssl_verify_identity"},
    "mssql": {"charset", "tds_version", "encryption"},
    "oracle": {"service_name"},
}


class Rows(Struct, frozen=True, kw_only=True):
    """What was read: the names of the columns, and the rows in order; whether there are more.

    There are fewer than was asked for where they hold very much.
    """

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool


def address(given: str) -> URL:
    """Return the address of a database with the driver that reads it.

    Raises:
        Misconfigured: It is not one, or holds an option that could lead elsewhere.

    """
    try:
        url = make_url(given)
    except ArgumentError as error:
        message = "`url`: cannot be read; write postgresql://user:{secret:env:NAME}@host/database"
        raise Misconfigured(message) from error
    dialect = url.get_backend_name()
    if dialect not in _DRIVERS:
        message = f"`url`: {dialect} is not read here; use one of {', '.join(_DRIVERS)}"
        raise Misconfigured(message)
    if not url.host:
        message = "`url`: names no host"
        raise Misconfigured(message)
    if strange := sorted(url.query.keys() - _ALLOWED[dialect]):
        known = ", ".join(sorted(_ALLOWED[dialect]))
        message = f"`url`: the option {strange[0]} is not taken here; known are {known}"
        raise Misconfigured(message)
    driver = _DRIVERS[dialect][0]
    return url.set(drivername=f"{dialect}+{driver}", port=url.port or _PORTS[dialect])


def opened(url: URL, checked: str, timeout: timedelta) -> Engine:
    """Return what connects to a database at a checked address.

    Raises:
        Misconfigured: The driver is not installed; says how to install it.

    """
    dialect = url.get_backend_name()
    seconds = max(int(timeout.total_seconds()), 1)
    if dialect == "oracle":  # its driver is told of no address beside the name
        url = url.set(host=checked)
    try:
        engine = create_engine(
            url,
            poolclass=NullPool,
            connect_args=_arguments(dialect, checked, seconds),
            hide_parameters=True,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        driver, extra = _DRIVERS[dialect]
        message = f"the driver {driver} is not installed; pip install 'byalag[{extra}]'"
        raise Misconfigured(message) from error
    if dialect in {"mariadb", "mysql"}:
        _by_socket(engine, checked)
    return engine


def _arguments(dialect: str, checked: str, seconds: int) -> dict[str, Any]:
    """Return what the driver is told beside the address: limits of time, and where to connect."""
    match dialect:
        case "postgresql":
            return {
                "hostaddr": checked,
                "connect_timeout": _CONNECT,
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
            }
        case "mariadb" | "mysql":
            waits = {"connect_timeout": _CONNECT, "read_timeout": seconds + _CONNECT}
            return {**waits, "write_timeout": _CONNECT, "local_infile": False}
        case "mssql":
            return {"server": checked, "login_timeout": _CONNECT, "timeout": seconds}
        case _:
            return {"tcp_connect_timeout": _CONNECT, "retry_count": 0}


def _by_socket(engine: Engine, checked: str) -> None:
    """Let pymysql use a connection to the checked address; the name stays for TLS."""

    @event.listens_for(engine, "do_connect")
    def connect(  # pyright: ignore[reportUnusedFunction]  # SQLAlchemy calls it
        dialect: Any,  # noqa: ANN401 -- SQLAlchemy's own, as the driver is
        _record: object,
        _arguments: object,
        said: Mapping[str, Any],
    ) -> Any:  # noqa: ANN401 -- a connection of whichever driver
        connection = dialect.loaded_dbapi.connect(**said, defer_connect=True)
        made = create_connection((checked, said["port"]), _CONNECT)
        try:
            connection.connect(made)
        except BaseException:
            made.close()
            raise
        return connection


def read(engine: Engine, query: Query, after: Mark | None, at_most: int) -> Rows:
    """Read rows at or after a watermark, in a transaction that is always rolled back.

    Raises:
        Misconfigured: The rows have two columns of one name, or not the watermark.
        Unreachable: The database does not answer, or refuses.

    """
    try:
        with engine.connect() as connection:
            _only_read(connection, query.timeout)
            asked = _statement(query, after, at_most)
            streaming = connection.execution_options(stream_results=True, max_row_buffer=_STEP)
            result = streaming.execute(asked, {"mark": after} if after is not None else {})
            names = tuple(result.keys())
            rows, more = _fetched(result, at_most)
            result.close()
            connection.rollback()
    except DBAPIError as error:
        raise Unreachable(_said(error)) from error
    except SQLAlchemyError as error:
        reason = f"the database cannot be read ({type(error).__name__}); check `url`"
        raise Unreachable(reason) from error
    except OSError as error:
        reason = f"the database could not be connected to ({error})"
        raise Unreachable(reason) from error
    _check(names, query)
    return Rows(names=names, rows=rows, more=more)


def _fetched(result: CursorResult[Any], at_most: int) -> tuple[list[tuple[Any, ...]], bool]:
    """Return so many rows, or fewer where they are large; and whether there are more."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    while some := [tuple(row) for row in result.fetchmany(min(_STEP, at_most + 1 - len(rows)))]:
        rows += some
        size += sum(len(cell) for row in some for cell in row if isinstance(cell, str | bytes))
        if len(rows) > at_most:
            return rows[:at_most], True
        if size > LARGEST:
            return rows, True
    return rows, False


def _only_read(connection: Connection, timeout: timedelta) -> None:
    """Make the transaction read-only, as far as the database has such, and limit its time."""
    milliseconds = int(timeout.total_seconds() * 1000)
    match connection.dialect.name:
        case "postgresql":
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
            connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))  # one moment, one text
        case "mariadb" | "mysql":
            maria = getattr(connection.dialect, "is_mariadb", False)
            limit = (
                f"SET SESSION max_statement_time = {milliseconds / 1000}"
                if maria
                else f"SET SESSION max_execution_time = {milliseconds}"
            )
            connection.execute(text(limit))
            connection.execute(text("SET SESSION TRANSACTION READ ONLY"))
            connection.rollback()
        case "oracle":
            driver: Any = connection.connection.driver_connection
            driver.call_timeout = milliseconds
            connection.execute(text("SET TRANSACTION READ ONLY"))
        case _:
            pass  # SQL Server has no such transaction: its account must be one that only reads


def _statement(query: Query, after: Mark | None, at_most: int) -> Select[Any] | TextClause:
    """Return what is asked: the rows after the watermark, in its order."""
    if query.statement and not query.watermark:
        return _verbatim(query.statement)
    wanted: list[Any] = [column(name) for name in query.columns] or [text("*")]
    asked: Any = select(*wanted)  # of as many columns as there are: no one type
    if query.table:
        schema, _, name = query.table.rpartition(".")
        asked = asked.select_from(table(name, schema=schema or None))
    else:
        asked = asked.select_from(_verbatim(f"({query.statement}\n) q"))
    if query.watermark:
        mark: ColumnClause[Any] = column(query.watermark)
        keys: list[ColumnClause[Any]] = [column(name) for name in query.keys]
        asked = asked.where(mark.is_not(None))
        if after is not None:
            asked = asked.where(mark >= bindparam("mark"))
        asked = asked.order_by(mark, *keys)
    limited: Select[Any] = asked.limit(at_most + 1)
    return limited


def _verbatim(statement: str) -> TextClause:
    r"""Return a statement as it stands: `:name` in it is no parameter."""
    return text(statement.replace(":", r"\:"))


def _check(names: tuple[str, ...], query: Query) -> None:
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        message = f"two columns are named {twice[0]}; name them apart with AS"
        raise Misconfigured(message)
    for wanted in (query.watermark, *query.keys):
        if wanted and wanted not in names:
            message = f"`{wanted}` is not among the columns that come: {', '.join(names)}"
            raise Misconfigured(message)


def _said(error: DBAPIError) -> str:
    """Return what the driver says in one line, without the statement."""
    said = " ".join(str(error.orig).split())
    lost = "the connection to the database was lost" if error.connection_invalidated else ""
    return lost or f"the database answers: {said[:300]}"
