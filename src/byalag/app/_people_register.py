"""People as they are seen to from the terminal, while the hub runs or not."""

from collections.abc import Generator
from contextlib import contextmanager

from byalag.app._hub import Hub
from byalag.app._stores import REGISTER
from byalag.store import People, Register


@contextmanager
def open_people(hub: Hub) -> Generator[People]:
    """Open the register beside whoever has it open; what is changed counts there at once."""
    hub.store.mkdir(parents=True, exist_ok=True)
    with Register(hub.store / REGISTER) as register:
        yield People(register)
