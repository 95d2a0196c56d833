import pytest

from byalag.engine import Engine
from byalag.store import Store
from byalag.testkit import Answer, Asked, Faulty, StoppedClock, running, soon

from .conftest import connect, lots, no_secret

pytestmark = pytest.mark.anyio

PAGING = {"offset": "from", "limit": "most", "size": 3, "total": "Results-Count"}


def capped(asked: Asked) -> Answer:
    """Give two records a page, whatever was asked for, of seven in all."""
    assert "most=3" in asked.target
    return Answer(body=lots(1, 2), headers={"results-count": "7"})


async def test_a_server_that_gives_fewer_than_it_says_there_are_is_no_whole_answer(
    store: Store, commons: Store
) -> None:
    with Faulty(lots=capped) as server:
        source = connect("campus", server.url("/lots"), paging=PAGING)
        engine = Engine({"2482": store}, commons, [source], clock=StoppedClock(), secret=no_secret)
        async with running(engine):
            await soon(lambda: engine.status()[0].error)
            assert "says that there are 7 records and gave 2" in engine.status()[0].error
    assert not store.deliveries("campus")


async def test_an_answer_that_holds_what_it_says_is_kept(store: Store, commons: Store) -> None:
    with Faulty(lots=Answer(body=lots(1, 2), headers={"results-count": "2"})) as server:
        source = connect("campus", server.url("/lots"), paging=PAGING)
        engine = Engine({"2482": store}, commons, [source], clock=StoppedClock(), secret=no_secret)
        async with running(engine):
            await soon(lambda: store.deliveries("campus"))
