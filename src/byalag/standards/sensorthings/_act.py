"""What a request that writes does to a store, as a function of the store: alone or among others."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from byalag.asking import Observed
from byalag.model import Dataset, Json
from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._create_body import read_json
from byalag.standards.sensorthings._create_facts import Saying
from byalag.standards.sensorthings._create_locate import locate
from byalag.standards.sensorthings._create_plan import Plan
from byalag.standards.sensorthings._create_quick import told_of
from byalag.standards.sensorthings._delete import delete
from byalag.standards.sensorthings._path import Path, read_path
from byalag.standards.sensorthings._problem import Refused
from byalag.standards.sensorthings._read import read
from byalag.standards.sensorthings._update import update
from byalag.standards.sensorthings._update_links import link, unlink
from byalag.standards.sensorthings._update_patch import patched
from byalag.standards.sensorthings._words import Entity
from byalag.store import Here

T = TypeVar("T")

_CREATED: Final = 201
_JSON_PATCH: Final = "application/json-patch+json"
_JSONS: Final = frozenset({"", "application/json", "application/geo+json", _JSON_PATCH})


class Done(Struct, frozen=True):
    """What has been done: to an entity, made or changed; or, without one, taken away."""

    status: int
    entity: Entity | None = None
    no: int = 0
    made: Observed | None = None


Act: TypeAlias = Callable[[Saying], Done]


def act(method: str, where: str, headers: Mapping[str, str], body: bytes) -> Act:
    """Return what a request does to a store.

    Raises:
        Refused: It can do nothing, whatever the store holds.
    """
    path = read_path(where)
    if path.ref:
        return _link(method, path, body)
    if method == "POST":
        return _create(path, read_json(_written(headers, body)))
    if path.member or path.many:
        message = f"{method} is for one entity, as /Things(1)"
        raise Refused(405, message)
    if method in {"PATCH", "PUT"}:
        return _change(method, path, headers, read_json(_written(headers, body)))
    if method == "DELETE":
        return lambda saying: _deleted(saying, path)
    message = f"{method} is not answered here; there are GET, POST, PUT, PATCH and DELETE"
    raise Refused(405, message)


def _written(headers: Mapping[str, str], body: bytes) -> bytes:
    media = media_type(headers)
    if media not in _JSONS and not media.endswith("+json"):
        message = f"Content-Type {media[:80]} is not taken; send application/json"
        raise Refused(415, message)
    return body


def media_type(headers: Mapping[str, str]) -> str:
    """Return the type of a body, without parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _create(path: Path, body: Json) -> Act:
    if path.member or not path.many:
        message = "POST to a collection, or along a link to many"
        raise Refused(405, message)
    entity = path.last.entity
    whole = Plan()
    if len(path.steps) == 1:
        whole.new(entity, body, entity.name)

    def create(saying: Saying) -> Done:
        plan = whole if len(path.steps) == 1 else _along(saying, path, body)
        made = saying.create(plan)
        if isinstance(made, Observed):
            return Done(_CREATED, entity, made.no, made)
        return Done(_CREATED, entity, made)

    return create


def _along(saying: Saying, path: Path, body: Json) -> Plan:
    plan = Plan()
    before, entity = path.steps[-2], path.last.entity
    parent = plan.named(before.entity, locate(saying.here, path.steps[:-1]), before.entity.name)
    plan.new(entity, body, entity.name, parent=parent)
    return plan


def _change(method: str, path: Path, headers: Mapping[str, str], body: Json) -> Act:
    steps = method == "PATCH" and media_type(headers) == _JSON_PATCH
    whole = steps or method == "PUT"

    def changed(members: dict[str, Json]) -> Json:
        return patched(members, body) if steps else body

    return lambda saying: Done(200, path.last.entity, update(saying, path, changed, whole=whole))


def _deleted(saying: Saying, path: Path) -> Done:
    delete(saying, path)
    return Done(200)


def _link(method: str, path: Path, body: bytes) -> Act:
    if method not in {"DELETE", "POST" if path.last.many else "PUT"}:
        message = "POST adds to $ref of many, PUT sets $ref of one, DELETE takes away"
        raise Refused(405, message)
    named = None if method == "DELETE" else read_json(body)

    def linked(saying: Saying) -> Done:
        if method == "DELETE":
            unlink(saying, path)
        else:
            link(saying, path, named)
        return Done(200)

    return linked


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


async def answer(spoken: Spoken, window: Window, done: Done) -> Reply:
    """Return the answer to what has been done: where it is, and what it is now."""
    if done.made is not None:
        return told_of(spoken, done.made)
    if done.entity is None:
        return Reply(status=done.status)
    where = f"/{done.entity.plural}({done.no})"
    asked = msgspec.structs.replace(spoken, method="GET", path=where, query="", body=b"")
    told = await read(asked, window)
    headers = {"Location": f"{spoken.root}{where}"} if done.status == _CREATED else {}
    return msgspec.structs.replace(told, status=done.status, headers=headers)
