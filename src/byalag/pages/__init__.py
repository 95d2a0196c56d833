"""How people see it: accessible HTML for citizens, operators, relatives and data users.

Whoever only checks a hub folder needs to know the languages; what shows pages is loaded when it is
asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from byalag.pages._language import languages
from byalag.pages._look import Mark, Poor, contrast, poor

if TYPE_CHECKING:
    from byalag.pages._enter import COOKIE
    from byalag.pages._routes import error_page, routes
    from byalag.pages._view import View

__all__ = [
    "COOKIE",
    "Mark",
    "Poor",
    "View",
    "contrast",
    "error_page",
    "languages",
    "poor",
    "routes",
]

_LATER = {"COOKIE": "_enter", "View": "_view", "error_page": "_routes", "routes": "_routes"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- it is what the name stands for
    """Load what shows pages when it is first asked for."""
    if name not in _LATER:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
