"""What every page has in common: its language, its time, its frame and its headers."""

import gzip
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct, structs
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from byalag.governance import ANYONE, Actor
from byalag.model import Municipality, Words
from byalag.pages import _map
from byalag.pages._assets import Asset, accepts_gzip, gather
from byalag.pages._dress import Dress, dress, dressing
from byalag.pages._format import Local
from byalag.pages._language import FIRST, Language, languages
from byalag.pages._rooms import rooms
from byalag.pages._view import View
from byalag.services.baths import Settings as BathSettings
from byalag.services.parking import Settings as ParkingSettings

HERE = Path(__file__).parent
LICENCES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
}
MANY = 6  # municipalities that a sentence can name
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = 60_000_000
_LAST_LETTERS = str.maketrans("åäö", "\x7b\x7c\x7d")

T = TypeVar("T")


class Other(Struct, frozen=True):
    """The same page in one language; `switch` is the link that changes to it."""

    code: str
    name: str
    address: str
    switch: str


class Site:
    """The pages of one hub."""

    def __init__(self, view: View) -> None:
        """Read templates, catalogues and files once."""
        towns = sorted(view.municipalities, key=lambda town: alphabetical(town.name))
        self.view = structs.replace(view, municipalities=towns)
        self.zone = ZoneInfo(view.zone)
        every = languages()
        self.languages = {code: every[code] for code in view.languages if code in every}
        self.languages = self.languages or {FIRST: every[FIRST]}
        codes = {municipality.code for municipality in view.municipalities}
        made = {"municipalities.json": _map.geojson(codes)} if codes else {}
        made |= dict(dressing(view))
        self.assets: dict[str, Asset] = gather(HERE / "static", made)
        names = {municipality.code: municipality for municipality in view.municipalities}
        self.baths = view.baths or BathSettings(municipalities=names)
        self.parking = view.parking or ParkingSettings(municipalities=names)
        self._kept: dict[object, tuple[object, object]] = {}

    @cached_property
    def templates(self) -> Environment:
        """Return the templates, which escape everything and know no undefined names."""
        return Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def remember(self, key: object, make: Callable[[], T]) -> T:
        """Return what was made within this minute from the same facts, or make it again."""
        fresh = (self.view.reader.changed(), self.view.now() // _MINUTE)
        known = self._kept.get(key)
        if known is None or known[0] != fresh:
            known = (fresh, make())
            self._kept[key] = known
        return known[1]  # type: ignore[return-value]  # it was made under this key

    def local(self, language: Language) -> Local:
        """Return how a reader of a language writes, now."""
        now = EPOCH + timedelta(microseconds=self.view.now())
        return Local(language.locale, self.zone, now)

    def page(  # noqa: PLR0913 -- what makes one page
        self,
        request: Request,
        language: Language,
        template: str,
        *,
        here: str,
        thing: str | None = None,
        named: Mapping[str, str] | None = None,
        status: int = 200,
        vary: str = "Accept-Encoding",
        **context: object,
    ) -> Response:
        """Answer with a page; `here` names its address, `thing` or `named` what it is about."""
        body = self.templates.get_template(template).render(
            t=language,
            w=self.local(language),
            view=self.view,
            assets=self.assets,
            here=here,
            others=self._others(here, named or _id(thing), request.query_params),
            municipalities=self._named(language),
            words=partial(in_words, language),
            coded=partial(in_catalogue, language),
            licence_address=LICENCES.get,
            offers=self._offers,
            outlines=self._address("municipalities.json"),
            status=status,
            dress=self._dress(context.get("town")),
            person=_actor(request).person,
            rooms=rooms(_actor(request), self.view.now()),
            **context,
        )
        told = answer(request, body.encode(), status, vary, language)
        if _actor(request) != ANYONE:
            told.headers["Cache-Control"] = "private, no-cache"
        return told

    def _offers(self, address: str) -> bool:
        """Tell whether an API answers whoever only visits."""
        return "/".join(address.split("/")[:3]) not in self.view.withheld

    def _address(self, name: str) -> str:
        return self.assets[name].address if name in self.assets else ""

    def _dress(self, town: object) -> Dress:
        """Return the look of a page about a municipality; if there is only one, of every page."""
        alone = self.view.municipalities[0] if len(self.view.municipalities) == 1 else None
        whose = town if isinstance(town, Municipality) else alone
        return dress(self.assets, self.view.marks, whose)

    def _others(self, here: str, values: Mapping[str, str], query: QueryParams) -> list[Other]:
        if here == "error":
            here = "home"
        asked = f"?{query}" if query and here in {"baths", "parking"} else ""
        found: list[Other] = []
        for code, language in self.languages.items():
            if here == "town" and code not in self._tongues(values["code"]):
                continue
            address = language.address(here, **values)
            switch = "/?sprak=sv" if address == "/" else address + asked
            found.append(Other(code, language.name, address + asked, switch))
        return found

    def _tongues(self, code: str) -> Sequence[str]:
        """Return the languages that a municipality's own page is in."""
        towns = (town for town in self.view.municipalities if town.code == code)
        return next((town.languages for town in towns), ()) or tuple(self.languages)

    def _named(self, language: Language) -> Markup:
        """Name the municipalities of the hub, or say how many they are."""
        names = [town.name for town in self.view.municipalities]
        if len(names) > MANY:
            return language.say("site.municipalities", count=len(names))
        if len(names) > 1:
            return language.say("site.and", first=", ".join(names[:-1]), last=names[-1])
        return Markup.escape(names[0] if names else self.view.name)


def _actor(request: Request) -> Actor:
    """Return who asks, where the page wanted to know it."""
    actor: Actor = request.scope.get("actor", ANYONE)
    return actor


def _id(thing: str | None) -> Mapping[str, str]:
    return {} if thing is None else {"id": thing}


def alphabetical(name: str) -> str:
    """Return what sorts as in the Swedish alphabet, which ends in å, ä, ö."""
    return name.casefold().translate(_LAST_LETTERS)


def in_words(language: Language, words: Words) -> Markup:
    """Return words in the language of the page, else marked with the language they are in."""
    if language.code in words:
        return Markup.escape(words[language.code])
    for code in (FIRST, *sorted(words)):
        if code in words:
            return Markup('<span lang="{}">{}</span>').format(code, words[code])
    return Markup()


def in_catalogue(
    language: Language, kind: str, code: str | int | None, given: str | None
) -> Markup:
    """Return our word for a source's code, else the source's own word."""
    for known in (code, (given or "").lower()):
        key = f"words.{kind}_{known}"
        if language.knows(key):
            return language.say(key)
    return in_words(language, {FIRST: given}) if given else Markup()


def answer(request: Request, body: bytes, status: int, vary: str, language: Language) -> Response:
    """Answer with HTML: compressed, and with a tag."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers: dict[str, str] = {
        "Cache-Control": "no-cache",
        "Vary": vary,
        "ETag": tag,
        "Content-Language": language.code,
    }
    if status == 200 and tag in request.headers.get("if-none-match", ""):  # noqa: PLR2004 -- all is well
        return Response(status_code=304, headers=headers)
    if accepts_gzip(request):
        body, headers["Content-Encoding"] = gzip.compress(body, 6, mtime=0), "gzip"
    return HTMLResponse(body, status, headers)


def query_of(values: Mapping[str, object]) -> str:
    """Write the part of an address after the question mark, without what is not asked for."""
    asked = {name: str(value) for name, value in values.items() if value not in (None, "")}
    return f"?{QueryParams(asked)}" if asked else ""
