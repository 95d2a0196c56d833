"""Files that come to a folder of the machine that the hub runs on."""

from typing import Annotated

from msgspec import Meta

from byalag import Misconfigured
from byalag.sources import Folder, Kind, Translate, Watch
from byalag.sources._formed import translator
from byalag.sources._watched import Settled, watch


class Settings(Settled, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "folder"` may say. `path` is the whole path of the folder."""

    path: Annotated[str, Meta(min_length=1)]


def reach(settings: Settings) -> Watch:
    """Say which folder is watched."""
    return watch(settings, Folder(path=settings.path))


def prepare(settings: Settings) -> Translate:
    """Compile the mapping."""
    if not settings.path.startswith("/"):
        message = f"`path`: write the whole path, beginning with /, not {settings.path!r}"
        raise Misconfigured(message)
    return translator(settings)


kind = Kind(
    name="folder",
    title={"sv": "Filer i en mapp", "en": "Files in a folder"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
