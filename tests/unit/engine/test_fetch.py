import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from byalag.engine import SystemClock, Unreachable
from byalag.engine._fetch import Fetcher, Wanted
from byalag.engine._guard import SystemNames, networks
from byalag.engine._retry_after import retry_after
from byalag.testkit import Answer, Asked, Faulty, StoppedClock, gzip_bomb

pytestmark = pytest.mark.anyio

SOON = timedelta(seconds=0.4)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(SystemNames(), networks(["127.0.0.1/32"]), SystemClock()) as opened:
        yield opened


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"[1]" * 99)),
        ("gzip", gzip.compress(b"[1]" * 50) + gzip.compress(b"[1]" * 49)),
        ("gzip", gzip.compress(b"[1]" * 99) + bytes(8)),
        ("deflate", zlib.compress(b"[1]" * 99)),
        ("deflate", zlib.compress(b"[1]" * 99, wbits=-15)),
        ("identity", b"[1]" * 99),
    ],
    ids=["gzip", "two members", "padded", "zlib", "bare deflate", "plain"],
)
@pytest.mark.parametrize("chunked", [True, False])
async def test_what_the_server_has_packed_is_unpacked(
    coding: str, packed: bytes, *, chunked: bool, fetcher: Fetcher
) -> None:
    said = Answer(body=packed, headers={"content-encoding": coding}, chunked=chunked)
    with Faulty(lots=said) as server:
        got = await fetcher.ask(Wanted(url=server.url("/lots")))
    assert got.body == b"[1]" * 99


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Answer(hang=True), "not finished within 0.4 s"),
        (Answer(body=b"x" * 99, drip=0.05), "not finished within 0.4 s"),
        (Answer(body=b"x" * 99, cut=10), "broke in the middle"),
        (Answer(body=b"x" * 99, cut=10, chunked=True), "broke in the middle"),
        (Answer(body=b"x" * 9, length=99, cut=9), "broke in the middle"),
        (Answer(body=gzip.compress(b"x" * 99)[:-9], headers={"content-encoding": "gzip"}), "cut"),
        (Answer(body=b"hello", headers={"content-encoding": "gzip"}), "it is not"),
        (Answer(body=b"hello", headers={"content-encoding": "br"}), "only gzip and deflate"),
        (Answer(body=b"x" * 2000), "larger than 1,000 bytes"),
        (Answer(status=401), "401: it wants a key"),
        (Answer(status=404), "404: there is nothing at this address"),
        (Answer(status=500), "500: it failed"),
        (Answer(status=302, headers={"location": "/lots"}), "more than 5 times"),
        (Answer(status=302, headers={"location": "file:///etc/passwd"}), "http"),
    ],
)
async def test_a_faulty_server_is_unreachable_and_the_reason_is_said(
    said: Answer, why: str, fetcher: Fetcher
) -> None:
    timeout = SOON if said.hang or said.drip else timedelta(seconds=10)
    with Faulty(lots=said) as server, pytest.raises(Unreachable, match=why):
        await fetcher.ask(Wanted(url=server.url("/lots"), timeout=timeout, max_bytes=1000))


async def test_nobody_listening_is_said_so(fetcher: Fetcher) -> None:
    with Faulty() as server:
        url = server.url("/lots")
    with pytest.raises(Unreachable, match="could not be connected to"):
        await fetcher.ask(Wanted(url=url))


@pytest.mark.parametrize(
    ("most", "why"), [(10_000_000, "larger than 10,000,000"), (10**9, "is a bomb")]
)
@pytest.mark.proves(12)
async def test_a_bomb_is_stopped_while_it_is_small(most: int, why: str, fetcher: Fetcher) -> None:
    bomb = Answer(body=gzip_bomb(100_000_000), headers={"content-encoding": "gzip"})
    with Faulty(lots=bomb) as server:
        tracemalloc.start()
        with pytest.raises(Unreachable, match=why):
            await fetcher.ask(Wanted(url=server.url("/lots"), max_bytes=most))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 32_000_000


async def test_a_server_that_asks_us_to_wait_is_listened_to(fetcher: Fetcher) -> None:
    busy = Answer(status=503, headers={"retry-after": "120"})
    with Faulty(lots=busy) as server, pytest.raises(Unreachable, match="503") as caught:
        await fetcher.ask(Wanted(url=server.url("/lots")))
    assert caught.value.wait == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("0", timedelta()),
        ("7", timedelta(seconds=7)),
        ("99999999999999999999", timedelta(days=1)),
        ("Wed, 01 Jul 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Wed, 01 Jul 2026 11:00:00 GMT", timedelta()),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, wait: timedelta | None) -> None:
    assert retry_after(header, StoppedClock().now()) == wait


async def test_a_key_is_not_carried_along_to_another_server(fetcher: Fetcher) -> None:
    with Faulty(there=Answer(body=b"[]")) as other, Faulty() as server:
        server.put("/near", Answer(status=307, headers={"location": "/lots"}))
        server.put("/lots", Answer(status=302, headers={"location": other.url("/there")}))
        wanted = Wanted(
            url=server.url("/near"),
            headers={"X-Key": "hush", "Accept": "application/json"},
            private=frozenset({"X-Key"}),
        )
        await fetcher.ask(wanted)
    assert [asked.headers.get("x-key") for asked in server.asked] == ["hush", "hush"]
    assert "x-key" not in other.asked[0].headers
    assert other.asked[0].headers["accept"] == "application/json"


async def test_a_posted_question_is_posted(fetcher: Fetcher) -> None:
    def echo(asked: Asked) -> Answer:
        return Answer(body=asked.method.encode() + b" " + asked.body)

    with Faulty(query=echo) as server:
        got = await fetcher.ask(Wanted(url=server.url("/query"), method="POST", body=b"<q/>"))
    assert got.body == b"POST <q/>"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_body_that_holds_a_key_is_shown_to_no_other_server(
    status: int, fetcher: Fetcher
) -> None:
    seen: list[bytes] = []

    def hear(asked: Asked) -> Answer:
        seen.append(asked.body)
        return Answer(body=b"[]")

    with Faulty(lots=hear) as other:
        away = Answer(status=status, headers={"location": other.url("/lots")})
        with Faulty(lots=away) as server:
            ask = Wanted(url=server.url("/lots"), method="POST", body=b"key", sealed=True)
            if status in {307, 308}:
                with pytest.raises(Unreachable, match="another server"):
                    await fetcher.ask(ask)
            else:
                await fetcher.ask(ask)
    assert b"key" not in seen
