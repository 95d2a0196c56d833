"""Puts the life cycle of a hub's APIs before them, where any of them is not simply published."""

from collections.abc import Callable, Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from byalag.app._access import shown_key
from byalag.app._face import Face
from byalag.app._life_cycle import LifeCycle, stages
from byalag.governance import ANYONE, Actor
from byalag.standards.profile import NotAnswered

_READING = frozenset({"GET", "HEAD"})


def living(
    face: Face,
    roots: Iterable[str],
    app: ASGIApp,
    not_answered: Callable[[Request, Exception], Response],
) -> ASGIApp:
    """Return the application behind the life cycle of its APIs, or as it is when all are open."""
    found = stages(face.products.values(), roots, hub=face.base_url, guide=face.guide)
    if not found:
        return app
    rules = face.rules(people=True)

    def who(scope: Scope) -> Actor:
        """Return who asks for a draft: the holder of a key, else whoever has logged in to read."""
        try:
            key = shown_key(scope, rules)
        except NotAnswered:  # whoever guesses keys is told nothing here
            return ANYONE
        person = rules.person(scope) if rules.person and scope["method"] in _READING else None
        return Actor(key=key, person=None if key else person)

    return LifeCycle(app, found, who=who, now=face.now, not_answered=not_answered)
