"""Reading in SensorThings: a request that asks, and what is answered."""

from msgspec.structs import replace

from byalag.model import Json
from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._fetch import Fetch, Parent, Several
from byalag.standards.sensorthings._filter import Name
from byalag.standards.sensorthings._options import Options, read_options
from byalag.standards.sensorthings._path import Path, Step, read_path
from byalag.standards.sensorthings._problem import unfit, unknown
from byalag.standards.sensorthings._read_kept import as_kept
from byalag.standards.sensorthings._read_newest import newest
from byalag.standards.sensorthings._read_rows import data_array
from byalag.standards.sensorthings._read_tree import Tree, next_link
from byalag.standards.sensorthings._root import root
from byalag.standards.sensorthings._show import address, encode, identity
from byalag.standards.sensorthings._show_members import About, Row, members

_OF_ONE = 2  # steps of /Datastreams(1)/Observations
_TIME = Name(("phenomenonTime",))
_COMMON = frozenset({"Thing", "Datastream", "Observation"})
_SHORT = 200  # entities that are told without holding anybody up


async def read(spoken: Spoken, window: Window) -> Reply:
    """Answer a request that reads.

    Raises:
        Refused: What is asked for is not there (404), or is not well asked (400).
    """
    if spoken.path.strip("/") == "":
        return root(spoken)
    path = read_path(spoken.path)
    options = read_options(spoken.query, path.last.entity)
    told = newest(spoken, window, path, options)
    if told is None:
        told = await as_kept(spoken, window, path, options)
    if told is not None:
        return told
    asked = _Asked(spoken, window, path, options)
    quick = options.where is None and not options.expand and _is_at_hand(path, options)
    if quick and not options.count and (options.top <= _SHORT or not path.many):
        told = asked.reply()
    else:
        told = await window.beside(asked.reply)
    return replace(told, rests_on="facts")


def _is_at_hand(path: Path, options: Options) -> bool:
    """Tell whether entities lie in the order that is asked for: those of one series, by time.

    Of the other kinds there may be few among very many things.
    """
    if not options.order:
        return not path.many or path.last.link is not None or path.last.entity.name in _COMMON
    of_one = len(path.steps) == _OF_ONE and path.steps[0].entity.kind == "series"
    return of_one and options.skip <= _SHORT and [by for by, _ in options.order] == [_TIME]


class _Asked:
    """One request, and what answers it."""

    def __init__(self, spoken: Spoken, window: Window, path: Path, options: Options) -> None:
        self._spoken = spoken
        self._path = path
        self._options = options
        self._about = About(root=spoken.root, hub=spoken.hub)
        self._fetch = Fetch(window.reading, lambda: window.now, self._about)
        self._tree = Tree(self._fetch, self._about)

    def reply(self) -> Reply:
        """Return the answer."""
        last = self._path.last
        parent = self._walk(self._path.steps[:-1])
        if not self._path.many:
            return self._one(self._row(last, parent))
        options = self._options
        if self._path.ref:
            refused = options.expand or options.select or options.rows
            if refused:
                message = "$ref takes $filter, $orderby, $top, $skip and $count"
                raise unfit(message)
        answer = self._fetch.several(last.entity, options, parent, last.link)
        return Reply(body=self._several(answer))

    def _walk(self, steps: tuple[Step, ...]) -> Parent | None:
        """Return the entity that the steps lead to."""
        parent: Parent | None = None
        for step in steps:
            parent = Parent(step.entity, self._row(step, parent))
        return parent

    def _row(self, step: Step, parent: Parent | None) -> Row:
        if parent is None or step.link is None:
            return self._fetch.one(step.entity, step.no or 0)
        if step.no is not None:
            row = self._fetch.one(step.entity, step.no)
            if not self._fetch.leads(parent, step.link, row):
                message = f"{step.entity.name} {step.no} is not among these {step.entity.plural}"
                raise unknown(message)
            return row
        row = self._fetch.linked(parent, step.link)
        if row is None:
            message = f"{parent.entity.name} {parent.no} has no {step.link.name}"
            raise unknown(message)
        return row

    def _one(self, row: Row) -> Reply:
        entity = self._path.last.entity
        if self._path.ref:
            return Reply(body=encode({"@iot.selfLink": address(entity, row, self._about)}))
        if self._path.member:
            return self._member(row)
        return Reply(body=b"".join(self._tree.tell(entity, [row], self._options)))

    def _member(self, row: Row) -> Reply:
        """Return one property, or its bare value."""
        entity, (name, *keys) = self._path.last.entity, self._path.member
        self._fetch.find_out(entity, [row], lambda member: member == name)
        value: Json
        if name in entity.members:
            value = members(entity, row, self._about).get(name)
        else:
            value = identity(row) if name.endswith("id") else address(entity, row, self._about)
        value = _inside(value, keys)
        if not self._path.value:
            return Reply(body=encode({(keys or [name])[-1]: value}))
        if isinstance(value, str):
            return Reply(body=value.encode(), media_type="text/plain; charset=utf-8")
        plain = not isinstance(value, dict | list)
        media_type = "text/plain; charset=utf-8" if plain else "application/json"
        return Reply(body=encode(value), media_type=media_type)

    def _several(self, answer: Several) -> bytes:
        entity, options = self._path.last.entity, self._options
        head = b"{"
        if answer.total is not None:
            head += b'"@iot.count":%d,' % answer.total
        if answer.more:
            here = f"{self._spoken.root}{self._spoken.path}"
            head += b'"@iot.nextLink":' + encode(next_link(here, options)) + b","
        if self._path.ref:
            links = [{"@iot.selfLink": address(entity, row, self._about)} for row in answer.rows]
            return head + b'"value":' + encode(links) + b"}"
        if options.rows:
            told = data_array(answer.rows, options, self._about)
            return head + b'"value":' + told + b"}"
        rows = self._tree.tell(entity, answer.rows, options)
        return head + b'"value":[' + b",".join(rows) + b"]}"


def _inside(value: Json, keys: list[str]) -> Json:
    """Return what a value holds under keys.

    Raises:
        Refused: There is nothing there (404).
    """
    for key in keys:
        try:
            value = value[key]
        except (KeyError, TypeError) as error:
            message = f"there is nothing under {'/'.join(keys)[:80]!r}"
            raise unknown(message) from error
    return value
