"""Says a context broker's entities in our words: things, and series of observations."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

import msgspec
from msgspec import Struct

from byalag import Misconfigured
from byalag.mapping import Context, Heard, Unfit, compile_shape, is_list, is_object, slug
from byalag.model import Gone, Json, Point, Rejected, Thing
from byalag.sources._context_broker import Broker, Type
from byalag.sources._entity import Entity, Instance, Told
from byalag.sources._local_id import last_part, property_name
from byalag.sources._measured import (
    Attributes,
    Measure,
    Observed,
    Reading,
    compile_measures,
    name_in,
)

Say: TypeAlias = Callable[[Iterable[Told], Context], Iterator[Heard]]
Local: TypeAlias = Callable[[str, str], str]  # of an entity's id and type
Link: TypeAlias = Callable[[str], str]  # the thing that an entity's id stands for, if it is ours

LONGEST_ID = 200  # as in model.ThingId
LONGEST_NAME = 500  # characters
LONGEST_TEXT = 20_000
_SPOKEN = ("sv", "@none", "en", "none", "sv-SE")
_POSITION = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)\s*")
_shape_at = compile_shape("@", None, "location")


class Naming(Struct, frozen=True, kw_only=True):
    """How a broker's ids become ours. `linked` tells the type that an id itself states."""

    local: Local
    linked: Callable[[str], str | None]


class _Saying(Struct):
    """What has been said of one entity so far."""

    entity: Entity
    id: str
    meant: Type
    series: set[str]  # declared in this delivery
    properties: dict[str, Json] = {}
    taken: dict[str, str] = {}  # the attribute that each name of ours was taken by
    facts: list[Heard] = []
    name: str | None = None
    point: Point | None = None
    shape: dict[str, Json] | None = None


def compile_entities(settings: Broker, naming: Naming, *, modified: str) -> Say:
    """Return what says entities; wrong settings stop it here. `modified` is the broker's own word.

    An entity that cannot be said is set aside alone, and so is one attribute of it.

    Raises:
        Misconfigured: A setting cannot work.
    """
    meanings = _meanings(settings)
    measure = compile_measures(settings, modified)
    plain = Type()

    def say(told: Iterable[Told], context: Context) -> Iterator[Heard]:
        operator = settings.operator or slug(context.source)
        link = _links(meanings, naming, operator)
        series: set[str] = set()
        for one in told:
            if isinstance(one, Rejected):
                yield one
                continue
            try:
                meant = meanings.get(one.type, plain)
                known = _thing_id(one.id, one.type, meant, operator, naming)
            except Unfit as error:
                yield Rejected(where=one.where, why=str(error), record=_written(one.record))
                continue
            if one.gone:
                yield Gone(thing=known)
                continue
            saying = _Saying(one, known, meant, series)
            for instance in one.instances:
                _add(saying, instance, context, (settings.attributes, measure, link))
            yield _thing(saying, context)
            yield from saying.facts

    return say


def _thing(saying: _Saying, context: Context) -> Thing:
    return Thing(
        id=saying.id,
        type=saying.meant.type or property_name(saying.entity.type),
        dataset=context.dataset,
        name=saying.name,
        municipality=context.municipality,
        point=saying.point,
        shape=saying.shape,
        properties=saying.properties,
    )


def _links(meanings: Mapping[str, Type], naming: Naming, operator: str) -> Link:
    """Return what names the thing that an id is about, where it is one of ours."""

    def link(entity: str) -> str:
        found = naming.linked(entity)
        if found is None or found not in meanings:
            return entity
        return _thing_id(entity, found, meanings[found], operator, naming)

    return link


def _thing_id(entity: str, kind: str, meant: Type, operator: str, naming: Naming) -> str:
    """Return the id of the thing that an entity is about.

    Raises:
        Unfit: It has no id that ours can be made from.

    """
    prefix = meant.prefix or property_name(kind).lower()
    local = naming.local(entity, kind)
    known = f"{prefix}:{operator}:{local}"
    if not prefix:
        reason = f"the type {kind!r} holds no letters a to z; say `prefix` and `type` for it"
        raise Unfit(reason)
    if len(known) > LONGEST_ID:
        reason = (
            f"the id {entity[:LONGEST_ID]!r} is too long: ours may have {LONGEST_ID} characters"
        )
        raise Unfit(reason)
    return known


def _add(
    saying: _Saying, instance: Instance, context: Context, rules: tuple[Attributes, Measure, Link]
) -> None:
    """Add one value of an attribute to what is said; set it aside if it is unfit."""
    attributes, measure, link = rules
    meant, called = saying.meant, name_in(attributes, instance.name)
    try:
        if instance.fault:
            raise Unfit(instance.fault)  # noqa: TRY301 -- told the same way as what is found deeper in
        _claim(saying, instance, called)
        if last_part(instance.name) == meant.location:
            _place(saying, instance, context)
        elif last_part(instance.name) == meant.name:
            saying.name = _name(instance)
        else:
            found = Observed(thing=saying.id, meant=meant, entity=saying.entity, instance=instance)
            if (reading := measure(found, context)) is not None:
                _observe(saying, reading, context)
            else:
                _describe(saying, instance, called, link)
    except Unfit as error:
        where = f"{saying.entity.where}.{instance.name}"
        alone = {
            "id": saying.entity.id,
            "type": saying.entity.type,
            instance.name: saying.entity.record.get(instance.name),
        }
        saying.facts.append(Rejected(where=where, why=str(error), record=_written(alone)))


def _claim(saying: _Saying, instance: Instance, called: str) -> None:
    """Refuse a second attribute that would have the same name in our words.

    Raises:
        Unfit: There is one, or the name has no letters that a name of ours may hold.

    """
    if not called:
        reason = "its name holds no letters a to z; say `name` for it under attributes"
        raise Unfit(reason)
    first = saying.taken.setdefault(called, instance.name)
    if first != instance.name:
        reason = f"it would be called {called}, as {first!r} is; say `name` under attributes"
        raise Unfit(reason)


def _place(saying: _Saying, instance: Instance, context: Context) -> None:
    if not instance.gone and instance.value is not None:
        saying.shape, saying.point = _shape_at(_geometry(instance.value), context)


def _geometry(value: Json) -> Json:
    """Return a geometry; "latitude, longitude" in text is a point, as key-values have it."""
    found = _POSITION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    return {"type": "Point", "coordinates": [float(found[2]), float(found[1])]}


def _name(instance: Instance) -> str | None:
    value = instance.value
    if is_object(value):
        value = next((value[one] for one in (*_SPOKEN, *value) if one in value), None)
    if not isinstance(value, str):
        return None
    if len(value) > LONGEST_NAME:
        reason = f"name: it is longer than {LONGEST_NAME} characters"
        raise Unfit(reason)
    return value.strip() or None


def _observe(saying: _Saying, reading: Reading, context: Context) -> None:
    observation, declared = reading
    if observation is None:
        return
    if declared is not None and observation.series not in saying.series:
        saying.series.add(observation.series)
        saying.facts.append(msgspec.structs.replace(declared, dataset=context.dataset))
    saying.facts.append(observation)


def _describe(saying: _Saying, instance: Instance, called: str, link: Link) -> None:
    name = f"{called}@{instance.dataset}" if instance.dataset else called
    if instance.gone:
        saying.properties[name] = None
    elif instance.form == "link":
        saying.properties[name] = _linked(instance.value, link)
    elif isinstance(instance.value, str) and len(instance.value) > LONGEST_TEXT:
        reason = f"a text of {len(instance.value)} characters is too long"
        raise Unfit(reason)
    else:
        saying.properties[name] = instance.value


def _linked(value: Json, link: Link) -> Json:
    if is_list(value):
        return [_linked(item, link) for item in value]
    return link(value) if isinstance(value, str) else value


def _meanings(settings: Broker) -> Mapping[str, Type]:
    """Return what each type means that is asked for or described, by how its name ends.

    Raises:
        Misconfigured: Two have one prefix, so that their entities could be taken for one another.
    """
    found = {last_part(kind): Type() for kind in settings.types}
    found |= {last_part(kind): meant for kind, meant in settings.things.items()}
    taken: dict[str, str] = {}
    for kind, meant in found.items():
        prefix = meant.prefix or property_name(kind).lower()
        if taken.setdefault(prefix, kind) != kind:
            reason = f"things.{kind}.prefix: {prefix!r} is that of {taken[prefix]} already"
            raise Misconfigured(reason)
    return found


def _written(record: Json) -> bytes:
    return msgspec.json.encode(record)
