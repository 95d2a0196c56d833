"""What of a hub is sealed: each municipality with keys of its own, wrapped by the master key."""

from pathlib import Path

from byalag import Misconfigured
from byalag.app._hub import Hub, Tenant
from byalag.store import Keys, Sealing, master

KEYS = "keys"


def sealing(hub: Hub, tenant: Tenant) -> Sealing | None:
    """Return what seals and opens a municipality's data; None where hub.toml seals nothing.

    Raises:
        Misconfigured: The master key cannot be read, or is too short.
        Sealed: The master key is not the one that the municipality's keys are wrapped by.
    """
    keys = keys_of(hub, tenant.municipality.code)
    if keys is None or hub.settings.sealing is None:
        return None
    about_people = {id_ for id_, dataset in tenant.datasets.items() if dataset.personal_data}
    sources = {one.name for one in tenant.sources if one.settings.dataset in about_people}
    return Sealing(
        keys, sources=None if hub.settings.sealing.all else sources, datasets=about_people
    )


def keys_of(hub: Hub, code: str) -> Keys | None:
    """Open the keys of a municipality; None where hub.toml seals nothing."""
    settings = hub.settings.sealing
    if settings is None:
        return None
    named = (settings.master, *settings.former)
    secrets = [hub.secret(reference) for reference in named]
    if not all(secrets):
        message = "the master key is empty; make one with `byalag secret new`"
        raise Misconfigured(message)
    return Keys(key_file(hub, code), [master(secret) for secret in secrets])


def key_file(hub: Hub, code: str) -> Path:
    """Return where the keys of a municipality are."""
    settings = hub.settings.sealing
    folder = settings.keys if settings else ""
    return (hub.folder / folder if folder else hub.store / KEYS) / f"{code}.sqlite"
