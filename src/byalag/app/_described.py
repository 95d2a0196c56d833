"""What a mounted standard says of itself, and which methods there are where."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from byalag.app._life_cycle import extension, status
from byalag.governance import Life
from byalag.model import Contact, Json
from byalag.standards import Reply, Spoken, Standard
from byalag.standards.profile import ApiInfo, lived
from byalag.standards.profile.lint import EXCEPTIONS

INFO, DOCUMENT = "/api-info", "/openapi.json"
_HEADERS = {"Cache-Control": "public, max-age=300"}
_METHODS = ("get", "post", "put", "patch", "delete")
_NAME = re.compile(r"\\\{[^{}]*\\\}")


class Described:
    """The description of one standard. It is written the first time somebody asks for it."""

    def __init__(
        self, standard: Standard, hub: str, contact: Contact, life: Life | None = None
    ) -> None:
        """Take the standard, where others reach the hub, and where in its life it is."""
        self._standard, self._hub, self._contact, self._life = standard, hub, contact, life
        self._told: dict[str, Reply] = {}
        self._methods: list[tuple[re.Pattern[str], tuple[str, ...]]] = []

    def find(self, spoken: Spoken) -> Reply | None:
        """Return what is said at an address; None where the standard itself has something there."""
        if spoken.path not in {INFO, DOCUMENT}:
            return None
        self._read()
        return self._told.get(spoken.path)

    def methods(self, path: str) -> Sequence[str]:
        """Return the methods that can be used at a path; all there are where none is described."""
        self._read()
        for pattern, methods in self._methods:
            if pattern.fullmatch(path):
                return methods
        return _allowed(_METHODS)

    def _read(self) -> None:
        if self._told:
            return
        document: dict[str, Any] = {
            **self._standard.openapi(self._hub, self._contact),
            EXCEPTIONS: self._standard.exceptions,
        }
        lived(document, extension(self._life))
        paths: dict[str, Any] = document.get("paths", {})
        about = _info(self._standard, self._hub, status(self._life))
        told: dict[str, Json] = {DOCUMENT: document, INFO: about}
        self._methods = list(_patterns(paths))
        self._told = {
            path: Reply(body=msgspec.json.encode(said), headers=_HEADERS)
            for path, said in told.items()
        }


def _info(standard: Standard, hub: str, status: str) -> ApiInfo:
    return ApiInfo(
        api_name=standard.name,
        api_version=standard.version,
        api_released=standard.released,
        api_documentation=f"{hub}{standard.root}{DOCUMENT}",
        api_status=status,
    )


def _patterns(paths: dict[str, Any]) -> Iterator[tuple[re.Pattern[str], tuple[str, ...]]]:
    """Yield what each described path looks like, those without a name in them first."""
    for path in sorted(paths, key=lambda path: (path.count("{"), path)):
        written = _NAME.sub("[^/]+", re.escape(path))
        methods = [method for method in _METHODS if method in paths[path]]
        yield re.compile(written), _allowed(methods)


def _allowed(methods: Sequence[str]) -> tuple[str, ...]:
    more = ("HEAD",) if "get" in methods else ()
    return (*(method.upper() for method in methods), *more, "OPTIONS")
