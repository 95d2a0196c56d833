"""The platform from a terminal."""

from byalag.cli._main import main, run

__all__ = ["main", "run"]
