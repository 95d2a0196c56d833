"""`byalag report`: what the law asks to be accounted for, made from what runs."""

import sys
from pathlib import Path

import click
import msgspec

from byalag.app import bill_of_materials, make_report, open_hub
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.pages.report import REPORTS, ReportName, as_csv, as_json

_SBOM = "sbom"


@click.command()
@click.argument("name", metavar="REPORT", type=click.Choice((*REPORTS, _SBOM)))
@click.argument("hub", type=HUB)
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@click.option("--csv", "exact", is_flag=True, help="Write the report as CSV, exact.")
@click.option(
    "--spreadsheet", is_flag=True, help="Write the report as CSV for spreadsheets instead."
)
@shared_options
def report(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    name: str,
    hub: Path,
    municipality: str | None,
    exact: bool,  # noqa: FBT001 -- click's signature
    spreadsheet: bool,  # noqa: FBT001 -- click's signature
    out: Out,
) -> None:
    """Write a report: article-30, inventory, suppliers, accessibility, flow or sbom (CycloneDX).

    It may be asked of a hub that runs.
    """
    found = open_hub(hub)
    if name == _SBOM:
        _write(msgspec.json.format(msgspec.json.encode(bill_of_materials())))
        return
    made = make_report(found, _known(name), municipality)
    if out.json:
        _write(as_json(made))
        return
    if exact or spreadsheet:
        sys.stdout.buffer.write(as_csv(made, language(), spreadsheet=spreadsheet))
        sys.stdout.buffer.flush()
        return
    shown = [column for column in made.columns if any(row.get(column.name) for row in made.rows)]
    out.table(
        [column.title.get(language(), column.name) for column in shown],
        [[made.cell(row, column.name, language()) for column in shown] for row in made.rows],
    )
    out.message(say("{count} rows.", count=len(made.rows)))


def _known(name: str) -> ReportName:
    return next(one for one in REPORTS if one == name)


def _write(body: bytes) -> None:
    sys.stdout.buffer.write(body + b"\n")
    sys.stdout.buffer.flush()
