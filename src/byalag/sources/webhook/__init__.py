"""Whole payloads that others deliver to us over HTTP, as it happens: webhooks and plain posts."""

from msgspec import field

from byalag.sources import Admit, Door, Kind
from byalag.sources._doors import checked
from byalag.sources._formed import Formed, translator


class Settings(Formed, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "webhook"` may say: what opens the door, and what comes in by it."""

    door: Door = field(default_factory=Door)


def reach(settings: Settings) -> Admit:
    """Say what opens the door."""
    return Admit(door=checked(settings.door))


kind = Kind(
    name="webhook",
    title={"sv": "Leveranser som andra lämnar (webhook)", "en": "Deliveries by others (webhook)"},
    settings=Settings,
    reach=reach,
    prepare=translator,
)
