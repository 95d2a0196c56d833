"""`byalag init`: write a hub folder that runs."""

import sys
from importlib.resources import files
from pathlib import Path
from unicodedata import normalize

import click

from byalag import Misconfigured
from byalag.app import municipalities
from byalag.cli._language import say
from byalag.cli._out import Out, shared_options

USUAL = "2482"  # where Byalag began; used when nobody can be asked

WRITTEN = {
    "hub.toml": "hub.toml",
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "municipality.toml": "{slug}/municipality.toml",
    "dataset-bathing-places.toml": "{slug}/datasets/bathing-places.toml",
    "dataset-parking.toml": "{slug}/datasets/parking.toml",
    "dataset-sensors.toml": "{slug}/datasets/sensors.toml",
    "hav.toml": "{slug}/sources/hav.toml",
    "givare.toml": "{slug}/sources/givare.toml",
    "egna.toml": "{slug}/places/egna.toml",
}


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--municipality", help="Code of the municipality, four digits.")
@click.option("--name", help="Name of the hub; the municipality's own when left out.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@shared_options
def init(
    folder: Path,
    municipality: str | None,
    name: str | None,
    dry_run: bool,  # noqa: FBT001 -- click gives a flag by name
    out: Out,
) -> None:
    """Write a hub folder that runs, ready to be filled in."""
    if (folder / "hub.toml").exists():
        message = say("{folder} already has a hub.toml; choose another folder.", folder=folder)
        raise Misconfigured(message)
    code = municipality or _asked(out)
    town = _known(code)
    written = _texts(code, town, name or f"Byalag {town}")
    for path, text in written.items():
        if not dry_run:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        out.line(str(folder / path))
    files_ = sorted(written)
    out.result({"folder": str(folder), "municipality": code, "files": files_, "dryRun": dry_run})
    if not dry_run:
        out.message(say("Done. Next: byalag check {folder}; byalag serve {folder}", folder=folder))


def _asked(out: Out) -> str:
    """Ask which municipality it is, when there is somebody to ask."""
    if sys.stdin.isatty() and not out.json:
        return str(click.prompt(say("Municipality code, four digits"), default=USUAL, err=True))
    out.message(
        say(
            "No municipality was given, so {name} it is; --municipality CODE chooses another.",
            name=f"{municipalities()[USUAL]} ({USUAL})",
        )
    )
    return USUAL


def _known(code: str) -> str:
    names = municipalities()
    if code in names:
        return names[code]
    by_name = {town.casefold(): number for number, town in names.items()}
    if number := by_name.get(code.casefold()):
        message = say("write the code of {name}: {number}", name=names[number], number=number)
    else:
        message = say("{code!r} is no Swedish municipality code, such as 2482", code=code)
    raise click.BadParameter(message, param_hint="--municipality")


def _texts(code: str, town: str, name: str) -> dict[str, str]:
    """Return the files to write, by their place in the hub folder."""
    values = {
        "{code}": code,
        "{name}": town,
        "{hub_name}": name.replace("\\", "").replace('"', "'"),
        "{slug}": _slug(town),
    }
    home = files("byalag.cli").joinpath("template")
    return {
        _filled(place, values): _filled(home.joinpath(template).read_text("utf-8"), values)
        for template, place in WRITTEN.items()
    }


def _filled(text: str, values: dict[str, str]) -> str:
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def _slug(town: str) -> str:
    plain = normalize("NFKD", town).encode("ascii", "ignore").decode().lower()
    return plain.replace(" ", "-")
