"""One question put again and again."""

from anyio import Event

from byalag.engine._way import Way, ask_once, attempt
from byalag.model import Micros
from byalag.sources import Ask

_SOON = 2.0  # everything is asked within this time from the start, but not all at once, seconds


class Line:
    """One question of one source."""

    def __init__(self, way: Way, ask: Ask) -> None:
        """Prepare to ask; `answered` is set when there is an answer to follow."""
        self.ask = ask
        self.answered = Event()
        self.next_ask: Micros | None = None
        self._way = way

    async def run(self) -> None:
        """Ask until the engine stops. Nothing that goes wrong here reaches another source."""
        wait = min(_SOON, self.ask.every.total_seconds()) * self._way.draw()
        while not self._way.stopping.stopped:
            self.next_ask = self._way.intake.tools.clock.now() + int(wait * 1_000_000)
            await self._way.stopping.sleep(wait)
            if not self._way.stopping.stopped:
                wait = await attempt(self._way, self.ask.every, f"ask {self.ask.part}", self._once)

    async def _once(self) -> None:
        if await ask_once(self._way, self.ask, mark=self.ask.part):
            self.answered.set()
