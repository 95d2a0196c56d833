"""What several processes have counted is told as one, and a count never falls."""

from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from byalag.app._workers_measures import Together, counted

TIMES = st.lists(st.floats(0.001, 9), max_size=5)


def process(requests: dict[str, int], times: list[float]) -> CollectorRegistry:
    registry = CollectorRegistry()
    counter = Counter("byalag_requests", "Requests.", ("route",), registry=registry)
    seconds = Histogram("byalag_seconds", "Times.", buckets=(0.01, 1), registry=registry)
    Gauge("byalag_size", "Size.", registry=registry).set(7)
    for route, count in requests.items():
        counter.labels(route).inc(count)
    for one in times:
        seconds.observe(one)
    return registry


def told(together: Together) -> dict[str, float]:
    text = generate_latest(together).decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines if "_created" not in name}


@given(
    st.lists(
        st.tuples(st.dictionaries(st.sampled_from("abc"), st.integers(1, 9)), TIMES),
        min_size=1,
        max_size=4,
    ),
    st.sets(st.integers(0, 3)),
)
@limits(deadline=None, max_examples=60)
def test_all_processes_are_counted_whoever_of_them_is_left(
    processes: list[tuple[dict[str, int], list[float]]], gone: set[int]
) -> None:
    (own, *others) = [process(*one) for one in processes]
    together = Together(own)
    for number, registry in enumerate(others):
        together.tell(str(number), [])
        together.tell(str(number), counted(registry))
    for number in gone:
        together.leave(str(number))
    said = told(together)
    for route in "abc":
        whole = sum(requests.get(route, 0) for requests, _ in processes)
        assert said.get(f'byalag_requests_total{{route="{route}"}}', 0) == whole
    assert said["byalag_seconds_count"] == sum(len(times) for _, times in processes)
    assert said["byalag_size"] == 7


def test_the_next_in_the_place_of_one_that_is_gone_counts_from_nothing() -> None:
    together = Together(process({"a": 1}, []))
    together.tell("1", counted(process({"a": 5}, [])))
    together.leave("1")
    together.tell("1", counted(process({"a": 2}, [])))
    assert told(together)['byalag_requests_total{route="a"}'] == 8
