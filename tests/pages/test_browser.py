"""The pages in a real browser: under the real content policy, with and without scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages._addresses import (
    ENGLISH,
    FREE,
    GEODATA,
    KINDS,
    LAKE,
    SWEDISH,
    UNMEASURED,
    status_of,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """([values, type]) =>
  axe.run(document, {runOnly: {type, values}, resultTypes: ["violations"]})
    .then(({violations}) => violations.map(({id, nodes}) =>
      `${id}: ${nodes.map((node) => node.target + " " + node.failureSummary).join("; ")}`))"""
REACH = """(width) => [...document.querySelectorAll("body *")]
  .filter((node) => !node.closest(".skip, thead") && node.getClientRects().length)
  .filter((node) => node.getBoundingClientRect().right > width + 1)
  .map((node) => `${node.tagName}.${node.className}: ${node.textContent.trim().slice(0, 40)}`)"""
SMALL = """() => [...document.querySelectorAll("a, button, select, summary")]
  .filter((node) => node.getClientRects().length && !node.matches(".skip"))
  .filter((node) => !(node.matches("a") && getComputedStyle(node).display === "inline"))
  .filter((node) => node.getBoundingClientRect().height <
    (node.matches("button, select") ? 44 : 24))
  .map((node) => node.outerHTML.slice(0, 90))"""
FOCUSED = """() => {
  const node = document.activeElement;
  const outline = (part) => getComputedStyle(node, part).outlineStyle !== "none";
  const name = node.id || node.getAttribute("href") || node.textContent.trim();
  return [name, outline() || outline("::after")];
}"""
NARROW = {"width": 320, "height": 640}


@contextmanager
def opened(  # the browser's own words for a context
    browser: "Browser",
    **how: Any,  # noqa: ANN401 -- they are passed on as they are
) -> Iterator["Page"]:
    """Open a page that must stay silent: no console error, no page error, nothing from outside."""
    context = browser.new_context(**{"locale": "sv-SE", **how})
    page = context.new_page()
    faults: list[str] = []

    def outside(request: "Request") -> None:
        if not request.url.startswith(("http://127.0.0.1:", "blob:", "data:")):
            faults.append(f"asked {request.url}")

    page.on("request", outside)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    unexpected = [fault for fault in faults if "status of 40" not in fault]
    assert not unexpected, unexpected


def test_axe_finds_no_fault_on_any_kind_of_page_in_either_scheme(
    browser: "Browser", server: str, axe: str
) -> None:
    assert not faults_of(browser, server, axe, KINDS)


def test_axe_finds_no_fault_on_geodata_in_either_scheme(
    browser: "Browser", server: str, axe: str
) -> None:
    assert not faults_of(browser, server, axe, GEODATA[::2])


@pytest.mark.promise
def test_axe_finds_no_fault_on_any_page_in_either_scheme(
    browser: "Browser", server: str, axe: str
) -> None:
    assert not faults_of(browser, server, axe, [*SWEDISH, *ENGLISH, *GEODATA])


def faults_of(browser: "Browser", server: str, axe: str, addresses: list[str]) -> list[str]:
    """What axe-core finds: every rule in light colours, contrast again in dark ones."""
    faults: list[str] = []
    with opened(browser, bypass_csp=True) as page:
        for address in addresses:
            page.emulate_media(color_scheme="light")
            page.goto(server + address)
            page.evaluate(axe + ";0")
            found = page.evaluate(RUN, [RULES, "tag"])
            page.emulate_media(color_scheme="dark")
            found += page.evaluate(RUN, [["color-contrast"], "rule"])
            faults += [f"{address} {fault}" for fault in found]
    return faults


def test_axe_would_have_found_a_fault(browser: "Browser", server: str, axe: str) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{server}/broken")
    page.evaluate(axe + ";0")
    assert len(page.evaluate(RUN, [RULES, "tag"])) >= 6
    context.close()


@pytest.mark.parametrize("scale", [pytest.param(100, marks=pytest.mark.promise), 200])
def test_nothing_reaches_beyond_320_pixels_even_with_double_text(
    browser: "Browser", server: str, scale: int
) -> None:
    faults: list[str] = []
    with opened(browser, viewport=NARROW, bypass_csp=True) as page:
        for address in [*KINDS, *GEODATA]:
            page.goto(server + address)
            if scale == 200:
                page.add_style_tag(content="html{font-size:212.5%!important}")
            page.evaluate(
                "document.querySelectorAll('details').forEach((node) => node.open = true)"
            )
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 320:
                reaching = page.evaluate(REACH, 320)
                faults.append(f"{address} is {width} wide: {reaching[:6]}")
    assert not faults, "\n".join(faults)


def test_whatever_is_pressed_is_large_enough(browser: "Browser", server: str) -> None:
    faults: list[str] = []
    with opened(browser, viewport={"width": 360, "height": 740}) as page:
        for address in [*KINDS, *GEODATA]:
            page.goto(server + address)
            faults += [f"{address} {small}" for small in page.evaluate(SMALL)]
    assert not faults, "\n".join(faults)


def test_the_keyboard_reaches_everything_in_reading_order_and_shows_where_it_is(
    browser: "Browser", server: str, vendor: Path
) -> None:
    with opened(browser) as page:
        page.goto(f"{server}/bad?municipality=2260")
        page.get_by_role("button", name="Visa på karta").wait_for()
        walked: list[tuple[str, bool]] = []
        for _ in range(11):
            page.keyboard.press("Tab")
            walked.append(tuple(page.evaluate(FOCUSED)))
    assert [name for name, _ in walked] == [
        "#main",
        "/",
        "/bad",
        "/parkering",
        "/om/data",
        "/en/baths?municipality=2260",
        "municipality",
        "Visa",
        "Använd min plats",
        "Visa på karta",
        "/bad/bath:hav:SE0712260000000105",
    ]
    assert all(seen for _, seen in walked)


def test_the_same_rows_and_links_are_there_without_scripts(browser: "Browser", server: str) -> None:
    answers: list[list[str]] = []
    for scripts in (True, False):
        with opened(browser, java_script_enabled=scripts) as page:
            page.goto(f"{server}/bad")
            page.locator("#municipality").select_option("2482")
            page.get_by_role("button", name="Visa", exact=True).click()
            page.get_by_text("5 badplatser i Skellefteå").wait_for()
            links = page.locator(".place h2 a").all()
            answers.append([str(link.get_attribute("href")) for link in links])
    assert answers[0] == answers[1]
    assert len(answers[0]) == 5


def test_geodata_is_walked_by_keyboard_without_scripts(browser: "Browser", server: str) -> None:
    with opened(browser, java_script_enabled=False) as page:
        page.goto(f"{server}/features/v1")
        page.get_by_role("link", name="Samlingar").click()
        page.get_by_role("link", name="Badplatser").click()
        page.get_by_role("link", name="Se objekten").click()
        assert page.locator("tbody th a").count() == 20
        page.get_by_role("link", name="Nästa sida").click()
        page.wait_for_url("**after=**")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**#main")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Egenskaper").wait_for()


def test_the_filter_swaps_the_list_and_the_back_button_works(
    browser: "Browser", server: str, vendor: Path
) -> None:
    with opened(browser) as page:
        page.goto(f"{server}/bad")
        page.evaluate("document.body.dataset.same = 'page'")
        page.locator("#municipality").select_option("2260")
        page.get_by_text("1 badplats i Ånge").wait_for()
        assert page.url.endswith("/bad?municipality=2260")
        assert page.locator("body[data-same=page]").count() == 1
        page.go_back()
        page.get_by_text("36 badplatser").wait_for()


def test_the_position_is_rounded_and_orders_the_list(browser: "Browser", server: str) -> None:
    here = {"latitude": 64.750123, "longitude": 20.950987}
    with opened(browser, geolocation=here, permissions=["geolocation"]) as page:
        page.goto(f"{server}/bad")
        page.get_by_role("button", name="Använd min plats").click()
        page.get_by_text("Närmast dig först").wait_for()
        assert "near=64.750%2C20.951" in page.url
        assert page.locator(".place h2 a").first.get_attribute("href") == f"/bad/{UNMEASURED}"


def test_a_position_that_is_denied_is_explained(browser: "Browser", server: str) -> None:
    with opened(browser, permissions=[]) as page:
        page.goto(f"{server}/bad")
        page.get_by_role("button", name="Använd min plats").click()
        page.get_by_text("Välj kommun i stället").wait_for()


def test_the_chart_is_read_by_keyboard_in_swedish_words(
    browser: "Browser", server: str, vendor: Path
) -> None:
    with opened(browser) as page:
        page.add_init_script(
            "window.drawn = []; const fill = CanvasRenderingContext2D.prototype.fillText;"
            "CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {"
            "drawn.push(text); return fill.call(this, text, ...rest); };"
        )
        page.goto(f"{server}/bad/{LAKE}")
        page.get_by_role("button", name="Läs av diagrammet").click()
        page.locator(".uplot").wait_for()
        reading = page.locator(".reading")
        reading.get_by_text("tisdag 14 juli kl. 15.00: 17,6 °C").wait_for()
        page.keyboard.press("ArrowLeft")
        reading.get_by_text("kl. 14.50: 17,7 °C").wait_for()
        drawn = page.evaluate("drawn")
    assert "mån 13" in drawn
    assert not [text for text in drawn if "am" in text or "pm" in text or "/" in text]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_shows_the_places_of_the_api_within_its_weight(
    browser: "Browser", server: str, vendor: Path, scheme: str
) -> None:
    with opened(browser, color_scheme=scheme) as page:
        page.goto(f"{server}/bad?municipality=2482")
        carried = weigh(page)
        page.get_by_role("button", name="Visa på karta").click()
        page.locator("by-map[data-ready=yes]").wait_for()
        assert page.locator("canvas[aria-label*='listan']").count() == 1
        assert sum(carried) <= 500 * 1024
        page.get_by_role("button", name="Dölj kartan").click()
        assert not page.locator("by-map .canvas").is_visible()


def weigh(page: "Page") -> list[float]:
    """Count the bytes that come over the wire from now on."""
    carried: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda told: carried.append(told["encodedDataLength"]))
    return carried


@pytest.mark.parametrize("address", ["/", "/bad", f"/bad/{LAKE}", f"/parkering/{FREE}"])
def test_a_first_view_is_light_and_does_not_shift(
    browser: "Browser", server: str, vendor: Path, address: str
) -> None:
    with opened(browser, viewport={"width": 360, "height": 740}) as page:
        page.add_init_script(
            "window.shifted = 0; new PerformanceObserver((list) => list.getEntries().forEach("
            "(entry) => { if (!entry.hadRecentInput) shifted += entry.value; }))"
            ".observe({type: 'layout-shift', buffered: true});"
        )
        carried = weigh(page)
        page.goto(server + address, wait_until="networkidle")
        shifted = page.evaluate("shifted")
    assert sum(carried) <= 60 * 1024, f"{sum(carried) / 1024:.1f} KiB"
    assert shifted == 0


@pytest.mark.promise
@pytest.mark.parametrize("address", ["/", "/bad", f"/bad/{LAKE}"])
def test_the_largest_part_is_seen_within_a_second_and_a_half_on_a_slow_telephone(
    browser: "Browser", server: str, vendor: Path, address: str
) -> None:
    with opened(browser, viewport={"width": 360, "height": 740}) as page:
        page.add_init_script(
            "new PerformanceObserver((list) => list.getEntries().forEach("
            "(entry) => window.largest = entry.startTime))"
            ".observe({type: 'largest-contentful-paint', buffered: true});"
        )
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        slow = {"latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 93750}
        session.send("Network.emulateNetworkConditions", {"offline": False, **slow})
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(server + address, wait_until="networkidle")
        largest = page.evaluate("largest")
    print(f"{address}: largest contentful paint {largest:.0f} ms")  # noqa: T201 -- the measure itself
    assert largest <= 1500


def test_pages_are_usable_in_forced_colours_and_without_motion(
    browser: "Browser", server: str
) -> None:
    with opened(browser, forced_colors="active", reduced_motion="reduce") as page:
        for address in ("/", "/parkering", f"/bad/{LAKE}"):
            page.goto(server + address)
            assert page.locator("h1").is_visible()
        line = page.locator(".line").first
        assert line.evaluate("(node) => getComputedStyle(node).stroke") != "none"
        moving = page.evaluate("document.getAnimations().length")
    assert moving == 0


def test_an_unknown_address_says_so_in_the_right_language(browser: "Browser", server: str) -> None:
    with opened(browser) as page:
        for address, said in (("/finns-inte", "Sidan finns inte"), ("/en/no", "no such page")):
            answer = page.goto(server + address)
            assert answer is not None
            assert answer.status == 404
            assert said in page.locator("h1").inner_text()
    assert status_of("/finns-inte") == 404
