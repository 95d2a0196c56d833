"""Every declared source, as the engine is given it."""

from collections.abc import Iterator

from msgspec.structs import replace

from byalag.app._hub import Hub, Tenant
from byalag.app._read_outlet import DeclaredOutlet
from byalag.app._read_source import Declared
from byalag.engine import Connected, ConnectedOutlet
from byalag.mapping import Context, Heard
from byalag.model import Delivery, Thing
from byalag.sources import AnyKind, Common, Translate


def connected(hub: Hub) -> list[Connected]:
    """Return every source of a hub."""
    return [
        connect(tenant, source, hub.settings.address)
        for tenant in hub.tenants
        for source in tenant.sources
    ]


def connect(tenant: Tenant, source: Declared, address: str = "") -> Connected:
    """Return one source of a hub that is reached at an address.

    What a simulated one describes says so itself, wherever it is shown.
    """
    door = f"deliveries/v1/{tenant.municipality.code}/{source.name}"
    return Connected(
        name=source.name,
        municipality=tenant.municipality,
        kind=_honest(source.kind),
        settings=source.settings,
        door=f"{address.rstrip('/')}/{door}" if address else "",
    )


def connected_outlets(hub: Hub) -> list[ConnectedOutlet]:
    """Return every outlet of a hub."""
    return [connect_outlet(hub, tenant, one) for tenant in hub.tenants for one in tenant.outlets]


def connect_outlet(hub: Hub, tenant: Tenant, outlet: DeclaredOutlet) -> ConnectedOutlet:
    """Return one outlet."""
    return ConnectedOutlet(
        name=outlet.name,
        municipality=tenant.municipality,
        kind=outlet.kind,
        settings=outlet.settings,
        home=hub.folder,
    )


def _honest(kind: AnyKind) -> AnyKind:
    def prepare(settings: Common) -> Translate:
        translate = kind.prepare(settings)
        if not settings.simulated:
            return translate

        def honestly(delivery: Delivery, context: Context) -> Iterator[Heard]:
            for heard in translate(delivery, context):
                yield _marked(heard) if isinstance(heard, Thing) else heard

        return honestly

    return replace(kind, prepare=prepare)


def _marked(thing: Thing) -> Thing:
    return replace(thing, properties={**thing.properties, "simulated": True})
