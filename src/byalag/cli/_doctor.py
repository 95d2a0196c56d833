"""`byalag doctor`: is everything as it should be, and if not, what to do?"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import click
from msgspec import to_builtins

from byalag import ByalagError
from byalag.app import Declared, Hub, check_hub, unsealed
from byalag.cli._doctor_hub import in_use
from byalag.cli._finding import Finding, State
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.cli._reasons import reason
from byalag.engine import last_state
from byalag.sources import Receive
from byalag.store import Store, schema_of, store_version

FOUND_WRONG = 3
GIBIBYTE = 1 << 30
LITTLE = GIBIBYTE  # a disk with less than this left is said to be short of room
BUILT = 1_767_225_600  # 2026-01-01: a clock before this is wrong


@click.command()
@click.argument("hub", type=HUB)
@shared_options
def doctor(hub: Path, out: Out) -> int:
    """Examine the machine and a hub: each line says what is wrong and what to do."""
    findings: list[Finding] = []
    for finding in _examine(hub):
        findings.append(finding)
        mark = {"ok": "✓", "warning": "!", "wrong": "✗"}[finding.state]
        out.line(f"{mark} {finding.name}: {finding.said}")
    wrong = any(finding.state == "wrong" for finding in findings)
    out.result({"ok": not wrong, "findings": to_builtins(findings)})
    return FOUND_WRONG if wrong else 0


def _examine(hub: Path) -> Iterator[Finding]:
    yield _python()
    yield _sqlite()
    yield _clock()
    yield _disk(hub)
    yield _pages()
    found, problems = check_hub(hub)
    for problem in problems:
        state: State = "warning" if problem.warning and not problem.secret else "wrong"
        yield Finding(name=say("settings"), state=state, said=problem.say(language()))
    if found is None:
        return
    for clear in unsealed(found.tenants, sealed=found.settings.sealing is not None):
        yield Finding(name=say("settings"), state="warning", said=clear.say(language()))
    sources = sum(len(tenant.sources) for tenant in found.tenants)
    yield _ok(say("settings"), say("{count} sources are declared", count=sources))
    yield from _stores(found)
    if found.store.is_dir():
        yield from in_use(found)


def _ok(name: str, said: str) -> Finding:
    return Finding(name=name, state="ok", said=said)


def _python() -> Finding:
    return _ok("Python", ".".join(map(str, sys.version_info[:3])))


def _sqlite() -> Finding:
    import apsw  # noqa: PLC0415 -- only its version is asked for

    version = apsw.sqlite_lib_version()
    if tuple(map(int, version.split("."))) >= (3, 51, 3):
        return _ok("SQLite", version)
    said = say("{version} can corrupt a store: update the package apsw", version=version)
    return Finding(name="SQLite", state="wrong", said=said)


def _clock() -> Finding:
    now = time.time()
    if now >= BUILT:
        return _ok(say("clock"), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)))
    said = say("the computer's clock is in the past: turn on time synchronisation")
    return Finding(name=say("clock"), state="wrong", said=said)


def _disk(hub: Path) -> Finding:
    left = shutil.disk_usage(hub).free
    size = f"{left / GIBIBYTE:.1f}".replace(".", "," if language() == "sv" else ".")
    said = say("{size} GiB left", size=size)
    if left >= LITTLE:
        return _ok(say("disk"), said)
    said += say(": make room, or move the store to another disk (store in hub.toml)")
    return Finding(name=say("disk"), state="wrong", said=said)


def _pages() -> Finding:
    spec = find_spec("byalag.pages")
    home = Path(spec.origin).parent if spec and spec.origin else Path()
    vendored = sorted((home / "static" / "vendor").glob("*.*"))
    if vendored:
        return _ok(say("pages"), say("{count} scripts in place", count=len(vendored)))
    said = say("without scripts; they work anyway. Install Node.js and run `make setup` for maps")
    return Finding(name=say("pages"), state="warning", said=said)


def _stores(hub: Hub) -> Iterator[Finding]:
    if not hub.store.is_dir():
        yield _ok(say("store"), say("nothing is stored yet: start with `byalag serve`"))
        return
    for tenant in hub.tenants:
        code, name = tenant.municipality.code, f"{say('store')} {tenant.municipality.name}"
        file = hub.store / f"{code}.sqlite"
        if not file.is_file():
            yield _ok(name, say("nothing is stored yet: start with `byalag serve`"))
            continue
        try:
            if schema_of(file) < store_version():
                continue
            with Store(file, beside=True) as store:
                yield from _store(name, store.check)
                yield from (_source(hub, store, source) for source in tenant.sources)
                yield from _aside(hub, store, code)
                yield from _homes(hub, store)
        except ByalagError as error:
            yield Finding(name=name, state="wrong", said=str(error))


def _store(name: str, check: Callable[[], list[str]]) -> Iterator[Finding]:
    faults = check()
    for fault in faults:
        said = say("{fault}. Restore the file from a backup.", fault=fault)
        yield Finding(name=name, state="wrong", said=said)
    if not faults:
        yield _ok(name, say("whole"))


def _source(hub: Hub, store: Store, source: Declared) -> Finding:
    name = source.name
    label = f"{say('source')} {name}"
    state, error = last_state(store, name)
    if error and state in {"failing", "open"}:
        said = say("did not work when the hub last looked: {error}", error=reason(error))
        return Finding(name=label, state="warning", said=said)
    newest = store.deliveries(name, 1)
    if not newest:
        return Finding(name=label, state="warning", said=_silent(hub, source))
    last = newest[0]
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(last.received / 1e6))
    said = say("last delivery {when}, {records} records", when=when, records=last.records)
    if not last.set_aside:
        return _ok(label, said)
    why = store.set_aside(name, 1)[0].why
    said += say(", {count} set aside: {why}", count=last.set_aside, why=reason(why))
    return Finding(name=label, state="warning", said=said)


def _aside(hub: Hub, store: Store, code: str) -> Iterator[Finding]:
    """Say how much is set aside and open, and how to look at it."""
    groups = store.set_aside_groups()
    if not groups:
        return
    command = f"byalag aside list {hub.folder}"
    if len(hub.tenants) > 1:
        command += f" --municipality {code}"
    said = say(
        "{count} records for {reasons} reasons; see `{command}`",
        count=sum(one.count for one in groups),
        reasons=len(groups),
        command=command,
    )
    yield Finding(name=say("set aside"), state="warning", said=said)


def _homes(hub: Hub, store: Store) -> Iterator[Finding]:
    """Say of how many homes something lies in clear, though the hub seals."""
    clear = store.journal("care").unsealed() if hub.settings.sealing is not None else 0
    if clear:
        said = say(
            "{count} homes have facts from before the master key, which lie in clear until they "
            "are deleted",
            count=clear,
        )
        yield Finding(name=say("store"), state="warning", said=said)


def _silent(hub: Hub, source: Declared) -> str:
    if isinstance(source.kind.reach(source.settings), Receive):
        return say("nobody has pushed anything yet; `byalag key new` makes a key for it")
    return say(
        "nothing has come yet: try `byalag source try {hub} {name}`",
        hub=hub.folder,
        name=source.name,
    )
