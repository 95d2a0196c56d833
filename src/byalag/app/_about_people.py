"""Answers about people: asked for with a purpose, and written down by whom they were about."""

from collections.abc import Callable
from typing import Final

from byalag.app._access import Access
from byalag.app._stores import Stores
from byalag.app._window import Windows
from byalag.engine import durable
from byalag.governance import Actor, Decision
from byalag.model import Micros, MunicipalityCode
from byalag.store import Note, Seen, Walled

PURPOSE: Final = "byalag-purpose"  # the header that says what data about people is asked for
_EACH: Final = 200  # people who have a line each; of more, one line holds all


def noting(stores: Stores, now: Callable[[], Micros]) -> Callable[[Actor, Access, Decision], None]:
    """Return what writes down each decision about data on people, whichever it is."""

    def note(actor: Actor, access: Access, decision: Decision) -> None:
        resource = access.resource
        line = Note(
            at=now(),
            who=actor.name,
            what="allowed" if decision.allowed else "refused",
            about=resource.matter,
            details={"action": access.action, "purpose": resource.purpose, "why": decision.why},
        )
        store = stores.own.get(resource.municipality or "")
        (store.note if store is not None else stores.register.note)(line)

    return note


class Asking:
    """Somebody asks, with a purpose, for what is about people in a municipality."""

    def __init__(
        self,
        windows: Windows,
        actor: Actor,
        municipality: MunicipalityCode,
        purpose: str,
        path: str,
    ) -> None:
        """Say who asks for what; `path` is the address without its query, which may hold data."""
        self._windows, self._actor, self._municipality = windows, actor, municipality
        self._purpose, self._path = purpose, path

    async def note(self, seen: Seen) -> None:
        """Write down whom an answer was about: a line each, on disk when it returns."""
        reading = self._windows.walls(self._municipality).reading(self._purpose)
        if not isinstance(reading, Walled):
            return
        whom = await self._windows.beside.run(lambda: reading.named(seen))
        store = self._windows.own[self._municipality]
        if len(whom) > _EACH:
            waits = [store.note(self._line("many", {"about": whom}))]
        else:
            waits = [store.note(self._line(one, {})) for one in whom or ("nobody",)]
        for wait in waits:
            await durable(wait)

    def _line(self, about: str, more: dict[str, list[str]]) -> Note:
        details = {"purpose": self._purpose, "address": self._path, **more}
        return Note(
            at=self._windows.now(),
            who=self._actor.name,
            what="read",
            about=about,
            details=details,
        )
