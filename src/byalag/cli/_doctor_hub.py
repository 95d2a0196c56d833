"""What the doctor looks at in a hub that is in use: schema, reach, certificate, keys, backup."""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from byalag.app import Hub, schemas
from byalag.cli._finding import Finding, State
from byalag.cli._language import say
from byalag.governance import Key
from byalag.store import ApiKeys, Head, Register, Wanted, store_version

_SOON = 30 * 86_400  # seconds before its end that a key or a certificate is spoken of
_OLD = 36 * 3600  # seconds after which a nightly backup is missed
_PATIENCE = 3.0  # seconds that the hub or its address may take


class _Looked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    name: str
    state: str
    said: str = ""
    to_do: str = ""


class _Ready(msgspec.Struct, frozen=True):
    """What a hub answers at /health/ready, as much as the doctor reads."""

    status: str
    checks: tuple[_Looked, ...] = ()


def in_use(hub: Hub) -> Iterator[Finding]:
    """Look at the stores' schema, and at what runs and is about to end."""
    yield from _schema(hub)
    yield _running(hub)
    yield from _address(hub)
    register = hub.store / "hub.sqlite"
    keys = [key for tenant in hub.tenants for key in tenant.keys]
    if register.is_file():
        with Register(register) as opened:
            keys += ApiKeys(opened).every()
            yield _backup(opened)
            yield _audit(opened.audit.head())
    yield from _keys(keys)


def _schema(hub: Hub) -> Iterator[Finding]:
    for one in schemas(hub):
        if one.path.name != "hub.sqlite" and one.schema < store_version():
            said = say(
                "{store} has schema {schema}; starting the hub brings it to {version} and keeps a "
                "copy first",
                store=one.path.name,
                schema=one.schema,
                version=store_version(),
            )
            yield Finding(name=say("schema"), state="warning", said=said)
        elif one.copies:
            said = say(
                "{store} has copies from before upgrades; delete them with `byalag migrate forget "
                "{hub}` when you will not go back",
                store=one.path.name,
                hub=hub.folder,
            )
            yield Finding(name=say("schema"), state="ok", said=said)


def _running(hub: Hub) -> Finding:
    """Ask the hub on this machine how it is, workers and all."""
    host, _, port = hub.settings.listen.rpartition(":")
    near = {"0.0.0.0": "127.0.0.1", "[::]": "::1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
    connection = http.client.HTTPConnection(near.strip("[]"), int(port), timeout=_PATIENCE)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        told = msgspec.json.decode(answer.read(), type=_Ready)
        wrong = [
            f"{check.name}: {check.said} {check.to_do}"
            for check in told.checks
            if check.state != "ok"
        ]
    except (OSError, http.client.HTTPException):
        said = say(
            "nothing answers on {listen}: the hub is not running", listen=hub.settings.listen
        )
        return Finding(name=say("running"), state="ok", said=said)
    except msgspec.DecodeError:
        said = say("something else than a hub answers on {listen}", listen=hub.settings.listen)
        return Finding(name=say("running"), state="wrong", said=said)
    finally:
        connection.close()
    if wrong:
        failing = answer.status != http.client.OK
        state: State = "wrong" if failing else "warning"
        return Finding(name=say("running"), state=state, said=" ".join(wrong))
    said = say("answers on {listen}", listen=hub.settings.listen)
    return Finding(name=say("running"), state="ok", said=said)


def _address(hub: Hub) -> Iterator[Finding]:
    """Look at the certificate of the address that people use, where it has one."""
    address = urlsplit(hub.settings.address)
    if address.scheme != "https" or not address.hostname:
        return
    name, to = say("address"), (address.hostname, address.port or 443)
    try:
        with (
            socket.create_connection(to, timeout=_PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(
                plain, server_hostname=address.hostname
            ) as sealed,
        ):
            certificate = sealed.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        said = say(
            "the certificate of {host} is not good: {why}. Renew it where TLS ends.",
            host=address.hostname,
            why=error.verify_message,
        )
        yield Finding(name=name, state="wrong", said=said)
        return
    except OSError as error:
        said = say(
            "{host} cannot be reached from here ({why}): look at the name server, the firewall and "
            "the web server before the hub",
            host=address.hostname,
            why=error.strerror or type(error).__name__,
        )
        yield Finding(name=name, state="warning", said=said)
        return
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    day = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%d}"
    if ends - time.time() < _SOON:
        said = say("the certificate ends {day}: renew it where TLS ends", day=day)
        yield Finding(name=name, state="warning", said=said)
    else:
        yield Finding(
            name=name, state="ok", said=say("the certificate is good until {day}", day=day)
        )


def _keys(keys: list[Key]) -> Iterator[Finding]:
    now = time.time()
    for key in keys:
        if key.expires is None or key.revoked:
            continue
        left = key.expires.timestamp() - now
        day = f"{key.expires.astimezone(UTC):%Y-%m-%d}"
        if 0 < left < _SOON:
            said = say("{prefix} ends {day}: make a new one in time", prefix=key.prefix, day=day)
            yield Finding(name=say("key"), state="warning", said=said)


def _backup(register: Register) -> Finding:
    newest = register.audit.notes(Wanted(what="backup"), limit=1)
    if not newest:
        said = say("none has been made: `byalag backup make HUB FOLDER`, every night")
        return Finding(name=say("backup"), state="warning", said=said)
    at = newest[0].at / 1e6
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    if time.time() - at > _OLD:
        said = say("the latest is from {when}: look at what makes it every night", when=when)
        return Finding(name=say("backup"), state="warning", said=said)
    return Finding(name=say("backup"), state="ok", said=say("the latest is from {when}", when=when))


def _audit(head: Head) -> Finding:
    if not head.seq:
        said = say("the hub's own has no line yet; each municipality has one of its own")
        return Finding(name=say("audit"), state="ok", said=said)
    said = say(
        "{lines} lines, the last one's hash begins {hash}; `byalag verify` looks at them all",
        lines=head.seq,
        hash=head.hash[:12],
    )
    return Finding(name=say("audit"), state="ok", said=said)
