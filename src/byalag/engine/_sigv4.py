"""Signs questions to S3-compatible storage as AWS Signature Version 4 says. Sends nothing."""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from msgspec.structs import replace

from byalag.engine._fetch import Wanted


@cache
def _botocore(name: str) -> ModuleType:
    """Return a part of botocore, which has no types: slow to import, and few hubs need it."""
    return import_module(f"botocore.{name}")


def sign(wanted: Wanted, access_key: str, secret_key: str, region: str) -> Wanted:
    """Return a question to S3 with the headers that prove who asks it.

    They are good for that question only, and for a quarter of an hour by the storage's clock.
    """
    request: Any = _botocore("awsrequest").AWSRequest(
        method=wanted.method, url=wanted.url, headers=dict(wanted.headers), data=wanted.body
    )
    credentials: Any = _botocore("credentials").Credentials(access_key, secret_key)
    _botocore("auth").S3SigV4Auth(credentials, "s3", region).add_auth(request)
    headers = {str(name): str(text) for name, text in request.headers.items()}
    return replace(wanted, headers=headers, private=frozenset(headers))
