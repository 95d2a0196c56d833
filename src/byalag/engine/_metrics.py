"""What is counted while the engine runs, for whoever keeps an eye on the hub."""

from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from byalag.engine._face import State

_STATES: Final[tuple[str, ...]] = get_args(State)
_SOURCE = ("municipality", "source")


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

    def show(self, municipality: str, source: str, state: State) -> None:
        """Show which of all states a source is in."""
        for name in _STATES:
            self._state.labels(municipality, source, name).set(name == state)
