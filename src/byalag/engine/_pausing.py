"""A municipality that pauses: its sources stop in good order, and begin again when it goes on."""

from anyio import Event

from byalag.engine._stopping import Stopping
from byalag.store import Unwritable


class Paused(Unwritable):
    """The municipality has paused: nothing is taken in now.

    Send it again when the municipality goes on.
    """

    exit_code = 5


class Pausing(Stopping):
    """Whether one municipality's sources are to stop: for now, or with the engine."""

    def __init__(self) -> None:
        """Begin at work."""
        super().__init__()
        self.why = ""
        self._again = Event()
        self._ended = False

    @property
    def paused(self) -> bool:
        """Tell whether the municipality has paused."""
        return bool(self.why)

    def pause(self, why: str) -> None:
        """Stop, in good order, until told to go on; `why` is told to whoever sends something."""
        self.why = why
        self.stop()

    def go_on(self) -> None:
        """Begin again."""
        if self.paused:
            self.why = ""
            self._asked = Event()
            self._again.set()
            self._again = Event()

    async def wait(self) -> None:
        """Wait until it goes on, or the engine stops."""
        while self.paused and not self._ended:
            await self._again.wait()

    def end(self) -> None:
        """Stop for good: the engine does."""
        self._ended = True
        self.stop()
        self._again.set()

    def refuse(self) -> None:
        """Refuse what is to be taken in.

        Raises:
            Paused: The municipality has paused.
        """
        if self.paused:
            message = f"the municipality has paused: {self.why}. Nothing of this was kept"
            raise Paused(message)
