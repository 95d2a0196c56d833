"""The standards of a hub, each mounted at its root."""

from byalag.app._access import Rules
from byalag.app._described import Described
from byalag.app._face import Face
from byalag.app._kept import Kept
from byalag.app._life_cycle import named
from byalag.app._mounted import Mounted
from byalag.app._window import Windows
from byalag.governance import life_of
from byalag.standards import Standard, datex, features, ngsi_ld, sensorthings


def standards() -> tuple[Standard, ...]:
    """Return the languages that machines speak to a hub."""
    return sensorthings.STANDARD, ngsi_ld.STANDARD, features.STANDARD, datex.STANDARD


def mount(face: Face, windows: Windows, rules: Rules) -> list[Mounted]:
    """Return the standards of a hub, each at its root."""
    kept = Kept()
    return [
        Mounted(
            standard,
            windows,
            Described(
                standard,
                face.base_url,
                face.contact,
                life_of(face.products.values(), *named(standard.root)),
            ),
            rules,
            hub=face.base_url,
            limits=face.limits,
            kept=kept,
        )
        for standard in standards()
    ]
