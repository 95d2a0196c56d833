"""Copies what the pages use in the browser out of node_modules: `python -m byalag.pages.vendor`.

Run `npm ci --ignore-scripts` first. Without these files the pages work all the same, without
live filters, chart cursor and map.
"""

import shutil
from pathlib import Path

import click

from byalag import Misconfigured

FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "uplot.min.js": "uplot/dist/uPlot.iife.min.js",
    "uplot.min.css": "uplot/dist/uPlot.min.css",
    "uplot.LICENSE.txt": "uplot/LICENSE",
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl.LICENSE.txt": "maplibre-gl/LICENSE.txt",
}


def copy(modules: Path, to: Path) -> int:
    """Copy the needed files from a folder of npm packages and return how many bytes that was.

    Raises:
        Misconfigured: a file is not there; nothing has been copied.
    """
    missing = [name for name in FILES.values() if not (modules / name).is_file()]
    if missing:
        msg = f"{modules} has no {', '.join(missing)}; run `npm ci --ignore-scripts` first."
        raise Misconfigured(msg)
    to.mkdir(parents=True, exist_ok=True)
    for name, origin in FILES.items():
        shutil.copyfile(modules / origin, to / name)
    return sum((to / name).stat().st_size for name in FILES)


@click.command()
@click.argument("modules", type=click.Path(path_type=Path), default=Path("node_modules"))
def main(modules: Path) -> None:
    """Copy the pages' scripts and styles out of MODULES (node_modules)."""
    to = Path(__file__).parent / "static" / "vendor"
    try:
        size = copy(modules, to)
    except Misconfigured as error:
        click.echo(str(error), err=True)
        raise SystemExit(error.exit_code) from None
    click.echo(f"Copied {len(FILES)} files, {size // 1024} KiB, to {to}.")


if __name__ == "__main__":
    main()
