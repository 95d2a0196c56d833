"""Writing in SensorThings: POST makes, PATCH and PUT change, DELETE takes away (18-088, 10).

Everything that one request says is one commit: all of it is said or nothing. What it cannot be is
found out before anything is said, wherever that can be.
"""

from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from byalag.asking import Observed
from byalag.model import Dataset, Json
from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._create_body import read_json
from byalag.standards.sensorthings._create_facts import Saying
from byalag.standards.sensorthings._create_locate import locate
from byalag.standards.sensorthings._create_plan import Plan
from byalag.standards.sensorthings._create_quick import quick, told_of
from byalag.standards.sensorthings._delete import delete
from byalag.standards.sensorthings._path import Path, read_path
from byalag.standards.sensorthings._problem import Refused
from byalag.standards.sensorthings._read import read
from byalag.standards.sensorthings._update import update
from byalag.standards.sensorthings._update_patch import patched
from byalag.standards.sensorthings._words import Entity
from byalag.store import Here

T = TypeVar("T")

_JSON_PATCH: Final = "application/json-patch+json"


async def write(spoken: Spoken, window: Window) -> Reply:
    """Answer a request that writes.

    Raises:
        Refused: It cannot be done.
    """
    if spoken.method == "POST":
        reply = await quick(spoken, window)
        if reply is not None:
            return reply
    path = read_path(spoken.path)
    if spoken.method == "POST":
        return await _create(spoken, window, path)
    if path.ref or path.member or path.many:
        message = f"{spoken.method} is for one entity, as /Things(1)"
        raise Refused(405, message)
    if spoken.method in {"PATCH", "PUT"}:
        return await _change(spoken, window, path)
    if spoken.method == "DELETE":
        await change(window, lambda saying: delete(saying, path))
        return Reply()
    message = f"{spoken.method} is not answered here; there are GET, POST, PUT, PATCH and DELETE"
    raise Refused(405, message)


def dataset(window: Window) -> Dataset:
    """Return the dataset that what is written belongs to.

    Raises:
        Refused: Nothing may be written here.
    """
    if window.writes is None:
        message = "nothing may be written here: use a key with the scope facts:write"
        raise Refused(403, message)
    return window.writes


async def change(window: Window, work: Callable[[Saying], T]) -> T:
    """Say something in one commit.

    Raises:
        Refused: It cannot be said, and nothing of it was.
    """
    name, municipality, now = dataset(window).id, window.municipality, window.now

    def carry_out(here: Here) -> T | Refused:
        saying = Saying(here, name, municipality, now)
        try:
            return work(saying)
        except Refused as refused:
            if saying.said:
                raise
            return refused  # nothing need be undone, so nobody else's commit is

    done = await window.change(carry_out)
    if isinstance(done, Refused):
        raise done
    return done


async def _create(spoken: Spoken, window: Window, path: Path) -> Reply:
    if path.ref or path.member or not path.many:
        message = "POST to a collection, or along a link to many"
        raise Refused(405, message)
    body = read_json(spoken.body)
    entity = path.last.entity
    plan = Plan()
    if len(path.steps) == 1:
        plan.new(entity, body, entity.name)
        no = await change(window, lambda saying: saying.create(plan))
    else:
        no = await change(window, lambda saying: _along(saying, path, body))
    return await made(spoken, window, entity, no)


def _along(saying: Saying, path: Path, body: object) -> int | Observed:
    plan = Plan()
    before = path.steps[-2]
    parent = plan.named(before.entity, locate(saying.here, path.steps[:-1]), before.entity.name)
    plan.new(path.last.entity, body, path.last.entity.name, parent=parent)
    return saying.create(plan)


async def _change(spoken: Spoken, window: Window, path: Path) -> Reply:
    body = read_json(spoken.body)
    media = spoken.headers.get("content-type", "").partition(";")[0].strip().lower()
    steps = spoken.method == "PATCH" and media == _JSON_PATCH

    def changed(members: dict[str, Json]) -> Json:
        return patched(members, body) if steps else body

    whole = steps or spoken.method == "PUT"
    no = await change(window, lambda saying: update(saying, path, changed, whole=whole))
    return await _told(spoken, window, path.last.entity, no)


async def _told(spoken: Spoken, window: Window, entity: Entity, no: int) -> Reply:
    """Return an entity as it is now."""
    where = f"/{entity.plural}({no})"
    asked = msgspec.structs.replace(spoken, method="GET", path=where, query="", body=b"")
    return await read(asked, window)


async def made(spoken: Spoken, window: Window, entity: Entity, no: int | Observed) -> Reply:
    """Return the answer to what has been made: where it is, and what it is."""
    if isinstance(no, Observed):
        return told_of(spoken, no)
    told = await _told(spoken, window, entity, no)
    headers = {"Location": f"{spoken.root}/{entity.plural}({no})"}
    return msgspec.structs.replace(told, status=201, headers=headers)
