"""What a request wants to see, and how, from its parameters or a query in its body. Pure."""

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct

from byalag.model import Json
from byalag.standards.ngsi_ld import _json
from byalag.standards.ngsi_ld._join import DEEPEST, Join
from byalag.standards.ngsi_ld._language import read_languages
from byalag.standards.ngsi_ld._name import LOCATION
from byalag.standards.ngsi_ld._pick import CORE_MEMBERS, Members, read_members
from byalag.standards.ngsi_ld._refuse import refuse_data, refuse_request
from byalag.standards.ngsi_ld._request import Request
from byalag.standards.ngsi_ld._show import Shown
from byalag.standards.ngsi_ld._show_instance import Style
from byalag.standards.ngsi_ld._value import uri

_STYLES: Final[Mapping[str, Style]] = {
    "normalized": "normalized",
    "concise": "concise",
    "simplified": "simplified",
    "keyValues": "simplified",
}
_OPTIONS: Final = frozenset({*_STYLES, "sysAttrs"})
_MOST: Final = 200


class Wanted(Struct, frozen=True):
    """How entities are shown: as what, with which others, and which attribute is the geometry."""

    shown: Shown
    join: Join
    geometry: str


def wanted(request: Request, said: Mapping[str, Json] | None = None) -> Wanted:
    """Return what a request wants to see. `said` is a query's body, beside the parameters.

    Raises:
        Refused: It cannot be (BadRequestData), or it is nothing that is known (InvalidRequest).
    """
    said = {**request.query, **(said or {})}
    expand = request.context.expand_name
    attrs, pick, omit = (said.get(name) for name in ("attrs", "pick", "omit"))
    if attrs and (pick or omit):
        refuse_data("attrs cannot be used with pick or omit")
    picked = read_members(text_of(pick, "pick"), "pick", expand) if pick else None
    omitted = read_members(text_of(omit, "omit"), "omit", expand) if omit else None
    _refuse_both(picked, omitted)
    join = _join(said.get("join"))
    geometry = text_of(said.get("geometryProperty"), "geometryProperty")
    shown = Shown(
        context=request.context,
        style=_style(request),
        system="sysAttrs" in request.options,
        languages=read_languages(text_of(said["lang"], "lang")) if said.get("lang") else (),
        attrs=frozenset(attributes(attrs, request)) if attrs else None,
        pick=picked,
        omit=omitted,
        datasets=_datasets(said.get("datasetId")),
        level=0 if join == "@none" else _level(said.get("joinLevel")),
        contained=frozenset(listed(said.get("containedBy"), "containedBy")),
    )
    return Wanted(shown, join, expand(geometry) if geometry else LOCATION)


def attributes(said: Json, request: Request) -> list[str]:
    """Return the IRIs of the attributes that are named.

    Raises:
        Refused: One cannot be an attribute.
    """
    names = listed(said, "attrs")
    for name in names:
        if name in CORE_MEMBERS or not name or any(sign in name for sign in " <>\"'=;()"):
            refuse_data(f"attrs: {name[:80]!r} is no attribute's name")
    return [request.context.expand_name(name) for name in names]


def listed(said: Json, what: str) -> list[str]:
    """Return texts that are written with commas between them, or as an array.

    Raises:
        Refused: They are neither, or too many.
    """
    if said is None or said == "":
        return []
    texts = said.split(",") if isinstance(said, str) else _json.listed(said)
    if not all(isinstance(each, str) for each in texts):
        refuse_data(f"{what} is a list of texts")
    if len(texts) > _MOST:
        refuse_data(f"{what} has at most {_MOST} members, not {len(texts)}")
    return [each.strip() for each in texts]


def text_of(said: Json, what: str) -> str:
    """Return a text; an array of texts with commas between them.

    Raises:
        Refused: It is neither.
    """
    if isinstance(said, list):
        return ",".join(listed(said, what))
    if said is not None and not isinstance(said, str):
        refuse_data(f"{what} is a text")
    return said or ""


def _style(request: Request) -> Style:
    unknown = request.options - _OPTIONS
    if unknown:
        refuse_request(f"options are {', '.join(sorted(_OPTIONS))}, not {min(unknown)[:50]!r}")
    style = request.query.get("format")
    if style is not None and style not in _STYLES:
        refuse_request(f"format is one of {', '.join(_STYLES)}, not {style[:50]!r}")
    if style is not None:
        return _STYLES[style]
    named = [option for option in _STYLES if option in request.options]
    return _STYLES[named[-1]] if named else "normalized"


def _refuse_both(pick: "Members | None", omit: "Members | None") -> None:
    twice = sorted(set(pick or ()) & {name for name, inner in (omit or {}).items() if not inner})
    if twice:
        refuse_data(f"{twice[0]} is in both pick and omit")


def _join(said: Json) -> Join:
    if said is None or said == "@none":
        return "@none"
    if said == "flat":
        return "flat"
    if said != "inline":
        refuse_data("join is flat, inline or @none")
    return "inline"


def _level(said: Json) -> int:
    if said is None:
        return 1
    text = str(said)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= DEEPEST):
        refuse_data(f"joinLevel is 1 to {DEEPEST}")
    return int(text)


def _datasets(said: Json) -> frozenset[str]:
    datasets: Collection[str] = listed(said, "datasetId")
    for dataset in datasets:
        if dataset != "@none":
            uri(dataset, "datasetId")
    return frozenset(datasets)
