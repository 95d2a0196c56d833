"""Whether settings that are well formed make sense: zones, networks, ports, languages, folders."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from byalag.app._document import Document
from byalag.app._locate import KeyPath
from byalag.app._login_sense import check_login, check_proxies
from byalag.app._municipality import municipalities
from byalag.app._problem import Problem, suggest
from byalag.app._settings import HubSettings
from byalag.model import Dataset, Json, Municipality, Series, Words
from byalag.pages import languages

_LAST_PORT: Final = 65535
_PARTS: Final = frozenset({"terms", "sources", "datasets", "places", "outlets", "care"})
_FILES: Final = frozenset({"municipality.toml", "keys.toml"})
_WIDEST: Final = {4: 8, 6: 16}  # the shortest prefix that can be a network of one's own


def check_settings(document: Document, settings: HubSettings) -> None:
    """Note what is wrong in `hub.toml` beyond its form."""
    if int(settings.listen.rpartition(":")[2]) > _LAST_PORT:
        document.blame(
            ("listen",),
            {"sv": "en port är högst 65535.", "en": "a port is 65535 at most."},
        )
    if not settings.languages:
        document.blame(("languages",), _languages(""))
    for number, language in enumerate(settings.languages):
        if language not in languages():
            document.blame(("languages", number), _languages(language))
    check_login(document, settings.login)
    check_proxies(document, settings.proxies)


def _languages(given: str) -> Words:
    known = ", ".join(languages())
    return {
        "sv": f"sidorna finns inte på {given!r}; de finns på {known}.",
        "en": f"there are no pages in {given!r}; there are in {known}.",
    }


def check_municipality(
    document: Document, municipality: Municipality, seen: dict[str, str]
) -> None:
    """Note what is wrong in `municipality.toml` beyond its form. `seen`: where each code is."""
    _check_code(document, municipality, seen)
    zone = municipality.time_zone
    if zone not in available_timezones():
        words: Words = {
            "sv": f"tidszonen {zone!r} finns inte; i Sverige är den 'Europe/Stockholm'.",
            "en": f"the time zone {zone!r} is not known; in Sweden it is 'Europe/Stockholm'.",
        }
        document.blame(("time_zone",), words)
    official = municipalities().get(municipality.code)
    if official and not municipality.name.casefold().startswith(official.casefold()):
        words = {
            "sv": f"{municipality.code} är koden för {official}, inte {municipality.name}.",
            "en": f"{municipality.code} is the code of {official}, not of {municipality.name}.",
        }
        document.blame(("name",), words, warning=True)
    for number, network in enumerate(municipality.on_premises):
        _check_network(document, ("on_premises", number), network)


def _check_code(document: Document, municipality: Municipality, seen: dict[str, str]) -> None:
    names = municipalities()
    code = municipality.code
    if code not in names:
        by_name = {name: number for number, name in names.items()}
        near = suggest(municipality.name, by_name).split(", ")[0]
        words: Words = {
            "sv": f"{code} är ingen svensk kommunkod; {near} har {by_name[near]}.",
            "en": f"{code} is no Swedish municipality code; {near} has {by_name[near]}.",
        }
        document.blame(("code",), words)
    if code in seen:
        words = {
            "sv": f"{code} står redan i {seen[code]}; en kommun har en mapp.",
            "en": f"{code} is already in {seen[code]}; a municipality has one folder.",
        }
        document.blame(("code",), words)
    seen.setdefault(code, document.file)


def check_pushed(document: Document, series: Iterable[Series], seen: dict[str, str]) -> None:
    """Note every series that another source already takes. `seen`: where each series is."""
    for number, one in enumerate(series):
        if (file := seen.setdefault(one.id, document.file)) != document.file:
            words: Words = {
                "sv": f"{one.id} tas redan emot i {file}; en serie hör till en källa.",
                "en": f"{one.id} is already taken in {file}; a series belongs to one source.",
            }
            document.blame(("series", number, "id"), words)


def _check_network(document: Document, path: KeyPath, text: str) -> None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        words: Words = {
            "sv": f"{text!r} är inget nätverk; skriv det som 10.0.0.0/8 eller 192.168.1.7/32.",
            "en": f"{text!r} is no network; write it as 10.0.0.0/8 or 192.168.1.7/32.",
        }
        document.blame(path, words)
        return
    if str(network.network_address) != text.partition("/")[0]:
        words = {
            "sv": f"{text!r} pekar ut en dator och inte ett nätverk; menade du {str(network)!r}?",
            "en": f"{text!r} names a computer, not a network; did you mean {str(network)!r}?",
        }
        document.blame(path, words)
    elif network.prefixlen < _WIDEST[network.version]:
        words = {
            "sv": f"{text} öppnar mer än ett eget nät för källorna; skriv bara det som behövs.",
            "en": f"{text} opens more than a network of your own; write only what is needed.",
        }
        document.blame(path, words, warning=True)


def check_dataset(document: Document, dataset: Dataset) -> None:
    """Note what is wrong in a dataset's file beyond its form."""
    if not any(dataset.title.get(language) for language in languages()):
        known = ", ".join(f'{language} = "..."' for language in languages())
        words: Words = {
            "sv": f"måste anges på ett språk som sidorna finns på: title = {{ {known} }}.",
            "en": f"must be given in a language of the pages: title = {{ {known} }}.",
        }
        document.blame(("title",), words)


def check_addresses(document: Document) -> None:
    """Note every address in a source that no one could ask."""
    for path, url in _addresses(document.values, ()):
        if not _can_be_asked(url):
            words: Words = {
                "sv": "adressen går inte att fråga: den har ett mellanslag, ett lösenord, ingen "
                "dator eller en port över 65535.",
                "en": "the address cannot be asked: it has a space, a password, no host or a port "
                "above 65535.",
            }
            document.blame(path, words)


def _addresses(value: Json, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Json]", value).items():
            if key == "url" and isinstance(inner, str):
                yield (*path, key), inner
            elif path[:1] != ("thing",):
                yield from _addresses(inner, (*path, key))


def _can_be_asked(url: str) -> bool:
    if any(character.isspace() or not character.isprintable() for character in url):
        return False
    try:
        parts = urlsplit(url)
        known = "@" in parts.netloc and parts.scheme in {"http", "https"}
        return bool(parts.hostname) and parts.port != 0 and not known
    except ValueError:
        return "{secret:" in url.partition("//")[2].partition("/")[0]


def misplaced(folder: Path, homes: Iterable[Path], store: Path) -> Iterator[Problem]:
    """Find what lies where nothing reads it, and would be missed without a word."""
    known = set(homes)
    for home in sorted(each for each in folder.iterdir() if each.is_dir()):
        if home in known:
            yield from _astray(folder, home)
        elif home != store and any((home / part).is_dir() for part in _PARTS):
            words: Words = {
                "sv": "mappen läses inte: den har ingen municipality.toml.",
                "en": "the folder is not read: it has no municipality.toml.",
            }
            yield Problem(file=home.relative_to(folder).as_posix(), why=words, warning=True)


def _astray(folder: Path, home: Path) -> Iterator[Problem]:
    folders = (each for each in home.iterdir() if each.is_dir() and each.name not in _PARTS)
    lost = {each for each in folders if any(each.glob("*.toml"))}
    lost |= {each for each in home.glob("*.toml") if each.name not in _FILES}
    for each in sorted(lost):
        known = suggest(each.name, _PARTS)
        words: Words = {
            "sv": f"läses inte; inställningar läggs i {known}.",
            "en": f"is not read; settings are put in {known}.",
        }
        yield Problem(file=each.relative_to(folder).as_posix(), why=words, warning=True)
