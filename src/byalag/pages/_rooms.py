"""Where in the hub whoever asks may go: the pages for those who work here."""

from collections.abc import Sequence

from msgspec.structs import replace

from byalag.governance import Action, Actor, Resource, decide
from byalag.model import Micros

# Each room by the name of its address, and what whoever goes there does first.
ROOMS: dict[str, tuple[Action, Resource]] = {
    "care": ("read", Resource(matter="care", purpose="home-care", purposes=("home-care",))),
    "drift": ("read", Resource(matter="operations")),
    "steward": ("read", Resource(matter="stewardship")),
    "review": ("read", Resource(matter="audit")),
    "proposals": ("read", Resource(matter="terms")),
    "developer_waiting": ("write", Resource(matter="stewardship")),
    "developer_applications": ("read", Resource(matter="applications")),
    "roles": ("read", Resource(matter="access")),
    "roles_hub": ("read", Resource(matter="hub")),
}


def rooms(actor: Actor, now: Micros) -> Sequence[str]:
    """Return the rooms that a person, or whoever shows a key, may enter by the one decision."""
    if actor.person is None and actor.key is None:
        return ()
    known = replace(actor, near=False)  # who sits at the hub's own computer is no operator by that
    return [
        name
        for name, (action, resource) in ROOMS.items()
        if decide(known, action, resource, now).allowed
    ]
