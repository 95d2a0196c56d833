"""`byalag municipality`: the municipalities of a hub come, pause, go on, leave and are restored."""

from pathlib import Path

import click

from byalag.app import open_hub
from byalag.cli._aside import user
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, camel, shared_options
from byalag.engine import SystemClock
from byalag.model import Json

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_DRY = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")


@click.group()
def municipality() -> None:
    """Add, pause, resume, export, take out or restore one municipality of a hub."""


@municipality.command("list")
@click.argument("hub", type=HUB)
@shared_options
def list_all(hub: Path, out: Out) -> None:
    """List the municipalities, how they stand, and what they declare."""
    from byalag.app import list_municipalities  # noqa: PLC0415 -- only when it is asked for

    found = list_municipalities(open_hub(hub))
    out.result({"municipalities": [camel(one) for one in found]})
    head = ("code", "name", "state", "datasets", "open", "sources")
    out.table(
        [say(word) for word in head],
        [
            (
                one.code,
                one.name,
                say(one.standing.state),
                str(one.datasets),
                str(one.open),
                str(one.sources),
            )
            for one in found
        ],
    )


@municipality.command("add")
@click.argument("hub", type=HUB)
@click.argument("code")
@click.option("--name", default="", help="Name of the municipality; the official one if left out.")
@_DRY
@shared_options
def add(hub: Path, code: str, name: str, dry_run: bool, out: Out) -> None:  # noqa: FBT001 -- click gives a flag by name
    """Write the folder of a new municipality. A running hub takes it up when it is restarted."""
    from byalag.app import add_municipality  # noqa: PLC0415 -- only when it is asked for

    home, written = add_municipality(
        hub, code, name=name, who=user(), now=SystemClock().now(), dry_run=dry_run
    )
    out.result({"folder": str(home), "files": sorted(written), "dryRun": dry_run})
    for file in written:
        out.line(str(home / file))
    if not dry_run:
        out.message(say("Done. Fill it in, run byalag check, and restart the hub."))


@municipality.command("pause")
@click.argument("hub", type=HUB)
@click.argument("code")
@click.option("--why", required=True, help="Why; told to whoever sends something, and on pages.")
@_DRY
@shared_options
def pause(hub: Path, code: str, why: str, dry_run: bool, out: Out) -> None:  # noqa: FBT001 -- click gives a flag by name
    """Stop asking the municipality's sources and taking in its data. What is open stays open."""
    _stand(hub, code, "paused", why, out, dry_run=dry_run)


@municipality.command("resume")
@click.argument("hub", type=HUB)
@click.argument("code")
@_DRY
@shared_options
def resume(hub: Path, code: str, dry_run: bool, out: Out) -> None:  # noqa: FBT001 -- click gives a flag by name
    """Let a municipality that has paused go on."""
    _stand(hub, code, "active", "", out, dry_run=dry_run)


def _stand(  # noqa: PLR0913 -- who stands how, and for whom it is told
    hub: Path, code: str, state: str, why: str, out: Out, *, dry_run: bool
) -> None:
    from byalag.app import stand_municipality  # noqa: PLC0415 -- only when it is asked for

    found = open_hub(hub)
    tenant = found.tenant(code)
    if not dry_run:
        now = SystemClock().now()
        if state == "paused":
            stand_municipality(found, tenant, "paused", why, who=user(), now=now)
        else:
            stand_municipality(found, tenant, "active", "", who=user(), now=now)
    told: Json = {"municipality": tenant.municipality.code, "state": state, "why": why}
    out.result({**told, "dryRun": dry_run})
    name = tenant.municipality.name
    if state == "paused":
        out.line(say("{name} has paused. A running hub takes it up within seconds.", name=name))
    else:
        out.line(say("{name} goes on. A running hub takes it up within seconds.", name=name))


@municipality.command("export")
@click.argument("hub", type=HUB)
@click.argument("code")
@click.option("--to", required=True, type=FILE, help="The file to write, a zip file.")
@_DRY
@shared_options
def export(hub: Path, code: str, to: Path, dry_run: bool, out: Out) -> None:  # noqa: FBT001 -- click gives a flag by name
    """Write everything of a municipality to one file of open formats. The hub may run."""
    from byalag.app import take_out  # noqa: PLC0415 -- only when it is asked for

    found = open_hub(hub)
    tenant = found.tenant(code)
    if dry_run:
        _would(out, code, to, list(tenant.datasets))
        return
    with out.progress(say("Exporting"), len(tenant.datasets) + 2) as show:
        done = iter(range(1, len(tenant.datasets) + 3))
        written = take_out(
            found,
            tenant,
            to,
            who=user(),
            now=SystemClock().now(),
            progress=lambda _: show(next(done, 0)),
        )
    out.result(camel(written))
    out.line(str(to))
    out.message(
        say(
            "{datasets} datasets, {observations} observations and {deliveries} deliveries. "
            "SHA-256 {sum}",
            datasets=written.taken.datasets,
            observations=written.taken.observations,
            deliveries=written.taken.deliveries,
            sum=written.sha256,
        )
    )


@municipality.command("leave")
@click.argument("hub", type=HUB)
@click.argument("code")
@click.option("--to", required=True, type=FILE, help="The file to write, a zip file.")
@click.option("--delete", is_flag=True, help="Delete what is left in the hub, not set it aside.")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on.")
@_DRY
@shared_options
def leave(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path,
    code: str,
    to: Path,
    delete: bool,  # noqa: FBT001 -- click gives a flag by name
    yes: bool,  # noqa: FBT001 -- click gives a flag by name
    dry_run: bool,  # noqa: FBT001 -- click gives a flag by name
    out: Out,
) -> None:
    """Write everything to one file, and take the municipality out of the hub."""
    from byalag.app import depart  # noqa: PLC0415 -- only when it is asked for

    found = open_hub(hub)
    tenant = found.tenant(code)
    if dry_run:
        _would(out, code, to, list(tenant.datasets))
        return
    name = tenant.municipality.name
    if not yes:
        click.confirm(say("Take {name} out of the hub?", name=name), abort=True, err=True)
    gone = depart(
        found,
        tenant,
        to,
        who=user(),
        now=SystemClock().now(),
        progress=lambda _: None,
        delete=delete,
    )
    out.result(camel(gone))
    out.line(str(to))
    out.message(say("{name} has left. Nothing of it is in the commons.", name=name))
    if gone.aside:
        out.message(say("What it had in the hub is in {folder}.", folder=gone.aside))
    if gone.pending:
        out.message(say("Its store is taken away when the hub is restarted."))


@municipality.command("restore")
@click.argument("hub", type=HUB)
@click.argument("code")
@click.option("--from", "backup", required=True, type=FOLDER, help="The folder of the backup.")
@_DRY
@shared_options
def restore(hub: Path, code: str, backup: Path, dry_run: bool, out: Out) -> None:  # noqa: FBT001 -- click gives a flag by name
    """Put one municipality back from a backup. The hub may run; the others keep answering."""
    from byalag.cli._backup import restore_municipality  # noqa: PLC0415 -- only when it is asked for

    restore_municipality(hub, code, backup, out, dry_run=dry_run)


def _would(out: Out, code: str, to: Path, datasets: list[str]) -> None:
    out.result({"municipality": code, "file": str(to), "datasets": datasets, "dryRun": True})
    for id_ in datasets:
        out.line(id_)
