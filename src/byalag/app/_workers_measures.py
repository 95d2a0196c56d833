"""What every process of a hub has counted, told as one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

from prometheus_client import Metric

Sample: TypeAlias = tuple[str, dict[str, str], float]  # name, labels, value
_Key: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
_SUMMED = frozenset({"counter", "histogram"})


class Collects(Protocol):
    """A registry, or what collects like one."""

    def collect(self) -> Iterable[Metric]:
        """Return what has been measured."""
        ...


def counted(registry: Collects) -> list[Sample]:
    """Return what a process has counted: what it makes sense to add to others' counts."""
    return [
        (sample.name, dict(sample.labels), sample.value)
        for metric in registry.collect()
        if metric.type in _SUMMED
        for sample in metric.samples
        if not sample.name.endswith("_created")
    ]


class Together:
    """A hub's own registry with what its workers have counted added to it."""

    def __init__(self, registry: Collects) -> None:
        """Add nothing yet."""
        self._registry = registry
        self._told: dict[str, Sequence[Sample]] = {}
        self._gone: Counter[_Key] = Counter()

    def tell(self, worker: str, samples: Sequence[Sample]) -> None:
        """Take what a worker has counted since it began."""
        self._told[worker] = samples

    def leave(self, worker: str) -> None:
        """Keep what a worker counted that is no more: a count never falls."""
        self._gone.update(_summed(self._told.pop(worker, ())))

    def collect(self) -> Iterator[Metric]:
        """Yield what has been measured, counts summed over all processes."""
        others = Counter(self._gone)
        for samples in self._told.values():
            others.update(_summed(samples))
        for metric in self._registry.collect():
            if metric.type in _SUMMED:
                _add(metric, others)
            yield metric


def _key(name: str, labels: dict[str, str]) -> _Key:
    return name, tuple(sorted(labels.items()))


def _summed(samples: Iterable[Sample]) -> Counter[_Key]:
    summed: Counter[_Key] = Counter()
    for name, labels, value in samples:
        summed[_key(name, labels)] += value  # type: ignore[assignment]  # counts of floats
    return summed


def _add(metric: Metric, others: Counter[_Key]) -> None:
    """Add to each sample of a metric, and append those that only workers have."""
    names = {f"{metric.name}{end}" for end in ("_total", "_bucket", "_count", "_sum")}
    left = {key: value for key, value in others.items() if key[0] in names}
    own = metric.samples
    metric.samples = [
        sample._replace(value=sample.value + left.pop(_key(sample.name, sample.labels), 0))
        for sample in own
    ]
    for (name, labels), value in left.items():
        metric.add_sample(name, dict(labels), value)
