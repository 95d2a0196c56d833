"""Suppliers and assets: who delivers what, which computers are talked to, what the program holds.

Cybersäkerhetslagen (2025:1506) asks a municipality to know both, and to tell of an incident within
24 hours, 72 hours and a month (docs/sv/ordning.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from byalag.app._flow_hosts import hosts_of_outlet, hosts_of_source
from byalag.app._hub import Hub
from byalag.app._inventory import Holding, Item
from byalag.app._reports_software import components
from byalag.app._reports_tables import EEA, class_of
from byalag.model import Json, Supplier, Words
from byalag.outlets import serves_unit

Row = Mapping[str, Json]
_NOBODY: Words = {"sv": "ingen leverantör angiven", "en": "no supplier is named"}
_ENDED: Words = {"sv": "avtalet har gått ut", "en": "the contract has ended"}
_NO_AGREEMENT: Words = {
    "sv": "personuppgifter utan biträdesavtal",
    "en": "data about people without a processor agreement",
}
_ABROAD: Words = {"sv": "utanför EU/EES", "en": "outside the EU and EEA"}


def assets(hub: Hub, holdings: Iterable[Holding], today: date) -> Iterator[Row]:
    """Yield systems with their suppliers, receivers, and the components of the program."""
    listed = list(holdings)
    for one in listed:
        for item in one.sources:
            yield _system(one, item, today)
    for row, supplier in _receivers(listed):
        personal = bool(row["personal"])
        said = _gaps(supplier, today, personal=personal) if supplier or personal else ()
        yield {**row, **_supplied(supplier), "gaps": [dict(words) for words in said]}
    if hub.settings.sensorthings is not None:
        broker = hub.settings.sensorthings.broker.partition("//")[2].rstrip("/")
        yield _asset("broker", "sensorthings", {"sv": "MQTT-mäklare", "en": "MQTT broker"}, broker)
    for part in components():
        row = _asset("software", part.name, {"sv": part.name})
        yield {**row, "version": part.version, "licence": part.licence}


def _system(one: Holding, item: Item, today: date) -> Row:
    source = item.source
    supplier = source.settings.governance.supplier if source else None
    classes = item.standing.classification.value
    return {
        **_asset("system", item.name, source.settings.title if source else {}),
        "municipality": one.tenant.municipality.code,
        "hosts": list(hosts_of_source(source)) if source else [],
        "datasets": [one.dataset.id],
        "class": class_of(classes),
        "personal": one.dataset.personal_data,
        **_supplied(supplier),
        "gaps": [
            dict(words) for words in _gaps(supplier, today, personal=one.dataset.personal_data)
        ],
    }


def _supplied(supplier: Supplier | None) -> dict[str, Json]:
    if supplier is None:
        return {}
    until = supplier.contract_until
    return {
        "supplier": supplier.name,
        "organisationNumber": supplier.organisation_number,
        "country": supplier.country,
        "contractUntil": until.isoformat() if until else None,
        "processorAgreement": supplier.processor_agreement,
    }


def _gaps(supplier: Supplier | None, today: date, *, personal: bool) -> Iterator[Words]:
    if supplier is None:
        yield _NOBODY
        return
    if supplier.contract_until is not None and supplier.contract_until < today:
        yield _ENDED
    if personal and not supplier.processor_agreement:
        yield _NO_AGREEMENT
    if supplier.country and supplier.country not in EEA:
        yield _ABROAD


def _receivers(holdings: Sequence[Holding]) -> Iterator[tuple[Row, Supplier | None]]:
    """Yield each receiver, with the datasets that go there, and who delivers it if that is said.

    An outlet that serves a unit of care is one, too: it is given whom to reach.
    """
    found: dict[tuple[str, str], dict[str, Json]] = {}
    outlets = {
        (one.tenant.municipality.code, outlet.name): outlet
        for one in holdings
        for outlet in one.tenant.outlets
    }
    for one in holdings:
        for node in one.way.at("end"):
            if node.kind not in {"outlet", "subscription"}:
                continue
            code = one.tenant.municipality.code
            name = node.key.partition("/")[2]
            row = found.setdefault((code, node.key), _receiver(code, name, node.title, node.host))
            row["datasets"] = [*row["datasets"], one.dataset.id]
            row["personal"] = row["personal"] or one.dataset.personal_data
    for (code, name), outlet in outlets.items():
        if serves_unit(outlet.settings):
            host = next(iter(hosts_of_outlet(outlet)), "")
            row = _receiver(code, name, outlet.settings.title, host)
            found.setdefault((code, f"outlet/{name}"), {**row, "personal": True})
    for (code, key), row in found.items():
        kind, _, name = key.partition("/")
        outlet_of = outlets.get((code, name)) if kind == "outlet" else None
        yield row, outlet_of.settings.supplier if outlet_of else None


def _receiver(code: str, name: str, title: Words, host: str) -> dict[str, Json]:
    return {**_asset("receiver", name, title, host), "municipality": code, "personal": False}


def _asset(kind: str, name: str, title: Words, host: str = "") -> dict[str, Json]:
    return {
        "municipality": "",
        "kind": kind,
        "name": name,
        "title": dict(title) or {"sv": name},
        "hosts": [host] if host else [],
        "datasets": [],
        "class": "",
        "personal": None,
        "supplier": "",
        "organisationNumber": "",
        "country": "",
        "contractUntil": None,
        "processorAgreement": "",
        "version": "",
        "licence": "",
        "gaps": [],
    }
