"""Writes a plan as a source's file, for somebody who has never seen one."""

from collections import Counter
from typing import Final, TypeGuard

from msgspec import Struct, field
from msgspec.structs import replace

from byalag.draft import _toml as toml
from byalag.draft._plan import Plan
from byalag.draft._platforms import ANYWHERE
from byalag.draft._ready import Ready
from byalag.draft._tell import MOST_LEFT, property_name
from byalag.draft._texts import Note, note
from byalag.draft._told import Told
from byalag.draft._value import is_list, is_object, objects
from byalag.model import Json, Language

_WIDE: Final = 100
LIVE: Final = "5m"
RARELY: Final = "1d"


class Written(Struct, kw_only=True):
    """The lines of a file, and what is asked in it."""

    language: Language
    lines: list[str] = field(default_factory=list[str])
    asked: list[tuple[str, Note]] = field(default_factory=list[tuple[str, Note]])

    def comment(self, said: Note, indent: str = "") -> None:
        """Add a sentence as comment lines."""
        self.lines += [f"{indent}# {line}" for line in _wrapped(said.say(self.language))]

    def ask(self, setting: str, said: Note) -> None:
        """Add a question beside the setting, and to the list of them."""
        self.asked.append((setting, said))
        words = f"? {said.say(self.language)}"
        self.lines += [f"# {line}" for line in _wrapped(words)]

    def put(self, name: str, value: Json) -> None:
        """Add a setting."""
        self.lines.append(f"{toml.key(name)} = {toml.value(value)}")

    def instead(self, name: str, value: Json) -> None:
        """Add another value that the setting could have, as a comment."""
        self.lines.append(f"# {toml.key(name)} = {toml.value(value)}")


class Head(Struct, frozen=True, kw_only=True):
    """What the top of the file says."""

    url: str
    date: str
    count: int
    dataset: str
    owner: str = ""
    paging: dict[str, Json] = field(default_factory=dict[str, Json])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    placeholder: bool = False


def text_of(written: Written) -> str:
    """Return the file's text."""
    return "\n".join(written.lines) + "\n"


def write_ready(ready: Ready, head: Head, first: str, language: Language) -> Written:
    """Write the file of a kind that knows the answer's format already."""
    out = Written(language=language)
    out.comment(note("ready", kind=ready.kind, date=head.date))
    _example(out, first)
    out.put("kind", ready.kind)
    out.put("dataset", head.dataset)
    out.put("title", ready.title)
    _terms(out, head)
    if ready.addressed:
        placeholder = head.placeholder or ready.url.startswith(ANYWHERE)
        place = replace(head, url=ready.url or head.url, placeholder=placeholder)
        _address(out, place, live=ready.live)
    for name, value in ready.settings.items():
        if not _is_tables(value):
            out.put(name, value)
    for name, value in ready.settings.items():
        if _is_tables(value):
            _tables(out, name, objects(value), ready)
    return out


def _is_tables(value: Json) -> TypeGuard[list[Json]]:
    return is_list(value) and bool(value) and is_object(value[0])


def _tables(out: Written, name: str, tables: list[dict[str, Json]], ready: Ready) -> None:
    """Add a list of tables, and the lists of tables in them."""
    for table in tables:
        out.lines += ["", f"[[{name}]]"]
        for about, words in ready.notes:
            if about == name:
                out.ask(about, words)
        for key, value in table.items():
            if not _is_tables(value):
                out.put(key, value)
        for key, value in table.items():
            if _is_tables(value):
                _tables(out, f"{name}.{key}", objects(value), ready)


def write(plan: Plan, head: Head, first: str, language: Language) -> Written:
    """Write the file. `first` is what the first record gives, when that is known."""
    out = Written(language=language)
    _top(out, plan, head, first)
    _common(out, plan, head)
    _thing(out, plan)
    for told in plan.series:
        _series(out, told)
    if not plan.series and not any(said.key == "lists_apart" for said in plan.notes):
        out.lines.append("")
        out.comment(note("no_series"))
    _left(out, plan)
    return out


def _top(out: Written, plan: Plan, head: Head, first: str) -> None:
    what = plan.sorted.sort.title.get(out.language, plan.sorted.sort.type)
    out.comment(note("top", what=what, date=head.date, count=head.count))
    out.comment(note("how"))
    _example(out, first)


def _example(out: Written, first: str) -> None:
    if first:
        out.lines.append("#")
        out.comment(note("first"))
        out.lines += [f"#   {line}" for line in first.splitlines()]
    out.lines.append("")


def _terms(out: Written, head: Head) -> None:
    if head.owner:
        out.put("owner", head.owner)
    out.ask("licence", note("licence"))
    out.instead("licence", "CC0-1.0")


def _address(out: Written, head: Head, *, live: bool) -> None:
    if head.placeholder:
        out.ask("url", note("url"))
    out.put("url", head.url)
    out.put("every", LIVE if live else RARELY)
    if head.headers:
        out.put("headers", head.headers)


def _common(out: Written, plan: Plan, head: Head) -> None:
    reading = plan.reading
    out.put("kind", reading.kind)
    out.put("dataset", head.dataset)
    out.put("title", plan.sorted.sort.title)
    _terms(out, head)
    _address(out, head, live=bool(plan.series))
    if head.placeholder and reading.kind.startswith("http-"):
        out.comment(note("folder", ending=reading.kind.removeprefix("http-")))
    for said in reading.notes:
        out.comment(said)
    if "records" not in reading.settings and reading.kind == "http-json":
        out.comment(note("records_top"))
    fields = reading.settings.get("fields")
    for name, value in reading.settings.items():
        if name != "fields":
            out.put(name, value)
    if head.paging:
        out.comment(note("paging"))
        out.put("paging", head.paging)
    if is_object(fields):
        out.lines += ["", "[fields]"]
        for name, value in fields.items():
            out.put(name, value)


def _thing(out: Written, plan: Plan) -> None:
    sort = plan.sorted
    out.lines += ["", "[thing]"]
    if not sort.sure:
        out.ask("thing.type", note("type", type=sort.sort.type, other=sort.other or "Device"))
    out.put("type", sort.sort.type)
    if sort.sort.prefix:
        out.put("prefix", sort.sort.prefix)
    for said in plan.identity.notes:
        out.ask("thing.id", said)
    out.put("id", plan.identity.template)
    for path in plan.identity.alternatives:
        out.instead("id", f"{{{path}}}")
    if plan.name:
        out.put("name", plan.name)
    else:
        out.comment(note("no_name"))
    _place(out, plan)
    for said in plan.notes:
        out.ask("thing", said)
    out.lines += ["", "[thing.properties]"]
    for told in plan.properties:
        for words in told.notes:
            out.comment(words)
        out.put(told.name, told.value)


def _place(out: Written, plan: Plan) -> None:
    place = plan.place
    if place is None:
        out.comment(note("no_place"))
        return
    for said in place.notes:
        if said.key == "crs_others":
            out.ask("thing.point", said)
        else:
            out.comment(said)
    out.put("point", place.point)
    for crs in place.others:
        out.instead("point", {**place.point, "crs": f"EPSG:{crs}"})
    if place.shape:
        out.put("shape", place.shape)


def _series(out: Written, told: Told) -> None:
    count, when = told.count, told.when
    out.lines += ["", "[[series]]"]
    for said in count.notes:
        out.ask(f"series.{count.name}", said)
    out.put("name", count.name)
    if told.each:
        out.put("each", told.each)
    out.put("value", count.value.path)
    if count.minus is not None:
        out.put("minus", count.minus.path)
    for said in when.notes:
        if said.key == "time_received":
            out.comment(said)
        else:
            out.ask(f"series.{count.name}.at", said)
    out.put("at", when.at)
    more: dict[str, tuple[Json, Json]] = {  # each with what is meant when it is left out
        "kind": (told.kind, "measured"),
        "unit": (count.unit, "1"),
        "decimal": (count.value.decimal, "."),
        "pattern": (count.value.pattern, ""),
        "missing": (count.missing, []),
        "range": (list(count.range or ()), []),
        "codes": (dict(count.codes), {}),
        "sensor": (count.sensor, ""),
    }
    for name, (value, usual) in more.items():
        if value != usual:
            out.put(name, value)
    if count.when:
        if told.opens:
            out.comment(note("when_open"))
        out.put("when", count.when)


def _left(out: Written, plan: Plan) -> None:
    if not plan.left:
        return
    out.lines.append("")
    out.comment(note("left", count=len(plan.left)))
    known: Counter[str] = Counter(said.name for said in plan.properties)
    for column, personal in plan.left[:MOST_LEFT]:
        if personal:
            out.lines.append(f"# {toml.shown(column.path)}: {note('personal').say(out.language)}")
            continue
        line = f"# {property_name(column, known)} = {toml.text(column.path)}"
        out.lines.append(f"{line}  # {toml.shown(column.example())}")
    if len(plan.left) > MOST_LEFT:
        out.comment(note("left_more", count=len(plan.left) - MOST_LEFT))


def _wrapped(text: str) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in " ".join(text.split()).split(" "):
        if line and len(line) + len(word) + 3 > _WIDE:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]
