"""`byalag subject`: a person's data, in one file or erased."""

from pathlib import Path

import click

from byalag.app import at_the_terminal, erase_subject, export_subject, open_hub
from byalag.cli._aside import MUNICIPALITY, user
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, camel, shared_options

PURPOSE = click.option(
    "--purpose",
    default="data-subject-rights",
    show_default=True,
    help="What for: the rights of the person, or a purpose that the dataset declares.",
)
THING = click.option("--thing", required=True, help="Id of the thing that stands for the person.")


@click.group()
def subject() -> None:
    """Take out or erase all that is known of a person (GDPR, articles 15, 17 and 20)."""


@subject.command("export")
@click.argument("hub", type=HUB)
@THING
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("subject.zip"),
    show_default=True,
    help="File to write; there must be none with that name.",
)
@PURPOSE
@MUNICIPALITY
@shared_options
def export(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path, thing: str, to: Path, purpose: str, municipality: str | None, out: Out
) -> None:
    """Write all that is known of a person to one zip file."""
    found = open_hub(hub)
    actor = at_the_terminal(user(), found.one_tenant(municipality).municipality.code)
    done = export_subject(found, municipality, thing, actor=actor, purpose=purpose, file=to)
    out.result(camel(done))
    out.line(
        say(
            "{file}: {series} series, {observations} observations, {deliveries} deliveries, "
            "{lines} lines of the audit.",
            file=done.file,
            series=done.series,
            observations=done.observations,
            deliveries=done.deliveries,
            lines=done.lines,
        )
    )


@subject.command("erase")
@click.argument("hub", type=HUB)
@THING
@PURPOSE
@click.option("--yes", is_flag=True, help="Do not ask: it cannot be undone.")
@MUNICIPALITY
@shared_options
def erase(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    thing: str,
    purpose: str,
    yes: bool,  # noqa: FBT001 -- click's signature
    municipality: str | None,
    out: Out,
) -> None:
    """Erase all that is known of a person, here and for the backups. It does not come back."""
    found = open_hub(hub)
    if not yes:
        question = say("Erase all that is known of {thing}? It cannot be undone", thing=thing)
        click.confirm(question, abort=True, err=True)
    actor = at_the_terminal(user(), found.one_tenant(municipality).municipality.code)
    done = erase_subject(found, municipality, thing, actor=actor, purpose=purpose)
    out.result(camel(done))
    out.line(
        say(
            "Erased: {things} things, {series} series, {deliveries} deliveries ({rewritten} of "
            "them kept without it), {set_aside} set aside, {messages} messages. Evidence: {mark}",
            things=done.things,
            series=done.series,
            deliveries=done.deliveries,
            rewritten=done.rewritten,
            set_aside=done.set_aside,
            messages=done.messages,
            mark=done.mark[:16],
        )
    )
