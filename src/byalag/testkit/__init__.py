"""What plugin authors and our own tests need: stopped clock, replay server, recorded answers."""

from byalag.testkit._every_source import every_source, samples
from byalag.testkit._shared import shared

__all__ = ["every_source", "samples", "shared"]
