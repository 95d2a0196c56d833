"""A page of care while it is open: it stays true, and says so when it no longer can."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from byalag.pages.care._stream import events
from tests.pages import _care
from tests.pages.test_browser import opened, weigh

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

Test = TypeVar("Test", bound=Callable[..., Any])
LINK = "/l/" + _care.link("sover", "client")


def in_browser(test: "Test") -> "Test":
    """Mark a test that needs a browser."""
    marked: Test = pytest.mark.browser(pytest.mark.xdist_group("browser")(test))
    return marked


async def _all(said: AsyncIterator[str]) -> list[str]:
    return [one async for one in said]


def told(*states: object, beat: float = 100.0) -> list[str]:
    """Return the events of a stream that looks at one state after another, then is stopped."""
    looks = iter(states)
    left = [len(states)]

    def look() -> object:
        left[0] -= 1
        return next(looks)

    stream = events(look, lambda: "09.40", lambda: left[0] == 0, every=0.0, beat=beat)
    return [one.rstrip() for one in asyncio.run(_all(stream))]


def test_a_stream_says_that_it_is_alive_and_when_something_has_changed() -> None:
    alive, news = "event: alive\ndata: 09.40", "event: news\ndata: changed"
    assert told("a", "a", "b", "b") == [f"retry: 3000\n{alive}", news]
    assert told("a", "a", "a", beat=0.0) == [f"retry: 3000\n{alive}", alive, alive]


def test_a_stream_ends_when_what_it_tells_of_may_be_seen_no_more() -> None:
    said = told("a", None, "a", "a")
    assert said[-1] == "event: gone\ndata: gone"
    assert len(said) == 2


@in_browser
def test_a_page_that_hears_nothing_says_so_and_no_longer_that_all_is_usual(
    browser: "Browser", server: str
) -> None:
    with opened(browser) as page:
        page.goto(server + LINK)
        page.locator("by-care:not(.lost) h1", has_text="Allt som vanligt").wait_for()
        page.evaluate("document.querySelector('by-care').lose()")
        page.locator(".stale").wait_for()
        assert not page.locator("h1").is_visible()
        page.evaluate("document.querySelector('by-care').hear()")
        page.locator("h1", has_text="Allt som vanligt").wait_for()
        assert not page.locator(".stale").is_visible()


@in_browser
def test_a_page_that_is_open_changes_when_somebody_else_answers(
    browser: "Browser", server: str
) -> None:
    with opened(browser) as page, opened(browser, java_script_enabled=False) as other:
        page.goto(f"{server}/l/{_care.link('vana', 'client')}")
        page.get_by_role("button", name="Jag tittar till").wait_for()
        other.goto(f"{server}/l/{_care.link('vana')}")
        other.get_by_role("button", name="Jag tittar till").click()
        other.get_by_text("Du tittar till sedan").wait_for()
        page.get_by_text("En anhörig tittar till sedan").wait_for()


@in_browser
def test_the_first_view_of_a_relative_is_light(
    browser: "Browser", server: str, vendor: "Path"
) -> None:
    with opened(browser, viewport={"width": 360, "height": 740}) as page:
        carried = weigh(page)
        page.goto(f"{server}/l/{_care.link('avviker')}", wait_until="load")
        page.locator("h1").wait_for()
    assert sum(carried) <= 60 * 1024, f"{sum(carried) / 1024:.1f} KiB"


@in_browser
def test_the_keyboard_comes_to_the_one_button_first(browser: "Browser", server: str) -> None:
    with opened(browser, forced_colors="active") as page:
        page.goto(f"{server}/l/{_care.link('avviker')}")
        walked: list[str] = []
        for _ in range(4):
            page.keyboard.press("Tab")
            walked.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert walked == ["Hoppa till innehållet", "English", "Jag tittar till", "Dygnet som tabell"]
