"""Every kind of source that ships with the platform, its recorded samples and what they mean."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

import byalag.sources
from byalag.mapping import Context
from byalag.model import Delivery, Micros
from byalag.sources import AnyKind, Common

RECEIVED: Micros = int(datetime(2026, 6, 9, 12, tzinfo=UTC).timestamp()) * 1_000_000
MUNICIPALITY = "2482"
SOURCE = "sample"


def every_source() -> Iterator[tuple[Path, AnyKind]]:
    """Find every kind's folder and the kind in it."""
    home = Path(byalag.sources.__path__[0])
    for name, kind in sorted(byalag.sources.kinds().items()):
        yield home / name.replace("-", "_"), kind


def samples(home: Path) -> list[Path]:
    """Return the recorded cases of one kind: folders with deliveries and what they mean."""
    return sorted(case for case in (home / "samples").iterdir() if case.is_dir())


def sample_settings(home: Path, kind: AnyKind) -> Common:
    """Read a kind's sample settings, and the files that they name from the kind's own folder."""
    settings: Common = msgspec.toml.decode((home / "sample.toml").read_bytes(), type=kind.settings)
    if kind.gather is None:
        return settings
    gathered: Common = kind.gather(settings, lambda name: (home / name).read_bytes())
    return gathered


def heard(case: Path, kind: AnyKind, body: bytes | None = None) -> list[str]:
    """Translate a recorded case with the kind's sample settings: one JSON text for each fact.

    A case holds `delivery.EXT` or `delivery.PART.EXT`, and `other.PART.EXT` for the newest answer
    of each other part; `name.txt` holds the name that the body came under. It is received at noon
    UTC on 9 June 2026 in Skellefteå. `body` takes the place of what was recorded.
    """
    settings = sample_settings(case.parent.parent, kind)
    found = {path.name.partition(".")[0]: path for path in case.iterdir()}
    others = [_delivery(path) for path in sorted(case.glob("other.*"))]
    context = Context(
        source=SOURCE,
        municipality=MUNICIPALITY,
        dataset=settings.dataset,
        received=RECEIVED,
        others={delivery.part: delivery for delivery in others},
    )
    delivery = _delivery(found["delivery"])
    if "name" in found:
        delivery = replace(delivery, names=(found["name"].read_text().strip(),))
    if body is not None:
        delivery = replace(delivery, bodies=(body,))
    facts = kind.prepare(settings)(delivery, context)
    return [msgspec.json.encode(fact).decode() for fact in facts]


def _delivery(path: Path) -> Delivery:
    middle = path.suffixes[0].lstrip(".") if len(path.suffixes) > 1 else "main"
    return Delivery(source=SOURCE, received=RECEIVED, bodies=(path.read_bytes(),), part=middle)
