"""Promise 15: no way out of the hub leads inside, whoever names the address and however."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byalag.engine import IdentityProvider, SystemClock, Unreachable, fetch_once
from byalag.engine._carrier import Carrier
from byalag.engine._fetch import Fetcher, Wanted
from byalag.engine._guard import SystemNames, networks
from byalag.engine._outlet_face import NotTaken
from byalag.engine._secret import Vault
from byalag.outlets import Filled, HttpSending
from byalag.testkit import Answer, Faulty

pytestmark = [pytest.mark.anyio, pytest.mark.proves(15)]

TABLE = [  # the address table of the design, section 3.4, and relatives of its rows
    "127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "10.0.0.1",
    "10.255.255.254", "169.254.169.254", "100.64.0.1", "[fe80::1]", "[::1]", "0x7f000001",
    "0177.0.0.1", "127.1", "0", "[::]", "192.168.0.1", "172.31.255.1", "[::ffff:7f00:1]",
    "[64:ff9b::a9fe:a9fe]", "[fd00::1]", "localhost.", "LOCALHOST", "127.0.0.1.",
]  # fmt: skip
WAYS = ["source", "outlet", "context", "discovery", "keys"]
NOT_REACHED = (Unreachable, NotTaken)
REFUSED = r"not a public|no address|cannot be read"
Resolve = Callable[[str, int], Awaitable[list[str]]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def go(way: str, url: str, home: Path, resolve: Resolve | None = None) -> None:
    """Reach for an address, by one of the ways that lead out of the hub.

    Raises:
        Unreachable: It may not be reached.
        NotTaken: It may not be reached, as an outlet says it.

    """
    names, clock = resolve or SystemNames(), SystemClock()
    if way == "source":
        async with Fetcher(names, (), clock) as fetcher:
            await fetcher.ask(Wanted(url=url, timeout=timedelta(seconds=5)))
    elif way == "outlet":
        async with Carrier(Vault(lambda _: ""), clock, home, names, ()) as carrier:
            await carrier.send(
                HttpSending(url=Filled(template=url), body=Filled(template=""), id="msg_1")
            )
    elif way == "context":
        await fetch_once(url, {}, resolve=resolve)
    elif way == "discovery":
        await IdentityProvider(url, clock, resolve=resolve).offered()
    else:
        await keys_at(url, names)


async def keys_at(url: str, names: Resolve) -> None:
    """Ask a provider that is where it may be, and whose keys are said to be at another place."""
    with Faulty() as provider:
        issuer = f"http://provider.example:{provider.port}"
        offered = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/in",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": url,
        }
        said = Answer(body=msgspec.json.encode(offered))
        provider.put("/.well-known/openid-configuration", said)

        async def resolve(host: str, port: int) -> list[str]:
            return ["127.0.0.1"] if host == "provider.example" else await names(host, port)

        told = IdentityProvider(
            issuer, SystemClock(), on_premises=["127.0.0.0/8", "::1/128"], resolve=resolve
        )
        await told.offered()
        await told.keys()


@pytest.mark.parametrize("host", TABLE)
@pytest.mark.parametrize("way", WAYS)
async def test_no_address_inside_is_reached(way: str, host: str, tmp_path: Path) -> None:
    with Faulty(metadata=Answer(body=b"secret")) as inside:
        with pytest.raises(NOT_REACHED, match=REFUSED):
            await go(way, f"http://{host}:{inside.port}/metadata", tmp_path)
        assert not inside.asked


def spelt(address: IPv4Address) -> list[str]:
    """Return the ways in which an address can be written in a URL."""
    number, parts = int(address), address.packed
    octal = ".".join(f"0{part:o}" for part in parts)
    mapped = f"{number >> 16:x}:{number & 0xFFFF:x}"
    return [
        str(address),
        str(number),
        hex(number),
        ".".join(map(hex, parts)),
        octal,
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"[::ffff:{mapped}]",
        f"[::ffff:{address}]",
        f"[64:ff9b::{mapped}]",
        f"[2002:{mapped}::1]",
        f"%{ord(str(parts[0])[0]):x}{str(address)[1:]}",
        str(address).replace(".", "。"),
        f"user:pass@{address}",
    ]


INSIDE = st.one_of(
    *(
        st.ip_addresses(v=4, network=each)
        for each in ("127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16")
    )
)


@pytest.mark.parametrize("way", WAYS)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(address=INSIDE, choice=st.data())
async def test_no_spelling_of_an_address_inside_is_reached(
    way: str, address: IPv4Address, choice: st.DataObject, tmp_path: Path
) -> None:
    host = choice.draw(st.sampled_from(spelt(address)))
    with pytest.raises(NOT_REACHED, match=f"{REFUSED}|cannot|address"):
        await go(way, f"http://{host}:9/", tmp_path)


@pytest.mark.parametrize("way", WAYS)
async def test_a_name_that_leads_inside_is_refused_though_it_also_leads_outside(
    way: str, tmp_path: Path
) -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["192.0.78.24", "10.1.2.3"]

    with pytest.raises(NOT_REACHED, match=r"10\.1\.2\.3"):
        await go(way, "http://rebinding.example/", tmp_path, mixed)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", ["http://169.254.169.254/latest/", "file:///etc/passwd"])
async def test_a_redirect_inside_is_not_followed(status: int, place: str) -> None:
    async def names(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "operator.example" else await SystemNames()(host, port)

    own = frozenset({"operator.example"})
    away = Answer(status=status, headers={"location": place})
    with Faulty(lots=away) as server:
        wanted = Wanted(url=f"http://operator.example:{server.port}/lots")
        async with Fetcher(names, networks(["127.0.0.0/8"]), SystemClock(), own) as fetcher:
            with pytest.raises(NOT_REACHED):
                await fetcher.ask(wanted)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "x"])
async def test_nothing_but_http_is_spoken(way: str, url: str, tmp_path: Path) -> None:
    with pytest.raises(NOT_REACHED):
        await go(way, url, tmp_path)
