"""Adding a municipality to a hub, letting it pause and go on, and closing one of its datasets."""

import fcntl
import re
from pathlib import Path

from msgspec import Struct

from byalag import Misconfigured
from byalag.app._hub import Hub, Tenant, open_hub
from byalag.app._municipality import municipalities
from byalag.app._problem import suggest
from byalag.app._stores import COMMONS, REGISTER, own_store_of, store_file
from byalag.model import Micros
from byalag.store import Note, Register, StandingState, Store, Tenancy, TenantStanding

_FOLDERS = ("datasets", "sources", "places", "outlets")
_OPEN = re.compile(r"^(\s*open\s*=\s*)true\b", re.MULTILINE)
_TEXT = """\
code = "{code}"                       # SCB:s kommunkod, alltid fyra siffror
name = "{name}"
time_zone = "Europe/Stockholm"
# languages = ["sv", "en"]            # kommunens språk
# organisation_number = "212000-0000"
# on_premises = ["10.0.0.0/8"]        # egna nät som källor får nås på

[contact]
name = "{name} kommun"
# email = "kontakt@exempel.se"

# [look]                              # egna färger; `byalag check` räknar ut kontrasten
# accent = "#0b4f6c"
# logo = "vapen.svg"                  # en bild bredvid den här filen

# [accessibility]                     # egen tillgänglighetsredogörelse
# status = "partial"
# assessed = 2026-11-01
"""


class Listed(Struct, frozen=True, kw_only=True):
    """One municipality of a hub, how it stands, and how much it declares."""

    code: str
    name: str
    folder: str
    standing: TenantStanding
    datasets: int
    open: int
    sources: int


def add_municipality(  # noqa: PLR0913 -- which, by whom and when
    hub_folder: Path, code: str, *, name: str, who: str, now: Micros, dry_run: bool = False
) -> tuple[Path, dict[str, str]]:
    """Write the folder of a new municipality; return where, and each file with its text.

    A hub that runs takes it up when it is started again.

    Raises:
        Misconfigured: There is no such municipality, or it is in the hub already.
    """
    official = municipalities()
    if code not in official:
        by_name = {town: number for number, town in official.items()}
        near = suggest(name or code, by_name).split(", ")[0]
        message = f"{code} is no Swedish municipality code; {near} has {by_name[near]}"
        raise Misconfigured(message)
    town = name or official[code]
    home = hub_folder / _plain(official[code])
    there = next((one for one in hub_folder.glob("*/municipality.toml") if _is(one, code)), None)
    if there is not None or home.exists():
        message = f"municipality {code} is in the hub already: {there or home}"
        raise Misconfigured(message)
    written = {"municipality.toml": _TEXT.format(code=code, name=town)}
    if not dry_run:
        home.mkdir()
        for folder in _FOLDERS:
            (home / folder).mkdir()
        for file, text in written.items():
            (home / file).write_text(text, "utf-8")
        hub = open_hub(hub_folder)
        with _register(hub) as register:
            Tenancy(register).put(code, "active", "", now).result()
            details = {"folder": home.name}
            line = Note(at=now, who=who, what="add municipality", about=code, details=details)
            register.note(line).result()
    return home, written


def stand(  # noqa: PLR0913 -- who stands how, by whom and when
    hub: Hub, tenant: Tenant, state: StandingState, why: str, *, who: str, now: Micros
) -> None:
    """Let a municipality pause, or go on; a hub that runs takes it up within a second or two."""
    code = tenant.municipality.code
    what = "pause" if state == "paused" else "resume"
    line = Note(at=now, who=who, what=what, about=code, details={"why": why} if why else {})
    with _register(hub) as register:
        Tenancy(register).put(code, state, why, now).result()
        register.note(line).result()


def listed(hub: Hub) -> list[Listed]:
    """Return the municipalities of a hub, and how they stand."""
    with _register(hub) as register:
        standings = Tenancy(register).all()
    return [
        Listed(
            code=one.municipality.code,
            name=one.municipality.name,
            folder=one.folder.name,
            standing=standings.get(one.municipality.code, TenantStanding(one.municipality.code)),
            datasets=len(one.datasets),
            open=sum(each.open for each in one.datasets.values()),
            sources=len(one.sources),
        )
        for one in hub.tenants
    ]


def close_dataset(hub: Hub, id_: str, *, who: str, now: Micros) -> tuple[Path, bool]:
    """Write in a dataset's file that it is not open; return the file, and whether a hub runs.

    A hub that runs withdraws it within seconds; otherwise it is withdrawn here and now.

    Raises:
        Misconfigured: There is no such dataset, or its file does not say open = true.
    """
    tenant = next((one for one in hub.tenants if id_ in one.datasets), None)
    if tenant is None:
        known = suggest(id_, (name for one in hub.tenants for name in one.datasets)) or "none"
        message = f"No dataset {id_!r}; there is {known}."
        raise Misconfigured(message)
    file = tenant.folder / "datasets" / f"{id_}.toml"
    text, count = _OPEN.subn(r"\1false", file.read_text("utf-8"), count=1)
    if not count:
        message = f"{file} does not say open = true: the dataset is closed already"
        raise Misconfigured(message)
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(file)
    running = _withdraw(hub, tenant, id_)
    with own_store_of(hub, tenant) as own:
        own.note(Note(at=now, who=who, what="close dataset", about=id_)).result()
    return file, running


def _withdraw(hub: Hub, tenant: Tenant, id_: str) -> bool:
    """Withdraw a dataset where no hub runs; tell whether one does."""
    hub.store.mkdir(parents=True, exist_ok=True)
    with (hub.store / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        opened = {name: one for name, one in tenant.datasets.items() if one.open and name != id_}
        if (hub.store / COMMONS).is_file():
            with Store(hub.store / COMMONS) as commons:
                commons.publish(opened, origin=tenant.municipality.code).result()
        if store_file(hub, tenant.municipality.code).is_file():
            kept = {n: one for n, one in tenant.datasets.items() if n in opened or not one.open}
            with own_store_of(hub, tenant) as own:
                own.publish(kept).result()
    return False


def _register(hub: Hub) -> Register:
    hub.store.mkdir(parents=True, exist_ok=True)
    return Register(hub.store / REGISTER)


def _is(file: Path, code: str) -> bool:
    return re.search(rf'^\s*code\s*=\s*"{code}"', file.read_text("utf-8"), re.MULTILINE) is not None


def _plain(name: str) -> str:
    from unicodedata import normalize  # noqa: PLC0415 -- named only here

    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)
