"""Which version of a mapping a source is read by: its settings and the code that reads them."""

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

import msgspec

from byalag.engine._face import Connected
from byalag.sources import Common, kinds
from byalag.store import MappingVersion


def version_of(connected: Connected) -> MappingVersion:
    """Return the version that a source is read by now.

    A setting that was changed makes a new version, and so does a newer Byalag: either may say
    something else of the same bytes. Secrets are in it by reference only.
    """
    settings = msgspec.json.encode(connected.settings, order="deterministic")
    zone, byalag = connected.municipality.time_zone, _byalag()
    digest = sha256(b"\0".join((settings, zone.encode(), byalag.encode()))).hexdigest()
    return MappingVersion(
        source=connected.name,
        digest=digest,
        settings=settings.decode(),
        zone=zone,
        byalag=byalag,
    )


def as_it_was(connected: Connected, version: MappingVersion) -> Connected:
    """Return a source as an earlier version read it.

    Raises:
        msgspec.ValidationError: If the settings can no longer be read.
        KeyError: If there is no such kind of source any more.

    """
    named = msgspec.json.decode(version.settings.encode(), type=dict[str, msgspec.Raw])
    name = msgspec.json.decode(named["kind"], type=str)
    now = connected.kind
    kind = now if now.name == name else kinds()[name]
    settings: Common = msgspec.json.decode(version.settings.encode(), type=kind.settings)
    municipality = msgspec.structs.replace(connected.municipality, time_zone=version.zone)
    return msgspec.structs.replace(
        connected, kind=kind, settings=settings, municipality=municipality
    )


@cache
def _byalag() -> str:
    try:
        return installed("byalag")
    except PackageNotFoundError:
        return ""
