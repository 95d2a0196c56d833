"""Keys as whoever runs a hub sees them: those of files and those of the register, as one list.

Everything here works beside a hub that runs, which takes it up by itself.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from byalag.app._hub import Hub, Tenant
from byalag.app._keys import revoke_key, rotate_key
from byalag.app._stores import REGISTER
from byalag.governance import Issued, Key, rotate
from byalag.model import Micros
from byalag.store import ApiKeys, Note, Register

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHO = "the terminal"


class ListedKey(Struct, frozen=True, kw_only=True):
    """A key, when it was last shown if it is known, and whether it is in a file."""

    key: Key
    last_used: datetime | None
    filed: bool


def list_keys(hub: Hub, code: str | None = None) -> list[ListedKey]:
    """Return the keys of a hub, or of one municipality: never the secrets."""
    tenants = (hub.tenant(code),) if code else hub.tenants
    codes = {one.municipality.code for one in tenants}
    if code is None:
        codes.add("")
    with _kept(hub) as register:
        kept = ApiKeys(register) if register else None
        uses: Mapping[str, Micros] = kept.uses() if kept else {}
        filed = [(key, True) for tenant in tenants for key in tenant.keys]
        made = [(key, False) for key in (kept.every() if kept else ()) if key.municipality in codes]
    return [
        ListedKey(
            key=key,
            last_used=_moment(uses[key.prefix]) if key.prefix in uses else None,
            filed=is_filed,
        )
        for key, is_filed in (*filed, *made)
    ]


def revoke_anywhere(hub: Hub, prefix: str, code: str | None, *, at: Micros) -> bool:
    """Revoke a key, wherever it is kept; False if there is none such.

    A hub that runs refuses it within a second.
    """
    tenant = _holder(hub, prefix, code)
    with _kept(hub) as register:
        if tenant is not None:
            revoke_key(tenant.folder / "keys.toml", hub.folder, prefix)
            _note(register, "revoke key", prefix, at)
            return True
        if register is None or not any(one.key.prefix == prefix for one in list_keys(hub, code)):
            return False
        ApiKeys(register).revoke(prefix, at=at, who=_WHO).result()
        return True


def rotate_anywhere(  # noqa: PLR0913 -- which key, how, until when
    hub: Hub, prefix: str, code: str | None, *, random: bytes, until: datetime, at: Micros
) -> Issued | None:
    """Give a key a new secret; the one it has is good until then. None if there is no good key."""
    good = [one.key for one in list_keys(hub, code) if one.key.why_not(at) is None]
    found = [key for key in good if key.prefix == prefix]
    if not found:
        return None
    issued = rotate(found[0], random=random, until=until)
    tenant = _holder(hub, prefix, code)
    with _kept(hub) as register:
        if tenant is not None:
            rotate_key(tenant.folder / "keys.toml", hub.folder, issued.key)
            _note(register, "rotate key", prefix, at)
        elif register is not None:
            ApiKeys(register).rotate(issued.key, at=at, who=_WHO).result()
    return issued


def _holder(hub: Hub, prefix: str, code: str | None) -> Tenant | None:
    """Return the municipality in whose file a key is."""
    tenants = (hub.tenant(code),) if code else hub.tenants
    for tenant in tenants:
        if any(key.prefix == prefix for key in tenant.keys):
            return tenant
    return None


@contextmanager
def _kept(hub: Hub) -> Generator[Register | None]:
    """Open the register beside whoever has it open; None before the hub has run."""
    file = hub.store / REGISTER
    if not file.is_file():
        yield None
        return
    with Register(file) as register:
        yield register


def _note(register: Register | None, what: str, prefix: str, at: Micros) -> None:
    if register is not None:
        register.note(Note(at=at, who=_WHO, what=what, about=f"key {prefix}", details={})).result()


def _moment(at: Micros) -> datetime:
    return _EPOCH + timedelta(microseconds=at)
