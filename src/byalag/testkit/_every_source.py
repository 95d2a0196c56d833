"""Every kind of source that ships with the platform, and its recorded samples."""

from collections.abc import Iterator
from pathlib import Path

import byalag.sources
from byalag.sources import AnyKind


def every_source() -> Iterator[tuple[Path, AnyKind]]:
    """Find every kind's folder and the kind in it."""
    home = Path(byalag.sources.__path__[0])
    for name, kind in sorted(byalag.sources.kinds().items()):
        yield home / name.replace("-", "_"), kind


def samples(home: Path) -> list[Path]:
    """Return the recorded cases of one kind: folders with deliveries and what they mean."""
    return sorted(case for case in (home / "samples").iterdir() if case.is_dir())
