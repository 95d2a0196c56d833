"""Who knows what those who subscribe through a standard are to be told."""

from collections.abc import Callable, Mapping

from byalag.app._hub import Hub
from byalag.engine import Notified
from byalag.model import MunicipalityCode
from byalag.standards.ngsi_ld import Noticer


def notified(hub: Hub, is_good: Callable[[str], bool]) -> Mapping[MunicipalityCode, Notified]:
    """Return who knows it, for each municipality that has opened for what is written.

    `is_good` tells whether a key is good, by its prefix: who subscribed with one that is no longer
    good is told nothing more.
    """
    return {
        tenant.municipality.code: Notified(
            noticer=Noticer(is_good),
            allowed=tenant.municipality.on_premises,
            near=hub.near is not None,
        )
        for tenant in hub.tenants
        if tenant.written is not None
    }
