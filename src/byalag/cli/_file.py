"""`byalag file`: publish files as versions of datasets, and list them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from byalag import Misconfigured
from byalag.app import Hub, Tenant, file_address, open_hub, publish_file, published
from byalag.cli._language import say
from byalag.cli._out import HUB, Out, shared_options
from byalag.model import Json
from byalag.store import FileVersion

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@click.group()
def file() -> None:
    """Publish files as versions of datasets, and list them."""


@file.command()
@click.argument("hub", type=HUB)
@click.argument("dataset")
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--name", default="", help="Name to publish it under; the file's own when left out.")
@click.option("--municipality", help="Code of the municipality, where several have the dataset.")
@shared_options
def publish(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path, dataset: str, path: Path, name: str, municipality: str | None, out: Out
) -> None:
    """Publish a file as the next version. The same content again is the same version."""
    found = open_hub(hub)
    tenant = _owner(found, dataset, municipality)
    now = (datetime.now(UTC) - _EPOCH) // timedelta(microseconds=1)
    version, fresh = publish_file(found, tenant, dataset, path, name=name, now=now)
    is_open = tenant.datasets[dataset].open
    out.result({**_row(found, tenant, version), "new": fresh, "open": is_open})
    out.line(_address(found, version))
    if not fresh:
        out.message(
            say("The same content as version {version}; nothing new.", version=version.version)
        )
    if not is_open:
        out.message(
            say("The dataset {dataset} is not open, so nobody else can fetch it.", dataset=dataset)
        )


@file.command("list")
@click.argument("hub", type=HUB)
@click.option("--dataset", help="Only the files of this dataset.")
@click.option("--municipality", help="Code of the municipality; all of them when left out.")
@shared_options
def list_files(hub: Path, dataset: str | None, municipality: str | None, out: Out) -> None:
    """List published files with their versions, the newest first."""
    found = open_hub(hub)
    tenants = (found.tenant(municipality),) if municipality else found.tenants
    rows = [
        _row(found, tenant, one) for tenant in tenants for one in published(found, tenant, dataset)
    ]
    out.result({"files": rows})
    out.table(
        [say("dataset"), say("name"), say("version"), say("size"), say("published")],
        [
            tuple(str(row[name]) for name in ("dataset", "name", "version", "size", "published"))
            for row in rows
        ],
    )


def _owner(hub: Hub, dataset: str, municipality: str | None) -> Tenant:
    """Return whose dataset it is. Raises Misconfigured if that cannot be told."""
    if municipality:
        return hub.tenant(municipality)
    found = [tenant for tenant in hub.tenants if dataset in tenant.datasets]
    if len(found) == 1:
        return found[0]
    if found:
        message = say("Several municipalities have a dataset {name!r}; say which.", name=dataset)
        raise Misconfigured(message)
    known = ", ".join(sorted(one for tenant in hub.tenants for one in tenant.datasets))
    message = say(
        "No dataset {name!r}; there is {known}.", name=dataset, known=known or say("none")
    )
    raise Misconfigured(message)


def _row(hub: Hub, tenant: Tenant, file: FileVersion) -> dict[str, Json]:
    return {
        "municipality": tenant.municipality.code,
        "dataset": file.dataset,
        "name": file.name,
        "version": file.version,
        "size": file.size,
        "sha256": file.digest,
        "mediaType": file.media_type,
        "published": (_EPOCH + timedelta(microseconds=file.at)).isoformat(timespec="seconds"),
        "address": _address(hub, file),
    }


def _address(hub: Hub, file: FileVersion) -> str:
    return hub.settings.address.rstrip("/") + file_address(file)
