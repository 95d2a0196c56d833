"""Runs every `bench_*.py` and prints one table: `make bench`, or `make bench ONLY=store`.

A figure is a median. Machines differ and are noisy, so each figure stands beside its floor (the
least that the same work can cost on the same machine in the same run) and their ratio.
"""

import importlib
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks._table import Row


def main() -> None:
    """Run the benchmarks whose names hold one of the words given, or all."""
    words = sys.argv[1:] or os.environ.get("ONLY", "").split()
    console = Console(width=150 if not sys.stdout.isatty() else None)
    table = Table(title=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_machine()}")
    for column in ("what", "median", "unit", "floor", "of floor", "note"):
        table.add_column(column, justify="right" if column in {"median", "of floor"} else "left")
    for row in _rows(words, console):
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        table.add_row(row.name, _number(row.value), row.unit, row.floor, ratio, row.note)
    console.print(table)


def _rows(words: list[str], console: Console) -> Iterator[Row]:
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if words and not any(word in path.stem for word in words):
            continue
        console.print(f"{path.stem} ...", style="dim")
        yield from importlib.import_module(f"benchmarks.{path.stem}").rows()


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


if __name__ == "__main__":
    main()
