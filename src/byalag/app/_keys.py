"""A municipality's keys, as they are kept in `keys.toml`: never the secret, only its SHA-256."""

from pathlib import Path

from msgspec import Struct, structs

from byalag.app._document import Document
from byalag.governance import Key
from byalag.model import MunicipalityCode, Words


class KeysFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`keys.toml`: who may push, and until when."""

    key: tuple[Key, ...] = ()


def read_keys(document: Document, code: MunicipalityCode) -> tuple[Key, ...]:
    """Return the keys of a file, noting those that are another municipality's.

    A key that names no municipality is of the one whose folder it lies in.
    """
    found = document.read(KeysFile) if document.sound else None
    keys = found.key if found else ()
    for number, key in enumerate(keys):
        if key.municipality not in ("", code):
            why: Words = {
                "sv": f"nyckeln gäller {key.municipality}, men filen är {code}:s.",
                "en": f"the key is of {key.municipality}, but the file is of {code}.",
            }
            document.blame(("key", number, "municipality"), why)
    return tuple(structs.replace(key, municipality=key.municipality or code) for key in keys)


def add_key(file: Path, key: Key) -> None:
    """Write a new key last in the file."""
    expires = f"expires = {key.expires.isoformat()}\n" if key.expires else ""
    scopes = ", ".join(f'"{scope}"' for scope in key.scopes)
    note = key.note.replace("\\", "").replace('"', "'").replace("\n", " ")
    text = (
        f'[[key]]\nprefix = "{key.prefix}"\nsha256 = "{key.sha256}"\n'
        f'municipality = "{key.municipality}"\nscopes = [{scopes}]\n{expires}note = "{note}"\n'
    )
    before = file.read_text("utf-8") if file.exists() else _HEAD
    _replace(file, f"{before.rstrip()}\n\n{text}")


def revoke_key(file: Path, hub: Path, prefix: str) -> bool:
    """Mark a key as revoked; tell whether there is such a key."""
    document = Document(file, hub, []) if file.is_file() else None
    if document is None:
        return False
    for number, key in enumerate(document.values.get("key", [])):
        if key.get("prefix") == prefix:
            lines = file.read_text("utf-8").splitlines()
            said = document.lines.get(("key", number, "revoked"))
            if said is not None:
                lines[said - 1] = "revoked = true"
            else:
                lines.insert(document.lines["key", number, "prefix"], "revoked = true")
            _replace(file, "\n".join(lines) + "\n")
            return True
    return False


def rotate_key(file: Path, hub: Path, key: Key) -> bool:
    """Write a key's new secret (`governance.rotate`); tell whether there is such a key."""
    document = Document(file, hub, []) if file.is_file() else None
    if document is None or key.former_until is None:
        return False
    fresh = {
        "sha256": f'"{key.sha256}"',
        "former": f'"{key.former}"',
        "former_until": key.former_until.isoformat(),
    }
    for number, one in enumerate(document.values.get("key", [])):
        if one.get("prefix") == key.prefix:
            lines = file.read_text("utf-8").splitlines()
            after = document.lines["key", number, "prefix"]
            for name, value in fresh.items():
                said = document.lines.get(("key", number, name))
                if said is not None:
                    lines[said - 1] = f"{name} = {value}"
            new = [f"{name} = {value}" for name, value in fresh.items() if name not in one]
            lines[after:after] = new
            _replace(file, "\n".join(lines) + "\n")
            return True
    return False


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    beside = file.with_name(f".{file.name}.new")
    beside.touch(mode=0o600)
    beside.write_text(text, "utf-8")
    beside.replace(file)


_HEAD = (
    "# Nycklar för dem som skickar mätvärden hit. Här står bara avtryck; nyckeln visades en\n"
    "# gång. Skriv nya med `byalag key new`, dra in dem med `byalag key revoke`.\n"
)
