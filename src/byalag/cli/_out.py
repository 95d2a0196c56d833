"""What a command shows: results on stdout, messages on stderr, and one JSON shape for machines."""

import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
import msgspec

from byalag.cli._language import LANGUAGES, choose
from byalag.model import Json

P = ParamSpec("P")
R = TypeVar("R")

HUB = click.Path(exists=True, file_okay=False, path_type=Path)
PORT = click.IntRange(1, 65535)


class Out:
    """Where a command's words go. With `--json` people's words are left out."""

    def __init__(self, *, json: bool = False) -> None:
        """Decide for whom to write."""
        self.json = json

    def result(self, answer: Json) -> None:
        """Write one JSON object on a line of its own, when asked for."""
        if self.json:
            sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
            sys.stdout.buffer.flush()

    def line(self, text: str = "") -> None:
        """Write a line of the result, for people."""
        if not self.json:
            click.echo(text)

    def message(self, text: str) -> None:
        """Tell how it goes, on stderr."""
        click.echo(text, err=True)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write a table: drawn on a terminal, tab-separated otherwise."""
        if self.json:
            return
        if not sys.stdout.isatty():
            for row in (head, *rows):
                click.echo("\t".join(row))
            return
        from rich.console import Console  # noqa: PLC0415 -- rich is loaded only on a terminal
        from rich.table import Table  # noqa: PLC0415 -- rich is loaded only on a terminal

        drawn = Table(*head, box=None, header_style="bold", pad_edge=False)
        for row in rows:
            drawn.add_row(*(str(cell).replace("[", r"\[") for cell in row))
        Console().print(drawn)

    @contextmanager
    def progress(self, title: str, total: int) -> Generator[Callable[[int], None], None, None]:
        """Show how far a long piece of work has come; give a function that says how far."""
        if self.json or not sys.stderr.isatty():
            yield lambda _done: None
            return
        from rich.console import Console  # noqa: PLC0415 -- rich is loaded only on a terminal
        from rich.progress import Progress  # noqa: PLC0415 -- rich is loaded only on a terminal

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=total)
            yield lambda done: bar.update(task, completed=done)


def chosen(_context: click.Context, _option: click.Parameter, given: str | None) -> None:
    """Speak the language that was asked for."""
    choose(given)


def _made(_context: click.Context, _option: click.Parameter, given: bool) -> Out:  # noqa: FBT001 -- click's signature
    return Out(json=given)


def shared_options(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command `--json` and `--lang`."""
    command = click.option(
        "--json",
        "out",
        is_flag=True,
        callback=_made,
        help="Answer with JSON.",
    )(command)
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=chosen,
        help="Language of the messages.",
    )(command)


def camel(values: Any) -> Json:  # noqa: ANN401 -- any struct becomes JSON
    """Return a struct as JSON with camelCase names."""
    built = msgspec.to_builtins(values)
    return {_camel(name): value for name, value in built.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
