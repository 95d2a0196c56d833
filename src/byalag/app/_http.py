"""The ASGI application: every question an address, every address an access decision."""

from starlette.applications import Starlette

from byalag.app._face import Face


def application(face: Face) -> Starlette:
    """Build the web application of a hub."""
    return Starlette(routes=list(face.pages))
