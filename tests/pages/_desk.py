"""What the tests' hub shows its operators: a source in every state, and ways that cross."""

from hashlib import sha256
from typing import get_args

from byalag.engine import Connected, Mending, OutletState, OutletStatus, SourceStatus, State
from byalag.governance import Key
from byalag.model import Delivery, Micros, Municipality, Rejected
from byalag.pages._desk import moment
from byalag.pages.operations import Desk, Flow, Step
from byalag.sources import settle
from byalag.store import Store, Summary
from byalag.testkit import StoppedClock
from tests.pages import _judged
from tests.pages._hub import DATASETS, MINUTE

SHOWN = "operator.secret"
KEY = Key(
    prefix="operator",
    sha256=sha256(b"secret").hexdigest(),
    municipality="2482",
    scopes=("operations:read", "operations:write", "stewardship:read"),
)
STATES: tuple[State, ...] = get_args(State)


def status(state: State, now: Micros, municipality: str = "2482") -> SourceStatus:
    heard = state != "waiting"
    return SourceStatus(
        municipality=municipality,
        source=f"kalla-{state}",
        kind="http-json",
        title={"sv": f"Mätvärdesinsamlingsleverantörens källa ({state})"},
        simulated=state == "ok",
        state=state,
        since=now - 90 * MINUTE,
        last_heard=now - MINUTE if heard else None,
        last_delivery=now - 4 * MINUTE if heard else None,
        usual=40.0 if state != "late" else None,
        last={"low": 3}.get(state, 40) if heard else None,
        set_aside=17 if state == "set-aside-rising" else 0,
        error="it answered 503: it failed; it is asked again" if state == "failing" else "",
        to_do={"sv": "Läs felet.", "en": "Read the error."},
    )


def delivery(seq: int, now: Micros) -> Summary:
    return Summary(
        seq=seq,
        source="kalla-ok",
        part="main",
        received=now - seq * MINUTE,
        records=40,
        things=40,
        observations=80,
        set_aside=seq % 3,
        skipped=0,
        bytes=12_345 * seq,
        translated=None if seq == 1 else now,
    )


def flow() -> Flow:
    sources = [
        Step(
            key=f"source/kalla-{state}",
            title={"sv": f"Källan som är {state}"},
            told={"sv": "JSON över HTTP", "en": "JSON over HTTP"},
            source=f"kalla-{state}",
            state=state,
        )
        for state in ("ok", "failing", "late")
    ]
    mappings = [
        Step(key=f"mapping/{one.key}", title={"sv": "OffStreetParking"}, told={}) for one in sources
    ]
    series = Step(key="series/free", title={"sv": "availableSpotNumber"}, told={"sv": "3 serier"})
    dataset = Step(key="dataset/parking", title=DATASETS["parking"].title, told={"sv": "öppen"})
    end = Step(
        key="service/parking",
        title={"sv": "Parkering: sidor och API", "en": "Parking: pages and API"},
        told={"sv": "/parking/v1/api-info"},
        address="/parking/v1/api-info",
    )
    return Flow(
        municipality="2482",
        dataset=DATASETS["parking"],
        columns=(tuple(sources), tuple(reversed(mappings)), (series,), (dataset,), (end,)),
        ways=(
            *((one.key, f"mapping/{one.key}") for one in sources),
            *((one.key, series.key) for one in mappings),
            (series.key, dataset.key),
            (dataset.key, end.key),
        ),
    )


def source() -> Connected:
    """The source that has had something set aside: its lots must have an id."""
    table = {
        "kind": "http-json",
        "dataset": "parking",
        "url": "https://parking.example/lots",
        "thing": {"type": "OffStreetParking", "id": "{id}"},
    }
    kind, settings = settle(table, name="kalla-low")
    town = Municipality(code="2482", name="Skellefteå")
    return Connected(name="kalla-low", municipality=town, kind=kind, settings=settings)


def set_aside(store: Store, now: Micros) -> None:
    """Set aside two of three records of a delivery, and fifty of a longer one."""
    body = b'[{"id": "a"}, {"name": "Torget"}, {"name": "Kyrkan"}]'
    for bodies, many in (((body,), 2), ((b"<html>",), 55)):
        delivery = Delivery(source="kalla-low", received=now, bodies=bodies)
        seq = store.keep(delivery).result().seq
        aside = [
            Rejected(
                where=f"[{number}]",
                why=f"id: '{{id}}' has no value here, row {number}" if many == 2 else "not JSON",
                record=b'{"name": "Torget"}' if many == 2 else b"\xff\xfe<html>",
            )
            for number in range(1, many + 1)
        ]
        store.commit([], at=now, delivery=seq, set_aside=aside).result()


def outlet(state: OutletState, now: Micros) -> OutletStatus:
    return OutletStatus(
        municipality="2482",
        outlet=f"utgang-{state}",
        kind="email",
        title={"sv": f"Brev till driften ({state})"},
        state=state,
        waiting=0 if state == "ok" else 12,
        oldest=None if state == "ok" else now - 70 * MINUTE,
        aside=3 if state == "failing" else 0,
        last_sent=now - 5 * MINUTE if state == "ok" else None,
        missed=4 if state == "open" else 0,
        error="the server said 451: try later" if state == "failing" else "",
        to_do={"sv": "Läs felet.", "en": "Read the error."},
    )


def desk(now: Micros, store: Store) -> Desk:
    """See the hub as its operators do."""
    set_aside(store, now)
    return Desk(
        sources=lambda: [
            *(status(state, now) for state in STATES),
            status("ok", now, municipality="2513"),
        ],
        deliveries=lambda _code, _source, limit: [delivery(seq, now) for seq in range(1, limit)],
        flows=lambda code: [flow()] if code == "2482" else [],
        stopped=lambda: False,
        outlets=lambda: [outlet(state, now) for state in get_args(OutletState)],
        mending={"2482": Mending(store, [source()], StoppedClock(moment(now)))},
        ruled=lambda _code: [_judged.SERIES],
        values=lambda _code, name, _start, _end: (
            (_judged.SERIES, _judged.values(now)) if name == _judged.SERIES.id else None
        ),
    )
