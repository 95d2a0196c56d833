"""The audits of a hub as they are reviewed on its pages."""

from random import SystemRandom
from typing import Final

from byalag.app._access import READ_AUDIT, REVIEW_AUDIT
from byalag.app._anchoring import anchors_in
from byalag.app._face import Part
from byalag.app._stores import Stores
from byalag.model import Micros
from byalag.pages import View
from byalag.pages.operations import Archive, Site, review_routes
from byalag.store import Altered, Note

_FRESH: Final = 300_000_000  # micros


def review(view: View, stores: Stores) -> Part:
    """Return the pages where the municipalities' audits are reviewed."""

    def note(code: str, line: Note) -> int:
        return stores.own[code].note(line).result()

    known: dict[str, tuple[Micros, Altered | None]] = {}

    def altered(code: str) -> Altered | None:
        """Look through the audit, at most every five minutes: a long one takes seconds."""
        now = view.now()
        if code not in known or now - known[code][0] > _FRESH:
            known[code] = now, looked_through(code)
        return known[code][1]

    def looked_through(code: str) -> Altered | None:
        held = [one for one in anchors_in(stores.register.audit) if one.of == code]
        return stores.own[code].audit.first_altered(held)

    archive = Archive(
        audits={code: store.audit for code, store in stores.own.items()},
        note=note,
        choose=SystemRandom().sample,
        altered=altered,
    )
    site = Site(view)
    return Part(
        routes=[
            (route, READ_AUDIT if act == "see" else REVIEW_AUDIT)
            for language in site.languages.values()
            for route, act in review_routes(site, archive, language)
        ]
    )
