"""What the reports say of datasets: the register of processing, the inventory, and the flow."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from byalag.app._hub import Hub, Tenant
from byalag.app._inventory import Holding, Item
from byalag.governance import Standing
from byalag.model import Contact, Json, Klassa, Words
from byalag.store import METRICS, Metric, Share

Row = Mapping[str, Json]
EEA: Final = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
"""Where a transfer is not one to a third country (GDPR, chapter V)."""
_MEASURES: Final[tuple[Words, ...]] = (
    {
        "sv": "Egen lagring för varje kommun; det öppna är en kopia utan personuppgifter",
        "en": "A store of its own for each municipality; what is open is a copy without such data",
    },
    {
        "sv": "Åtkomst efter roll och ändamål, med e-legitimation på nivå loa3",
        "en": "Access by role and purpose, with an e-identity at level loa3",
    },
    {
        "sv": "Varje läsning och beslut om människor skrivs i en kedjad logg",
        "en": "Every reading of and decision about people is written in a chained log",
    },
    {
        "sv": "Gallring med bevis, efter datamängdens frist",
        "en": "Deletion with evidence, by the retention of the dataset",
    },
)
_SEALED: Final[Words] = {
    "sv": "Krypterat i vila, med en nyckel för varje kommun",
    "en": "Encrypted at rest, with a key for each municipality",
}
_UNSEALED: Final[Words] = {
    "sv": "INTE krypterat i vila: ange [sealing] i hub.toml",
    "en": "NOT encrypted at rest: give [sealing] in hub.toml",
}
_PLAIN: Final[Words] = {
    "sv": "INTE krypterat på vägen: address i hub.toml är inte https",
    "en": "NOT encrypted on its way: address in hub.toml is not https",
}
_HTTPS: Final[Words] = {"sv": "Krypterat på vägen (https)", "en": "Encrypted on its way (https)"}
_ON_HUB: Final[Words] = {"sv": "på navet", "en": "on the hub"}


def processing(hub: Hub, holdings: Iterable[Holding]) -> Iterator[Row]:
    """Yield the register of processing (GDPR article 30): a row a purpose of data about people."""
    for one in holdings:
        if not one.dataset.personal_data:
            continue
        purposes = one.dataset.purposes or {"": {}}
        for name, words in purposes.items():
            yield _processed(hub, one, name, words)


def _processed(hub: Hub, one: Holding, purpose: str, words: Words) -> Row:
    home, dataset = one.tenant.municipality, one.dataset
    suppliers = [item.source.settings.governance.supplier for item in one.sources if item.source]
    known = [supplier for supplier in suppliers if supplier is not None]
    abroad = [f"{s.name} ({s.country})" for s in known if s.country and s.country not in EEA]
    return {
        "municipality": home.code,
        "controller": home.contact.name or home.name,
        "organisationNumber": home.organisation_number,
        "contact": _turned_to(home.contact),
        "dataProtectionOfficer": _turned_to(home.governance.data_protection_officer),
        "dataset": dataset.id,
        "title": dict(dataset.title),
        "purpose": purpose,
        "purposeInWords": dict(words),
        "legalBasis": dataset.legal_basis,
        "subjects": dict(dataset.subjects),
        "categories": dict(dataset.categories),
        "recipients": sorted({*dataset.recipients, *_receivers(one)}),
        "processors": [f"{s.name}: {s.processor_agreement or '-'}" for s in known],
        "transfers": abroad,
        "retention": dataset.retention,
        "kept": dict(dataset.kept) or dict(_ON_HUB),
        "security": _measures(hub),
        "owner": one.standing.owner.value,
        "ownerRole": one.standing.owner_role.value,
        "sources": [item.name for item in one.sources],
    }


def inventory(holdings: Iterable[Holding]) -> Iterator[Row]:
    """Yield the information inventory: datasets, then what is in each of them."""
    for one in holdings:
        row = _held(one)
        yield row
        for source in one.sources:
            yield _part(row, "source", source)
        for series in one.series:
            yield _part(row, "series", series)


def _held(one: Holding) -> dict[str, Json]:
    dataset = one.dataset
    return {
        "municipality": one.tenant.municipality.code,
        "kind": "dataset",
        "dataset": dataset.id,
        "name": dataset.id,
        "title": dict(dataset.title),
        **_standing(one.standing),
        "effectiveClass": class_of(dataset.classification),
        "open": dataset.open,
        "personal": dataset.personal_data,
        "ground": dataset.legal_basis,
        "purposes": list(dataset.purposes),
        "kept": dict(dataset.kept) or dict(_ON_HUB),
        "from": [node.host or node.key for node in (*one.way.at("host"), *one.way.at("source"))],
        "to": [node.key for node in one.way.at("end")],
        "retention": dataset.retention,
        **quality_of(one.quality),
        "gaps": [dict(gap.why) for gap in one.shortfalls],
    }


def _part(row: Row, kind: str, item: Item) -> Row:
    """Return a source or a kind of series: as its dataset, but for what it says of itself."""
    titles = item.source.settings.title if item.source else {}
    return {
        **{name: row[name] for name in _SHARED},
        "kind": kind,
        "name": item.name,
        "title": dict(titles),
        **_standing(item.standing),
        "effectiveClass": class_of(item.standing.classification.value),
        "gaps": [],
    }


_SHARED: Final = ("municipality", "dataset", "open", "personal", "ground", "purposes", "kept",
                  "retention")  # fmt: skip


def flow(holdings: Iterable[Holding]) -> Iterator[Row]:
    """Yield every step of every way: from what, to what."""
    for one in holdings:
        nodes = {node.key: node for node in one.way.nodes}
        for before, after in one.way.joins:
            yield {
                "municipality": one.tenant.municipality.code,
                "dataset": one.dataset.id,
                "fromStage": nodes[before].stage,
                "from": before,
                "fromTitle": dict(nodes[before].title),
                "toStage": nodes[after].stage,
                "to": after,
                "toTitle": dict(nodes[after].title),
                "host": nodes[before].host or nodes[after].host,
            }


def graph(one: Holding) -> Json:
    """Return a way as a graph: its nodes by stage, and which are joined."""
    return {
        "municipality": one.tenant.municipality.code,
        "dataset": one.dataset.id,
        "open": one.dataset.open,
        "nodes": [
            {
                "key": node.key,
                "stage": node.stage,
                "kind": node.kind,
                "title": dict(node.title),
                "address": node.address,
                "host": node.host,
            }
            for node in one.way.nodes
        ],
        "joins": [{"from": before, "to": after} for before, after in one.way.joins],
    }


def class_of(klassa: Klassa | None) -> str:
    """Return a class as KLASSA writes it: K, R and T with their levels; empty if there is none."""
    if klassa is None:
        return ""
    return f"K{klassa.confidentiality} R{klassa.integrity} T{klassa.availability}"


def quality_of(quality: Mapping[Metric, Share]) -> dict[str, Json]:
    """Return each metric as a share from 0 to 1; None where it could not be judged."""
    return {
        name: round(found.part / found.whole, 4) if (found := quality.get(name)) else None
        for name in METRICS
    }


def _standing(said: Standing) -> dict[str, Json]:
    return {
        "owner": said.owner.value,
        "ownerBy": said.owner.by,
        "ownerRole": said.owner_role.value,
        "ownerRoleBy": said.owner_role.by,
        "class": class_of(said.classification.value),
        "classBy": said.classification.by,
        "recipients": list(said.recipients.value),
    }


def _receivers(one: Holding) -> list[str]:
    """Return to whom the running configuration gives a dataset, whatever its file says."""
    return [
        f"{node.key.partition('/')[2]} ({node.host})" if node.host else node.key.partition("/")[2]
        for node in one.way.at("end")
        if node.kind in {"outlet", "subscription", "product"}
    ]


def _measures(hub: Hub) -> list[Json]:
    https = hub.settings.address.startswith("https:")
    sealed = hub.settings.sealing is not None
    told = [*_MEASURES, _SEALED if sealed else _UNSEALED, _HTTPS if https else _PLAIN]
    return [dict(words) for words in told]


def _turned_to(contact: Contact) -> str:
    said = (contact.name, contact.email, contact.phone, contact.url, contact.address)
    return ", ".join(part for part in said if part)


def homes(tenants: Iterable[Tenant]) -> list[Row]:
    """Return the municipalities that a report is of."""
    return [{"code": one.municipality.code, "name": one.municipality.name} for one in tenants]
