"""Reading in SensorThings: a request that asks, and what is answered."""

from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._path import read_path
from byalag.standards.sensorthings._problem import problem
from byalag.standards.sensorthings._root import root


async def read(spoken: Spoken, window: Window) -> Reply:
    """Answer a request that reads.

    Raises:
        Refused: What is asked for is not there (404), or is not well asked (400).
    """
    if spoken.path.strip("/") == "":
        return root(spoken)
    path = read_path(spoken.path)
    return problem(501, f"{path.last.entity.plural} of {window.municipality} are not told yet")
