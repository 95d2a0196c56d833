"""What follows the "?": `$filter`, `$expand` with options inside, `$select` and the rest. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote_plus

from msgspec import Struct

from byalag.standards.sensorthings._filter import Node
from byalag.standards.sensorthings._filter_read import read_filter, read_orders
from byalag.standards.sensorthings._path import IDS
from byalag.standards.sensorthings._problem import known, unfit
from byalag.standards.sensorthings._words import ENTITIES, Entity

LONGEST: Final = 16_000  # characters of a query
USUAL_TOP: Final = 100
HIGHEST_TOP: Final = 1_000
HIGHEST_SKIP: Final = 10_000_000_000
_DEEPEST, _MOST = 5, 24  # expansions
_WIDEST: Final = 10_000_000  # entities, were every level full
_NAMES: Final = (
    "$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count", "$resultFormat",
)  # fmt: skip
Pair = tuple[str, str]
Pairs = tuple[Pair, ...]


class Options(Struct, frozen=True, kw_only=True):
    """How what is asked for is narrowed, ordered, cut and shown; `pairs` are the same as text."""

    where: Node | None = None
    order: tuple[tuple[Node, bool], ...] = ()
    top: int = USUAL_TOP
    skip: int = 0
    count: bool = False
    select: frozenset[str] = frozenset()
    expand: Mapping[str, "Options"] = {}
    pairs: Pairs = ()
    rows: bool = False  # as `dataArray`


def read_options(query: str, entity: Entity) -> Options:
    """Read the options of a request for entities of a kind.

    Raises:
        Refused: One is not known, not well written, or too much (400).
    """
    if len(query) > LONGEST:
        message = f"a query is at most {LONGEST} characters; this is {len(query)}"
        raise unfit(message)
    pairs: list[Pair] = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        name = unquote_plus(name).strip()
        if name == "resultFormat":
            name = "$resultFormat"
        if name.startswith("$"):
            pairs.append((name, unquote_plus(value).strip()))
    options = _Expansions().options(tuple(pairs), entity)
    if options.top * _breadth(options, entity) > _WIDEST:
        message = "so many entities could be in each other: ask for fewer at each level with $top"
        raise unfit(message)
    return options


def _breadth(options: Options, entity: Entity) -> int:
    """Return how many entities one may hold, itself among them."""
    return 1 + sum(
        (inner.top if entity.links[name].many else 1)
        * _breadth(inner, ENTITIES[entity.links[name].to])
        for name, inner in options.expand.items()
    )


class _Expansions:
    """Reads options within options, and counts how many."""

    def __init__(self) -> None:
        self._count = 0

    def options(
        self, pairs: Pairs, entity: Entity, expand: Sequence[str] = (), depth: int = 0
    ) -> Options:
        """Read options; `expand` are further expansions that stand elsewhere."""
        told = _once(pairs)
        if depth and "$resultFormat" in told:
            message = "$resultFormat is for a whole answer, not for what is expanded in it"
            raise unfit(message)
        expansions = [*divided(told.get("$expand", ""), ","), *expand]
        return Options(
            where=read_filter(told["$filter"]) if "$filter" in told else None,
            order=tuple(read_orders(told["$orderby"])) if "$orderby" in told else (),
            top=min(_whole(told, "$top", USUAL_TOP), HIGHEST_TOP),
            skip=_whole(told, "$skip", 0),
            count=_truth(told.get("$count", "false")),
            select=_selected(told.get("$select"), entity),
            expand=self._expand(entity, expansions, depth),
            pairs=pairs,
            rows=_format(told.get("$resultFormat"), entity),
        )

    def _expand(
        self, entity: Entity, expansions: Sequence[str], depth: int
    ) -> Mapping[str, Options]:
        own: dict[str, Pairs] = {}
        further: dict[str, list[str]] = {}
        for one in expansions:
            name, pairs, rest = _expansion(one, entity)
            own[name] = own.get(name, ()) + pairs
            further.setdefault(name, []).extend([rest] if rest else [])
        self._count += len(own)
        if own and (depth >= _DEEPEST or self._count > _MOST):
            message = f"at most {_DEEPEST} levels and {_MOST} links are expanded in one answer"
            raise unfit(message)
        return {
            name: self.options(pairs, ENTITIES[entity.links[name].to], further[name], depth + 1)
            for name, pairs in own.items()
        }


def divided(text: str, mark: str) -> Iterator[str]:
    """Yield the parts of a text between marks, which count outside texts and parentheses only."""
    start = depth = 0
    quoted = False
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += (letter == "(") - (letter == ")")
            if letter == mark and depth == 0:
                yield text[start:at].strip()
                start = at + 1
    if text[start:].strip():
        yield text[start:].strip()


def _expansion(text: str, entity: Entity) -> tuple[str, Pairs, str]:
    """Return which link is expanded, its options, and what is expanded beyond it."""
    name, slash, rest = text.partition("/")
    if slash and "(" not in name:
        return _linked(name.strip(), entity), (), rest
    name, opened, inside = text.partition("(")
    if opened and not inside.endswith(")"):
        message = f"the options of {text[:60]!r} are not closed: end them with ')'"
        raise unfit(message)
    pairs = [part.partition("=") for part in divided(inside[:-1], ";") if part]
    told = tuple((key.strip(), value.strip()) for key, _, value in pairs)
    return _linked(name.strip(), entity), told, ""


def _linked(name: str, entity: Entity) -> str:
    if name not in entity.links:
        message = f"{entity.name} has no link {name[:60]!r}; it has {known(entity.links)}"
        raise unfit(message)
    return name


def _once(pairs: Pairs) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in pairs:
        if name not in _NAMES:
            message = f"the option {name[:60]!r} is not known; there are {known(_NAMES)}"
            raise unfit(message)
        if name in told and told[name] != value:
            message = f"{name} is said more than once"
            raise unfit(message)
        told[name] = value
    return told


def _whole(told: Mapping[str, str], name: str, usual: int) -> int:
    text = told.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < len(str(HIGHEST_SKIP))):
        message = f"{name} is a whole number, 0 to {HIGHEST_SKIP - 1}; not {text[:40]!r}"
        raise unfit(message)
    return int(text)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        message = f"$count is true or false, not {text[:40]!r}"
        raise unfit(message)
    return text == "true"


def _selected(text: str | None, entity: Entity) -> frozenset[str]:
    if text is None:
        return frozenset()
    names = [name.strip() for name in text.split(",")]
    allowed = {*IDS, *entity.members, *entity.links}
    unknown = [name for name in names if name.partition("/")[0] not in allowed]
    if unknown:
        message = (
            f"{entity.name} has no {unknown[0][:60]!r}; "
            f"it has {known(['id', *entity.members, *entity.links])}"
        )
        raise unfit(message)
    return frozenset(name.partition("/")[0] for name in names)


def _format(text: str | None, entity: Entity) -> bool:
    if text is None:
        return False
    if text != "dataArray" or entity.name != "Observation":
        message = "$resultFormat is dataArray, and only for Observations"
        raise unfit(message)
    return True
