"""What is counted while the engine runs, for whoever keeps an eye on the hub."""

from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from byalag.engine._face import State
from byalag.engine._outlet_face import OutletState, OutletStatus

_STATES: Final[tuple[str, ...]] = get_args(State)
_OUTLET_STATES: Final[tuple[str, ...]] = get_args(OutletState)
_SOURCE = ("municipality", "source")
_OUTLET = ("municipality", "outlet")


class Metrics:
    """The engine's counters, in a registry of the caller's."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register every counter under `byalag_`."""
        self.asks = Counter(
            "byalag_asks",
            "Questions put to sources, by outcome: new, unchanged, failed.",
            (*_SOURCE, "outcome"),
            registry=registry,
        )
        self.seconds = Histogram(
            "byalag_ask_seconds",
            "How long sources took to answer.",
            _SOURCE,
            buckets=(0.05, 0.2, 1, 5, 20, 60),
            registry=registry,
        )
        self.deliveries = Counter(
            "byalag_deliveries", "Deliveries taken in.", _SOURCE, registry=registry
        )
        self.records = Counter("byalag_records", "Records read.", _SOURCE, registry=registry)
        self.set_aside = Counter(
            "byalag_set_aside", "Records that could not be translated.", _SOURCE, registry=registry
        )
        self.gaps = Counter(
            "byalag_gaps",
            "Times that messages of a broker were missed, or may have been.",
            _SOURCE,
            registry=registry,
        )
        self.pushed = Counter(
            "byalag_pushed",
            "Observations pushed to us, by outcome: accepted, refused.",
            ("municipality", "outcome"),
            registry=registry,
        )
        self.projected = Counter(
            "byalag_projected",
            "Changes carried over to the commons.",
            ("municipality",),
            registry=registry,
        )
        self._state = Gauge(
            "byalag_source_state",
            "1 for the state that a source is in.",
            (*_SOURCE, "state"),
            registry=registry,
        )
        self.outlets = OutletMetrics(registry)

    def show(self, municipality: str, source: str, state: State) -> None:
        """Show which of all states a source is in."""
        for name in _STATES:
            self._state.labels(municipality, source, name).set(name == state)


class OutletMetrics:
    """The counters of outlets."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register every counter under `byalag_`."""
        self.sent = Counter(
            "byalag_messages",
            "Messages to receivers, by outcome: sent, failed (tried again), aside, dropped.",
            (*_OUTLET, "outcome"),
            registry=registry,
        )
        self.seconds = Histogram(
            "byalag_message_seconds",
            "How long receivers took to take a message.",
            _OUTLET,
            buckets=(0.05, 0.2, 1, 5, 20),
            registry=registry,
        )
        self._queued = Gauge(
            "byalag_messages_queued",
            "Messages in an outlet's queue: waiting, or set aside.",
            (*_OUTLET, "state"),
            registry=registry,
        )
        self._state = Gauge(
            "byalag_outlet_state",
            "1 for the state that an outlet is in.",
            (*_OUTLET, "state"),
            registry=registry,
        )

    def show(self, status: OutletStatus) -> None:
        """Show which of all states an outlet is in, and how its queue stands."""
        for name in _OUTLET_STATES:
            state = self._state.labels(status.municipality, status.outlet, name)
            state.set(name == status.state)
        self._queued.labels(status.municipality, status.outlet, "waiting").set(status.waiting)
        self._queued.labels(status.municipality, status.outlet, "aside").set(status.aside)
