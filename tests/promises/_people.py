"""A hub where people log in, a real provider beside it, and a browser of few words."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from byalag.testkit import byalag, free_port

SUBJECT = "anna@2120002643"
AFFILIATION = "https://id.oidc.se/claim/orgAffiliation"
NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
LOGIN = """
[login]
pseudonyms = "file:pseudonyms.key"

[[login.provider]]
name = "personal"
title = {{ sv = "Medarbetare", en = "Staff" }}
issuer = "{issuer}"
client_id = "byalag"
client_secret = "file:client.key"
on_premises = ["127.0.0.0/8"]
claims = {{ id = ["{affiliation}", "{number}", "sub"] }}
acr = {{ "http://id.elegnamnden.se/loa/1.0/loa3" = "loa3" }}

[[login.provider.role]]
claim = "groups"
value = "drift"
role = "operator"
"""


class Answer:
    """What was answered: status, headers, text."""

    def __init__(self, status: int, headers: Mapping[str, str], text: str) -> None:
        self.status, self.headers, self.text = status, headers, text

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class Browser:
    """Keeps cookies by host and port, as a browser does, and follows nothing by itself."""

    def __init__(self) -> None:
        self.cookies: dict[str, dict[str, str]] = {}

    def get(self, url: str, **headers: str) -> Answer:
        return self.ask("GET", url, headers=headers)

    def post(self, url: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        parts = urlsplit(url)
        usual = {
            "content-type": "application/x-www-form-urlencoded",
            "origin": f"{parts.scheme}://{parts.netloc}",
        }
        return self.ask(
            "POST", url, headers={**usual, **headers}, body=urlencode(form or {}).encode()
        )

    def ask(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        parts = urlsplit(url)
        jar = self.cookies.setdefault(parts.netloc, {})
        sent = {"accept": "text/html", **headers}
        if jar:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=30)
        try:
            path = parts.path or "/"
            connection.request(method, f"{path}?{parts.query}" if parts.query else path, body, sent)
            got = connection.getresponse()
            text = got.read().decode("utf-8")
            for name, value in got.getheaders():
                if name.lower() == "set-cookie":
                    for key, morsel in SimpleCookie(value).items():
                        jar[key] = morsel.value
                        if morsel["max-age"] == "0":
                            del jar[key]
            told = {name.lower(): value for name, value in got.getheaders()}
            return Answer(got.status, told, text)
        finally:
            connection.close()


@contextmanager
def provider(claims: Mapping[str, object] | None = None, *, sub: str = "anna") -> Iterator[str]:
    """Run a provider of identities, as others have written it, and give its issuer."""
    port = free_port()
    said = json.dumps({"sub": sub, "name": "Anna Ek", **(claims or {})})
    with subprocess.Popen(
        [
            *(sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"),
            *("--port", str(port), "--require-nonce", "true", "--user-claims", said),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _until_it_answers(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            if Browser().get(f"http://127.0.0.1:{port}/jwks").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    message = "the provider of identities did not start"
    raise RuntimeError(message)


def hub_folder(folder: Path, issuer: str, port: int) -> Path:
    """Write a hub folder in which people log in."""
    assert byalag("init", folder, "--municipality", "2482").code == 0
    (folder / "pseudonyms.key").write_text("k" * 44, "utf-8")
    (folder / "client.key").write_text("a client secret", "utf-8")
    file = folder / "hub.toml"
    text = re.sub(
        r'^address = ".*?"',
        f'address = "http://127.0.0.1:{port}"',
        file.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    login = LOGIN.format(issuer=issuer, affiliation=AFFILIATION, number=NUMBER)
    file.write_text(text + login, "utf-8")
    town = next(folder.glob("*/municipality.toml"))
    said = town.read_text("utf-8")
    if not re.search(r"^organisation_number", said, re.MULTILINE):
        town.write_text(f'organisation_number = "2120002643"\n{said}', "utf-8")
    else:
        number = re.sub(r'organisation_number = ".*?"', 'organisation_number = "2120002643"', said)
        town.write_text(number, "utf-8")
    return folder


def begin(browser: Browser, hub: str, onward: str = "/konto") -> Answer:
    """Begin to log in: the answer leads to the provider."""
    return browser.get(f"{hub}/konto/logga-in/personal?{urlencode({'next': onward})}")


def approve(browser: Browser, asked: str, sub: str = "anna") -> str:
    """Say yes at the provider, and return where it sends the browser."""
    answer = browser.post(asked, {"sub": sub})
    assert answer.status in {302, 303}, answer.text
    return answer.location


def log_in(browser: Browser, hub: str, onward: str = "/konto", sub: str = "anna") -> Answer:
    """Log in, all the way."""
    asked = begin(browser, hub, onward)
    assert asked.status == 303, asked.text
    return browser.get(approve(browser, asked.location, sub))


def asked_for(url: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
