"""Writing in SensorThings."""

from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._problem import problem


async def write(spoken: Spoken, _: Window) -> Reply:
    """Answer a request that writes."""
    return problem(501, f"{spoken.method} is not answered yet")
