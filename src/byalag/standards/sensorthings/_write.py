"""Writing in SensorThings: POST makes, PATCH and PUT change, DELETE takes away (18-088, 10).

Everything that one request says is one commit: all of it is said or nothing. What it cannot be is
found out before anything is said, wherever that can be.
"""

from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._act import act, answer, change
from byalag.standards.sensorthings._batch import batch
from byalag.standards.sensorthings._create_quick import quick
from byalag.standards.sensorthings._many import create_observations


async def write(spoken: Spoken, window: Window) -> Reply:
    """Answer a request that writes.

    Raises:
        Refused: It cannot be done.
    """
    if spoken.method == "POST":
        reply = await quick(spoken, window)
        if reply is not None:
            return reply
        if spoken.path == "/CreateObservations":
            return await create_observations(spoken, window)
        if spoken.path == "/$batch":
            return await batch(spoken, window)
    done = await change(window, act(spoken.method, spoken.path, spoken.headers, spoken.body))
    return await answer(spoken, window, done)
