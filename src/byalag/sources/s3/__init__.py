"""Files that come to a bucket in S3-compatible storage."""

from typing import Annotated

from msgspec import Meta

from byalag import Misconfigured
from byalag.sources import Bucket, Kind, Translate, Watch
from byalag.sources._formed import translator
from byalag.sources._named_secret import Secret
from byalag.sources._polled import Url
from byalag.sources._watched import Watched, watch


class Settings(Watched, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file with `kind = "s3"` may say. Without keys the bucket must be open to all."""

    endpoint: Url
    bucket: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$")]
    prefix: str = ""
    region: Annotated[str, Meta(min_length=1)] = "us-east-1"
    access_key: Secret = ""
    secret_key: Secret = ""


def reach(settings: Settings) -> Watch:
    """Say which bucket is watched."""
    place = Bucket(
        endpoint=settings.endpoint,
        bucket=settings.bucket,
        prefix=settings.prefix,
        region=settings.region,
        access_key=settings.access_key,
        secret_key=settings.secret_key,
    )
    return watch(settings, place)


def prepare(settings: Settings) -> Translate:
    """Compile the mapping."""
    if bool(settings.access_key) != bool(settings.secret_key):
        message = "`secret_key`: say where both keys are kept, or neither for an open bucket"
        raise Misconfigured(message)
    return translator(settings)


kind = Kind(
    name="s3",
    title={"sv": "Filer i objektlagring (S3)", "en": "Files in object storage (S3)"},
    settings=Settings,
    reach=reach,
    prepare=prepare,
)
