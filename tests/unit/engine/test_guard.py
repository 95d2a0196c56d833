from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byalag import Misconfigured
from byalag.engine import SystemClock, Unreachable
from byalag.engine._fetch import Fetcher, Wanted
from byalag.engine._guard import SystemNames, may_reach, networks
from byalag.engine._own import own_hosts
from byalag.sources import Ask, Bucket, Folder, Poll, Watch
from byalag.testkit import Answer, Faulty

pytestmark = pytest.mark.anyio

INSIDE = [
    "127.0.0.1",
    "localhost",
    "[::ffff:127.0.0.1]",
    "[::1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "0",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "[fe80::1]",
    "[fc00::1]",
    "224.0.0.1",
    "[ff02::1]",
    "255.255.255.255",
]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def outside() -> AsyncIterator[Fetcher]:
    async with Fetcher(SystemNames(), (), SystemClock()) as fetcher:
        yield fetcher


@pytest.mark.parametrize("host", INSIDE)
@pytest.mark.proves(15)
async def test_a_source_cannot_reach_inside_however_it_is_spelt(
    host: str, outside: Fetcher
) -> None:
    with Faulty(metadata=Answer(body=b"secret")) as server:
        with pytest.raises(Unreachable, match=r"not a public|no address|cannot be read"):
            await outside.ask(Wanted(url=f"http://{host}:{server.port}/metadata"))
        assert not server.asked


@pytest.mark.proves(15)
async def test_a_redirect_to_the_metadata_address_is_refused() -> None:
    async with Fetcher(SystemNames(), networks(["127.0.0.0/8"]), SystemClock()) as fetcher:
        away = Answer(status=302, headers={"location": "http://169.254.169.254/latest/"})
        with Faulty(lots=away) as server, pytest.raises(Unreachable, match=r"169\.254\.169\.254"):
            await fetcher.ask(Wanted(url=server.url("/lots")))


@pytest.mark.proves(15)
async def test_a_server_outside_cannot_point_at_what_is_inside() -> None:
    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    own = frozenset({"operator.example"})
    async with Fetcher(here, networks(["127.0.0.0/8"]), SystemClock(), own) as fetcher:
        with Faulty(secret=Answer(body=b"inside")) as inside:
            for host in ("127.0.0.1", "intranet.example"):
                away = Answer(
                    status=302, headers={"location": f"http://{host}:{inside.port}/secret"}
                )
                with Faulty(lots=away) as server:
                    wanted = Wanted(url=f"http://operator.example:{server.port}/lots")
                    with pytest.raises(Unreachable, match="127"):
                        await fetcher.ask(wanted)
            assert not inside.asked
            url = f"http://OPERATOR.example:{inside.port}/secret"
            assert (await fetcher.ask(Wanted(url=url))).body == b"inside"


@pytest.mark.proves(15)
def test_the_hosts_that_settings_name_are_their_own() -> None:
    asks = (Ask(url="https://Lots.example/{secret:env:X}", every=timedelta(1)),)
    assert own_hosts(Poll(asks)) == {"lots.example"}
    bucket = Bucket(endpoint="http://[::1]:9000", bucket="b")
    assert own_hosts(Watch(place=bucket)) == {"::1"}
    assert own_hosts(Watch(place=Folder(path="x"))) == frozenset()


@pytest.mark.proves(15)
async def test_a_name_that_changes_its_answer_is_checked_at_every_connection() -> None:
    given_out = iter([["127.0.0.1"], ["127.0.0.2"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(given_out)

    async with Fetcher(rebinding, networks(["127.0.0.1/32"]), SystemClock()) as fetcher:
        once = Answer(body=b"[]", headers={"connection": "close"}, length=2)
        with Faulty(lots=once) as server:
            url = f"http://operator.example:{server.port}/lots"
            assert (await fetcher.ask(Wanted(url=url))).body == b"[]"
            assert server.asked[0].headers["host"] == f"operator.example:{server.port}"
            with pytest.raises(Unreachable, match=r"127\.0\.0\.2"):
                await fetcher.ask(Wanted(url=url))


@pytest.mark.proves(15)
async def test_one_inside_address_among_public_ones_is_enough_to_refuse() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["192.0.78.24", "10.1.2.3"]

    async with Fetcher(mixed, (), SystemClock()) as fetcher:
        with pytest.raises(Unreachable, match=r"10\.1\.2\.3"):
            await fetcher.ask(Wanted(url="http://operator.example/", timeout=timedelta(seconds=2)))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "ftp://example.org/", "//x", ""]
)
@pytest.mark.proves(15)
async def test_only_http_and_https_are_asked(url: str, outside: Fetcher) -> None:
    with pytest.raises(Unreachable, match="http"):
        await outside.ask(Wanted(url=url))


@pytest.mark.proves(15)
def test_an_allowed_range_that_is_not_one_is_said_to_be_wrong() -> None:
    with pytest.raises(Misconfigured, match=r"10\.20\.0\.0/16"):
        networks(["10.0.0.0/40"])


INSIDE_IPV4 = st.one_of(
    *(
        st.ip_addresses(v=4, network=network)
        for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    ),
    st.ip_addresses(v=4, network="169.254.0.0/16"),
    st.ip_addresses(v=4, network="100.64.0.0/10"),
    st.ip_addresses(v=4, network="224.0.0.0/4"),
)


@given(INSIDE_IPV4)
@pytest.mark.proves(15)
def test_no_wrapping_of_an_inside_address_is_let_through(address: IPv4Address) -> None:
    number = int(address)
    wrapped = [
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address(number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | (number << 80)),
    ]
    assert not may_reach(str(address))
    assert not any(may_reach(str(form)) for form in wrapped)
    assert all(may_reach(str(form), networks([f"{address}/32"])) for form in wrapped[::2])


@given(st.ip_addresses(v=6))
@pytest.mark.proves(15)
def test_what_is_not_global_unicast_is_never_reached(address: IPv6Address) -> None:
    if may_reach(str(address)):
        assert any(address in n for n in networks(["2000::/3", "64:ff9b::/96", "::ffff:0:0/96"]))
