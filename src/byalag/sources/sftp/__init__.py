"""Files that come to a folder on another machine, reached by SFTP."""

from typing import Annotated

from msgspec import Meta

from byalag import Misconfigured
from byalag.sources import Kind, Sftp, Translate, Watch
from byalag.sources._formed import translator
from byalag.sources._named_secret import Secret
from byalag.sources._watched import Settled, watch


class Settings(Settled, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "sftp"` may say. Either `password` or `private_key` is needed.

    `host_key` is the server's own key, as a line of known_hosts has it from its type on.
    """

    host: Annotated[str, Meta(min_length=1)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 22
    path: Annotated[str, Meta(min_length=1)]
    user: Annotated[str, Meta(min_length=1)]
    host_key: Annotated[str, Meta(pattern=r"^(ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]+( .*)?$")]
    password: Secret = ""
    private_key: Secret = ""


def reach(settings: Settings) -> Watch:
    """Say which server and folder is watched."""
    place = Sftp(
        host=settings.host,
        port=settings.port,
        path=settings.path,
        user=settings.user,
        host_key=settings.host_key,
        password=settings.password,
        private_key=settings.private_key,
    )
    return watch(settings, place)


def prepare(settings: Settings) -> Translate:
    """Compile the mapping."""
    if not (settings.password or settings.private_key):
        message = "`private_key`: say where it is kept (file:PATH or env:NAME), or a `password`"
        raise Misconfigured(message)
    return translator(settings)


kind = Kind(
    name="sftp",
    title={"sv": "Filer över SFTP", "en": "Files over SFTP"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
