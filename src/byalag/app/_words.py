"""The dictionary of a hub, as its pages show it."""

from collections.abc import Callable, Mapping

from byalag.app._access import ALTER_TERMS, OPEN, READ_TERMS, VOTE, Access
from byalag.app._catalogues import vocabulary
from byalag.app._face import Part
from byalag.app._hub import Hub
from byalag.app._stores import Stores
from byalag.pages import View
from byalag.pages.operations import Lexicon, Site, Use, dictionary_routes
from byalag.store import Proposals, Store

_ACTS: Mapping[str, Access] = {
    "open": OPEN,
    "see": READ_TERMS,
    "propose": ALTER_TERMS,
    "vote": VOTE,
}


def words(hub: Hub, view: View, stores: Stores) -> Part:
    """Return the pages of the dictionary, open to all, and of what is proposed."""
    towns = {tenant.municipality.code: tenant.municipality.name for tenant in hub.tenants}
    lexicon = Lexicon(
        vocabulary=vocabulary(hub, stores),
        proposals=Proposals(stores.register, list(towns)),
        used=_used(stores.commons),
        towns=towns,
    )
    site = Site(view)
    return Part(
        routes=[
            (route, _ACTS[act])
            for language in site.languages.values()
            for route, act in dictionary_routes(site, lexicon, language)
        ]
    )


def _used(commons: Store) -> Callable[[str], list[Use]]:
    """Return what tells in which open datasets a word is used: of a type, or of a property."""
    known: dict[tuple[int, int], dict[str, list[Use]]] = {}

    def used(word: str) -> list[Use]:
        states = commons.states()
        if states not in known:
            known.clear()
            known[states] = _uses(commons)
        return known[states].get(word, [])

    return used


def _uses(commons: Store) -> dict[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for id_, dataset in commons.datasets().items():
        said = commons.vocabulary(id_)
        types = {thing.type for thing in commons.things_in(id_)}
        for word in types | said.properties.keys() | said.measured.keys():
            use = Use(dataset.title, f"/features/v1/collections/{id_}?f=html")
            found.setdefault(word, []).append(use)
    return found
