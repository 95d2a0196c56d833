"""`byalag export`: the open datasets as files."""

from pathlib import Path

import click

from byalag.app import export as write
from byalag.app import open_hub
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, camel, shared_options


@click.command()
@click.argument("hub", type=HUB)
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write in.",
)
@shared_options
def export(hub: Path, folder: Path, out: Out) -> None:
    """Write the open datasets as CSV, GeoJSON and Parquet."""
    done = write(open_hub(hub), folder, language=language())
    out.result(camel(done) | {"folder": str(folder)})
    for name in done.files:
        out.line(str(folder / name))
    out.message(
        say(
            "{files} files: {things} things, {observations} observations.",
            files=len(done.files),
            things=done.things,
            observations=done.observations,
        )
    )
