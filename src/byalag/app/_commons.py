"""Building the commons again from nothing: all that is open in the municipalities' own stores."""

from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from time import monotonic

import msgspec
from msgspec import Struct

from byalag.app._hub import Hub
from byalag.app._stores import COMMONS, REGISTER, alone, own_store_of, store_file
from byalag.model import Micros
from byalag.store import Note, Register, Store

_ALWAYS = 2**62


class Rebuilt(Struct, frozen=True, kw_only=True):
    """The commons was built anew: the hash of what it held, of what it holds, and how long it took.

    They differ where the old one lagged behind, or was damaged.
    """

    before: str
    after: str
    changes: int
    seconds: float


def rebuild_commons(
    hub: Hub, *, who: str, now: Micros, progress: Callable[[str], object]
) -> Rebuilt:
    """Build the commons beside the old one, and put it in its place when it is whole.

    Raises:
        Busy: A hub runs with these stores.
    """
    began, changes = monotonic(), 0
    old, new = hub.store / COMMONS, hub.store / f"{COMMONS}.new"
    with ExitStack() as stack:
        stack.enter_context(alone(hub.store))
        _drop(new)
        before = _content(old) if old.is_file() else ""
        with Store(new) as commons:
            for tenant in hub.tenants:
                code = tenant.municipality.code
                progress(code)
                opened = {id_: one for id_, one in tenant.datasets.items() if one.open}
                commons.publish(opened, origin=code).result()
                if store_file(hub, code).is_file():
                    with own_store_of(hub, tenant) as own:
                        changes += _fill(commons, own, code, list(opened))
        after = _content(new)
        _drop(old)
        new.replace(old)
        register = stack.enter_context(Register(hub.store / REGISTER))
        details = {"before": before, "after": after, "changes": changes}
        line = Note(at=now, who=who, what="rebuild commons", about="commons", details=details)
        register.note(line).result()
    seconds = round(monotonic() - began, 3)
    return Rebuilt(before=before, after=after, changes=changes, seconds=seconds)


def content_hash(store: Store) -> str:
    """Return SHA-256 over all that can be read in a commons, whatever its rows are numbered."""
    digest = sha256()
    encode = msgspec.json.Encoder(order="sorted").encode
    datasets = store.datasets()
    for id_ in sorted(datasets):
        digest.update(encode([id_, datasets[id_]]))
        things, series = store.things_in(id_), store.series_in(id_)
        digest.update(encode(things))
        digest.update(encode(series))
        links = store.links_to(thing.id for thing in things)
        digest.update(encode(sorted(links, key=lambda link: (link.thing, link.series))))
        digest.update(encode(store.files.versions(id_)))
        for one in series:
            run = store.history(one.id, start=-_ALWAYS, end=_ALWAYS)
            for array in (run.times, run.values, run.flags):
                digest.update(array.tobytes())
            digest.update(encode(store.extras(one.id, -_ALWAYS, _ALWAYS)))
    return digest.hexdigest()


def _fill(commons: Store, own: Store, code: str, opened: list[str]) -> int:
    count = 0
    for id_ in opened:
        if id_ not in own.datasets() or not own.datasets()[id_].open:
            continue
        for change in own.replay(id_):
            commons.absorb(code, [change]).result()
            count += 1
    commons.remember(f"replayed/{code}", value=True).result()
    return count


def _content(path: Path) -> str:
    with Store(path) as store:
        return content_hash(store)


def _drop(path: Path) -> None:
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)
