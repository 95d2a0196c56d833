"""The platform from a terminal."""

from byalag.cli._main import main

__all__ = ["main"]
