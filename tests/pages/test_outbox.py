"""The demo's outbox in a real browser: read by anybody, on the narrowest of telephones."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
import pytest

from byalag.testkit import Asked, Replay, StoppedClock
from byalag.testkit.demo import OUTBOX, Outbox
from tests.pages.test_browser import NARROW, REACH, RULES, RUN, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TEXT = "Det finns något att titta på. https://hub.example.se/l/" + "Ab1-" * 11


def take(outbox: Outbox, reference: str) -> None:
    body = msgspec.json.encode({"to": "+46701740605", "text": TEXT, "reference": reference})
    asked = Asked(method="POST", target="/sms", headers={}, body=body)
    assert outbox.take(asked).status == 202


@pytest.fixture
def empty() -> Outbox:
    return Outbox(StoppedClock().now)


@pytest.fixture
def outbox(empty: Outbox) -> Outbox:
    take(empty, "1")
    return empty


@pytest.fixture
def address(outbox: Outbox) -> Iterator[str]:
    with Replay(lambda _: outbox.show()) as replay:
        yield replay.url + OUTBOX


def test_axe_finds_no_fault_in_the_outbox_and_nothing_reaches_beyond_320_pixels(
    browser: "Browser", address: str, axe: str
) -> None:
    with opened(browser, viewport=NARROW, bypass_csp=True) as page:
        page.goto(address)
        assert page.locator("li").count() == 1
        assert page.evaluate(REACH, 320) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.evaluate(axe + ";0")
        assert page.evaluate(RUN, [RULES, "tag"]) == []
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(RUN, [["color-contrast"], "rule"]) == []


def test_what_comes_is_seen_while_the_page_is_open(
    browser: "Browser", address: str, outbox: Outbox
) -> None:
    with opened(browser, viewport=NARROW) as page:
        page.goto(address)
        take(outbox, "2")
        page.locator("li").nth(1).wait_for()
        assert page.title() == "Utkorgen (2)"


def test_an_empty_outbox_says_that_nothing_has_come(empty: Outbox) -> None:
    assert "Inget än." in empty.show().body.decode()
