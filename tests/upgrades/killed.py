"""Opens a copy of an old store again and again, each time killed a little later.

    python killed.py STORE FOLDER POINTS

Every write and every flush of SQLite's goes through a layer that ends the process by SIGKILL at the
one whose turn it is. One JSON line tells for each point what was found after it.
"""

import json
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path

import apsw

from byalag.store import Store
from byalag.store._sql import VERSION


class Left:
    """How many writes there are left until the end."""

    writes = 0


class KillingFile(apsw.VFSFile):
    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 -- as apsw names it
        self._count()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 -- as apsw names it
        self._count()
        super().xSync(flags)

    def _count(self) -> None:
        Left.writes -= 1
        if Left.writes == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Killing(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("killing", "unix", makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> KillingFile:  # noqa: N802 -- as apsw names it
        return KillingFile("unix", name, flags)


def attempt(store: Path, after: int) -> bool:
    """Open a store in a process of its own that dies at a write; tell whether it came through."""
    child = os.fork()
    if child == 0:
        layer = Killing()
        Left.writes = after
        try:
            Store(store).close()
        except BaseException:  # noqa: BLE001 -- the process must end here, whatever it was
            traceback.print_exc()
            os._exit(1)
        del layer
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("the store could not be opened, and nobody killed it")
    return not os.WIFSIGNALED(status)


def look(store: Path) -> dict[str, object]:
    """Return what an operator finds."""
    connection = apsw.Connection(str(store))
    schema = connection.pragma("user_version")
    sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    return {"schema": schema, "sound": sound}


def main() -> None:
    """Try points that are spread over all the writes there are."""
    old, folder, points = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    whole = writes_in(old, folder)
    step = max(1, whole // points)
    for after in range(1, whole + step, step):
        store = folder / str(after) / old.name
        store.parent.mkdir()
        shutil.copyfile(old, store)
        came = attempt(store, after)
        found = look(store)
        opened = look_again(store)
        print(json.dumps({"after": after, "came": came, **found, **opened}), flush=True)  # noqa: T201 -- its answer
        shutil.rmtree(store.parent)


def writes_in(old: Path, folder: Path) -> int:
    """Return about how many writes an opening takes, by halving."""
    low, high = 1, 1 << 14
    while low < high:
        middle = (low + high) // 2
        store = folder / "count" / old.name
        shutil.rmtree(store.parent, ignore_errors=True)
        store.parent.mkdir()
        shutil.copyfile(old, store)
        if attempt(store, middle):
            high = middle
        else:
            low = middle + 1
    return low


def look_again(store: Path) -> dict[str, object]:
    """Open the store for good in a process of its own; tell whether it is new and whole."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with Store(store) as opened:
            told = {"faults": opened.check(), "things": len(opened.things_in("sensors"))}
        os.write(write, json.dumps(told | {"now": look(store)["schema"] == VERSION}).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        told = json.loads(answer.read())
    os.waitpid(child, 0)
    return dict(told)


if __name__ == "__main__":
    main()
