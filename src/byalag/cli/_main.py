"""The command `byalag`: finds the subcommand, and turns errors into sentences and exit codes."""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from copy import copy
from importlib import import_module
from pathlib import Path

import click
import msgspec

from byalag import ByalagError
from byalag.cli._language import LANGUAGES, choose, language, say
from byalag.cli._out import chosen
from byalag.cli._reasons import reason

INTERRUPTED = 130
UNREACHABLE = 5

COMMANDS = {
    "demo": "_demo:demo",
    "serve": "_serve:serve",
    "init": "_init:init",
    "check": "_check:check",
    "load": "_load:load",
    "source": "_source:source",
    "quality": "_quality:quality",
    "aside": "_aside:aside",
    "retranslate": "_retranslate:retranslate",
    "outlet": "_outlet:outlet",
    "file": "_file:file",
    "export": "_export:export",
    "report": "_report:report",
    "doctor": "_doctor:doctor",
    "municipality": "_municipality:municipality",
    "dataset": "_backup:dataset",
    "commons": "_backup:commons",
    "backup": "_backup:backup",
    "restore": "_backup:restore",
    "key": "_key:key",
    "product": "_product:product",
    "usage": "_usage:usage",
    "person": "_person:person",
    "retention": "_retention:retention",
    "subject": "_subject:subject",
    "care": "_care:care",
    "secret": "_secret:secret",
    "codecs": "_codecs:codecs",
    "api": "_api:api",
    "migrate": "_migrate:migrate",
    "verify": "_verify:verify",
    "audit": "_verify:audit",
}


class Lazy(click.Group):
    """A group whose commands are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the names, in the order in which they are met."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 -- click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Load one command, with its help in the chosen language."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        return spoken(getattr(import_module(f"byalag.cli.{module}"), name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which there are."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            known = ", ".join(COMMANDS)
            ctx.fail(say("No command {name!r}; there is {known}.", name=args[0], known=known))
        return super().resolve_command(ctx, args)


def spoken(command: click.Command) -> click.Command:
    """Return a command whose help is in the chosen language."""
    if language() == "en":
        return command
    said = copy(command)
    said.help = say(command.help) if command.help else None
    said.params = [_spoken_option(option) for option in command.params]
    if isinstance(said, click.Group):
        said.commands = {name: spoken(inner) for name, inner in said.commands.items()}
    return said


def _spoken_option(option: click.Parameter) -> click.Parameter:
    if not isinstance(option, click.Option) or not option.help:
        return option
    said = copy(option)
    said.help = say(option.help)
    return said


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="byalag", message="%(version)s")
@click.option(
    "--lang",
    type=click.Choice(("sv", "en")),
    is_eager=True,
    expose_value=False,
    callback=chosen,
    help="Language of the messages.",
)
def byalag() -> None:
    """Byalag: from a locked source to an open answer."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code (docs/sv/terminal.md)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(given))


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    machine = "--json" in arguments
    if "--lang" in arguments[:-1]:
        asked = arguments[arguments.index("--lang") + 1]
        choose(asked if asked in LANGUAGES else None)
    try:
        return _carried_out(arguments, machine=machine)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 -- the top of the program: nothing above can catch it
        return _crashed(error, machine=machine)


def _carried_out(arguments: list[str], *, machine: bool) -> int:
    try:
        code = spoken(byalag).main(arguments, prog_name="byalag", standalone_mode=False)
    except click.ClickException as error:
        return _misused(error, machine=machine)
    except ByalagError as error:
        return _refused(error, machine=machine)
    except OSError as error:
        if error.filename is None:
            raise
        return _unusable(error, machine=machine)
    return code if isinstance(code, int) else 0


def _misused(error: click.ClickException, *, machine: bool) -> int:
    if machine:
        _answer(error.exit_code, error.format_message())
    error.show()
    return error.exit_code


def _refused(error: ByalagError, *, machine: bool) -> int:
    code = error.exit_code
    sentences = [reason(str(error))]
    problems = getattr(error, "problems", ())
    if problems:
        sentences = [problem.say(language()) for problem in problems]
    elif words := getattr(error, "words", None):
        sentences = [words[language()]]
    if machine:
        _answer(code, "\n".join(sentences))
    for sentence in sentences:
        click.echo(sentence, err=True)
    return code


def _unusable(error: OSError, *, machine: bool) -> int:
    """Answer for a file or a folder that cannot be read or written."""
    why = error.strerror or type(error).__name__
    sentence = say("{file} cannot be used: {why}.", file=error.filename, why=why)
    if machine:
        _answer(UNREACHABLE, sentence)
    click.echo(sentence, err=True)
    return UNREACHABLE


def _crashed(error: Exception, *, machine: bool) -> int:
    with tempfile.NamedTemporaryFile("w", prefix="byalag-", suffix=".log", delete=False) as file:
        traceback.print_exception(error, file=file)
    reference = Path(file.name).stem
    sentence = say(
        "This is a fault in Byalag ({reference}). Please report it with the file {file}.",
        reference=reference,
        file=file.name,
    )
    if machine:
        _answer(1, sentence)
    click.echo(sentence, err=True)
    return 1


def _answer(code: int, message: str) -> None:
    click.echo(msgspec.json.encode({"error": {"code": code, "message": message}}))
