"""What is said of homes never becomes open: a dataset that homes use stays about people."""

from byalag.app._care_book import BOOK
from byalag.app._hub import Tenant
from byalag.app._problem import HubFaulty, Problem
from byalag.model import Words
from byalag.services.care import ChannelSet
from byalag.store import Line, Store


def refuse_opening(tenant: Tenant, store: Store) -> None:
    """Go on, unless a dataset that homes use is to be open, or about people no more.

    Raises:
        HubFaulty: It is; the homes must be erased first, or the dataset set as it was.
    """
    problems = problems_of_homes(tenant, store)
    if problems:
        raise HubFaulty(problems)


def problems_of_homes(tenant: Tenant, store: Store) -> list[Problem]:
    """Return a problem for each dataset that homes use and that would not be about people."""
    freed = {
        id_
        for id_, before in store.datasets().items()
        if before.personal_data and not _is_personal(tenant, id_)
    }
    return [_problem(tenant, id_) for id_ in sorted(freed & _used(store))] if freed else []


def _is_personal(tenant: Tenant, id_: str) -> bool:
    now = tenant.datasets.get(id_)
    return now is not None and now.personal_data and not now.open


def _used(store: Store) -> set[str]:
    """Return the datasets that a sensor of any home is in, or has been."""
    lines = (line for line in store.journal(BOOK).lines() if line.kind == ChannelSet.__name__)
    found = (store.series(_series(line)) for line in lines)
    return {one.dataset for one in found if one is not None}


def _series(line: Line) -> str:
    match line.document:
        case {"channel": {"series": str(series)}}:
            return series
        case _:
            return ""


def _problem(tenant: Tenant, id_: str) -> Problem:
    words: Words = {
        "sv": "hem har givare i datamängden, så den måste finnas kvar med personal_data = true och "
        "aldrig vara öppen; radera hemmen först (`byalag subject erase`).",
        "en": "homes have sensors in the dataset, so it must stay, with personal_data = true, and "
        "never be open; erase the homes first (`byalag subject erase`).",
    }
    file = f"{tenant.folder.name}/datasets/{id_}.toml"
    return Problem(file=file, setting="personal_data", why=words)
