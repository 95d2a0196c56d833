"""How each municipality of a hub stands just now, as the register says."""

from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Final

from byalag.governance import Key
from byalag.model import Dataset, MunicipalityCode
from byalag.store import Reading, Register, Tenancy, TenantStanding

_GLANCE: Final = 0.5  # seconds that an answer may be old
_HERE: Final = TenantStanding("")


class Standings:
    """The standings, read again when the register has changed, and looked for twice a second."""

    def __init__(self, register: Register) -> None:
        """Look in this register."""
        self._register, self._tenancy, self._lock = register, Tenancy(register), Lock()
        self._looked, self._version = -_GLANCE, -1
        self._known: Mapping[MunicipalityCode, TenantStanding] = {}

    def all(self) -> Mapping[MunicipalityCode, TenantStanding]:
        """Return those that anything has been said of, by code."""
        with self._lock:
            if monotonic() - self._looked >= _GLANCE:
                version = self._register.version()
                if version != self._version:
                    self._known, self._version = self._tenancy.all(), version
                self._looked = monotonic()
            return self._known

    def of(self, code: MunicipalityCode) -> TenantStanding:
        """Return how one municipality stands."""
        return self.all().get(code, _HERE)

    def paused(self, code: MunicipalityCode) -> str:
        """Return why a municipality has paused; nothing if it has not."""
        standing = self.of(code)
        return standing.why if standing.state == "paused" else ""


def opened(commons: Reading, code: MunicipalityCode) -> list[Dataset]:
    """Return what a municipality has open."""
    known = commons.datasets()
    return [known[id_] for id_ in commons.origins().get(code, ()) if id_ in known]


def of_those_here(
    recognise: Callable[[str], Key | None], standings: Standings
) -> Callable[[str], Key | None]:
    """Return what recognises keys as before, but none of a municipality that has left."""

    def recognised(shown: str) -> Key | None:
        key = recognise(shown)
        if key is not None and standings.of(key.municipality).state == "left":
            return None
        return key

    return recognised
