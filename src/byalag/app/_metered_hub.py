"""What meters and counts in a hub that runs."""

from collections.abc import Callable

from byalag.app._hub import Hub
from byalag.app._metered import Meter
from byalag.app._metered_slots import FILE, Slots
from byalag.app._usage import Counting
from byalag.model import Micros
from byalag.store import Register, Usage


def measuring(
    hub: Hub, register: Register, now: Callable[[], Micros]
) -> tuple[Meter | None, Counting]:
    """Return what meters a hub's products, if any has plans, and what counts its answers.

    Both write what they have left before the register is closed.
    """
    usage = Usage(register)
    planned = any(product.plans for product in hub.products.values())
    if not planned:
        counting = Counting(usage, now)
        register.before_close(counting.flush)
        return None, counting
    meter = Meter(hub.products, usage, Slots(hub.store / FILE), now)
    counting = Counting(usage, now, flushed=meter.flush)
    register.before_close(counting.flush)
    register.before_close(meter.close)
    return meter, counting
