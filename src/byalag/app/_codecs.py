"""Collections of device makers' codecs in folders: the public ones, and a hub's own `codecs/`."""

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from byalag import Misconfigured
from byalag.app._codec_collection import Collection, Shape
from byalag.app._codec_makers import read_devices, read_hub, read_profiles

LICENCES: Final = {
    "Apache License": "Apache-2.0",
    "MIT License": "MIT",
    "BSD 3-Clause": "BSD-3-Clause",
    "EUROPEAN UNION PUBLIC LICENCE": "EUPL-1.2",
}


def read_codecs(
    folder: Path,
    *,
    vendor: str = "*",
    only: str = "*",
    progress: Callable[[int], object] = lambda _done: None,
) -> Collection:
    """Read a collection: of devices (`vendor/`), of profiles (`vendors/`), or a hub (`codecs/`).

    `vendor` and `only` are patterns for the maker's folder and the codec's name.

    Raises:
        Misconfigured: If the folder is none of these, or nothing in it is asked for.

    """
    shapes: dict[str, tuple[Shape, Callable[[Collection, Path], None]]] = {
        "vendor": ("devices", read_devices),
        "vendors": ("profiles", read_profiles),
        "codecs": ("hub", read_hub),
    }
    found = next((name for name in shapes if (folder / name).is_dir()), None)
    if found is None:
        message = (
            f"{folder} holds no codecs: there is no vendor/ (a collection of devices), vendors/ "
            "(a collection of profiles) or codecs/ (a hub folder) in it"
        )
        raise Misconfigured(message)
    shape, read = shapes[found]
    collection = Collection(folder=folder, shape=shape)
    collection.licence, collection.licence_text = _licence(folder)
    for done, home in enumerate(vendors(folder / found, vendor), 1):
        read(collection, home)
        progress(done)
    collection.codecs = {
        name: codec
        for name, codec in sorted(collection.codecs.items())
        if fnmatch(name, only) or fnmatch(name.rpartition("/")[2], only)
    }
    collection.models = [one for one in collection.models if one.codec in collection.codecs]
    if not collection.codecs and not collection.unread:
        message = f"no codec in {folder} is called {only} with a maker called {vendor}"
        raise Misconfigured(message)
    return collection


def vendors(home: Path, pattern: str = "*") -> list[Path]:
    """Return the makers' folders."""
    return sorted(one for one in home.iterdir() if one.is_dir() and fnmatch(one.name, pattern))


def _licence(folder: Path) -> tuple[str, str]:
    """Return what a collection's licence is called, as far as its text tells, and the text."""
    files = sorted(folder.glob("LICENSE*"))
    text = files[0].read_text("utf-8", "replace") if files else ""
    return next((short for name, short in LICENCES.items() if name in text[:2000]), ""), text
