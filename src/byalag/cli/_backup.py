"""`byalag backup`, `restore`, `commons` and `dataset`: kept safe, put back, built anew, closed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from byalag.app import open_hub
from byalag.cli._aside import user
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, camel, shared_options
from byalag.engine import SystemClock
from byalag.model import Json, Micros

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW = click.Path(file_okay=False, path_type=Path)


class Usual(click.Group):
    """A group with a usual command: `byalag backup HUB TO` is `byalag backup make HUB TO`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named, else the usual one."""
        if args and args[0] not in self.commands:
            args = ["make", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=Usual)
def backup() -> None:
    """Back up a hub that may be running, and check a backup. HUB TO makes one."""


@backup.command("make")
@click.argument("hub", type=HUB)
@click.argument("to", type=NEW)
@shared_options
def make(hub: Path, to: Path, out: Out) -> None:
    """Write every store, the register, the files and the settings to a new folder."""
    from byalag.app import back_up  # noqa: PLC0415 -- only when it is asked for

    manifest = back_up(
        open_hub(hub), to, who=user(), now=SystemClock().now(), progress=lambda _: None
    )
    out.result({"folder": str(to), **_told(manifest)})
    out.line(str(to))
    _positions(out, manifest.stores)
    out.message(
        say(
            "Recovery point {point}. It took {seconds} s.",
            point=_when(manifest.made),
            seconds=manifest.seconds,
        )
    )


@backup.command("verify")
@click.argument("folder", type=FOLDER)
@shared_options
def verify(folder: Path, out: Out) -> None:
    """Check every file and every row of a backup against its manifest."""
    from byalag.app import verify_backup  # noqa: PLC0415 -- only when it is asked for

    manifest = verify_backup(folder)
    out.result({"folder": str(folder), "ok": True, **_told(manifest)})
    _positions(out, manifest.stores)
    out.message(say("The backup is whole. Recovery point {point}.", point=_when(manifest.made)))


@click.command()
@click.argument("backup", type=FOLDER)
@click.argument("hub", type=NEW)
@click.option("--municipality", help="Put back this municipality only, by its code.")
@click.option("--dry-run", is_flag=True, help="Check the backup, and put nothing back.")
@shared_options
def restore(
    backup: Path,
    hub: Path,
    municipality: str | None,
    dry_run: bool,  # noqa: FBT001 -- click gives a flag by name
    out: Out,
) -> None:
    """Put a whole hub back in a new folder, or one municipality in the hub that is there."""
    from byalag.app import restore_hub, verify_backup  # noqa: PLC0415 -- only when it is asked for

    if municipality is not None:
        restore_municipality(hub, municipality, backup, out, dry_run=dry_run)
        return
    if dry_run:
        out.result({"folder": str(hub), "dryRun": True, **_told(verify_backup(backup))})
        return
    _put_back(out, restore_hub(backup, hub), hub)
    out.message(say("Everyone logs in again. Put the keys of sealed data back, then byalag check."))


def restore_municipality(hub: Path, code: str, backup: Path, out: Out, *, dry_run: bool) -> None:
    """Put one municipality back, and say what it is now."""
    from byalag.app import restore_one, verify_backup  # noqa: PLC0415 -- only when it is asked for

    if dry_run:
        manifest = verify_backup(backup, only=code)
        out.result({"municipality": code, "dryRun": True, **_told(manifest)})
        out.message(say("The backup is whole. Recovery point {point}.", point=_when(manifest.made)))
        return
    _put_back(out, restore_one(hub, code, backup, who=user(), now=SystemClock().now()), hub)


@click.group()
def commons() -> None:
    """What is open to all, gathered from the municipalities."""


@commons.command("rebuild")
@click.argument("hub", type=HUB)
@shared_options
def rebuild(hub: Path, out: Out) -> None:
    """Build the commons again from the municipalities' own stores. The hub must be stopped."""
    from byalag.app import rebuild_commons  # noqa: PLC0415 -- only when it is asked for

    done = rebuild_commons(
        open_hub(hub), who=user(), now=SystemClock().now(), progress=lambda _: None
    )
    out.result(camel(done))
    if done.before == done.after:
        out.line(say("The commons is built again, and holds what it held."))
    else:
        out.line(say("The commons is built again, and holds something else than it held."))


@click.group()
def dataset() -> None:
    """The datasets of a hub."""


@dataset.command("close")
@click.argument("hub", type=HUB)
@click.argument("id_", metavar="ID")
@shared_options
def close(hub: Path, id_: str, out: Out) -> None:
    """Write open = false in a dataset's file, and withdraw it from everything that is open."""
    from byalag.app import close_dataset  # noqa: PLC0415 -- only when it is asked for

    file, running = close_dataset(open_hub(hub), id_, who=user(), now=SystemClock().now())
    out.result({"dataset": id_, "file": str(file), "running": running})
    out.line(str(file))
    if running:
        out.message(say("The running hub withdraws {dataset} within seconds.", dataset=id_))
    else:
        out.message(say("{dataset} is withdrawn.", dataset=id_))


def _put_back(out: Out, restored: Any, hub: Path) -> None:  # noqa: ANN401 -- a struct of a part loaded later
    stores = {code: camel(one) for code, one in restored.stores.items()}
    told: dict[str, Json] = {
        "folder": str(hub),
        "point": _when(restored.point),
        "seconds": restored.seconds,
        "running": restored.running,
        "stores": stores,
    }
    out.result(told)
    out.line(str(hub))
    _positions(out, restored.stores)
    out.message(
        say(
            "Restored to {point} in {seconds} s.",
            point=_when(restored.point),
            seconds=restored.seconds,
        )
    )


def _told(manifest: Any) -> dict[str, Json]:  # noqa: ANN401 -- a struct of a part loaded later
    return {
        "point": _when(manifest.made),
        "seconds": manifest.seconds,
        "stores": {code: camel(one) for code, one in manifest.stores.items()},
        "files": len(manifest.files),
    }


def _positions(out: Out, stores: Any) -> None:  # noqa: ANN401 -- a mapping of a part loaded later
    out.table(
        [say(word) for word in ("municipality", "last delivery", "rows", "row hash")],
        [
            (code, str(one.position.ledger), str(one.rows), one.row_hash[:16])
            for code, one in stores.items()
        ],
    )


def _when(at: Micros) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
