"""A whole trial: only the days that were asked for, by what came before them."""

import hashlib
from pathlib import Path
from shutil import which

import msgspec
import numpy as np
import pytest
from lxml import etree

from byalag.testkit import byalag
from byalag.trials import SETS, Loaded, Outcome, Plan, Unfit, days, evaluate, html
from byalag.trials._home import tried
from byalag.trials._log import DAY, Log, stretch_of
from byalag.trials._method import part
from byalag.trials._ours import Learner, Ours
from byalag.trials._peers import PEERS
from byalag.trials._report import at_rate
from byalag.trials._score import judges_of, ordinary
from byalag.trials._words import LANGUAGES, Words
from tests.trials._made import lived

PLAN = Plan(develop=(1, 28), score=(29, 32), runs=2, budgets=(1.0, 0.1))
CODES = {0: "1", 1: "2", 2: "3", 3: "4", 6: "9"}


@pytest.fixture(scope="module")
def log() -> Log:
    return lived(36)


@pytest.fixture(scope="module")
def outcome(log: Log) -> Outcome:
    loaded = Loaded(name="aruba", file="made-up", sha256="0" * 64, known=False, logs=(log,))
    return evaluate(loaded, PLAN, "0", lambda _: None)


def as_minutes(log: Log) -> str:
    marks = stretch_of(log).marks
    held = np.maximum.accumulate(np.where(marks >= 0, np.arange(len(marks)), 0))
    return "\n".join(CODES[max(0, int(one))] for one in marks[held])


def test_what_comes_after_the_last_scored_day_changes_nothing(log: Log, outcome: Outcome) -> None:
    kept = log.seconds < 32 * DAY * 60
    other = log.only(kept | (log.seconds % 7 == 0))
    again = tried(other, PLAN, lambda _log, _plan: (), lambda _: None)
    assert again.methods == outcome.homes[0].methods
    assert again.calibration == outcome.homes[0].calibration


@pytest.mark.parametrize("method", [*PEERS, Ours("ours", Learner(), 1.0)], ids=lambda one: one.name)
def test_a_day_is_judged_by_what_came_before_it(method: Ours, log: Log) -> None:
    whole = stretch_of(log)
    judges = judges_of(method, whole, PLAN)
    changed = part(whole, 0, len(whole))
    changed.marks[30 * DAY :] = whole.marks[: 6 * DAY]
    first = ordinary({29: judges[29]}, whole)
    again = ordinary({29: judges_of(method, changed, PLAN)[29]}, changed)
    assert np.array_equal(first.nearness, again.nearness)


def test_a_silence_is_told_of_once_though_it_goes_past_midnight(log: Log) -> None:
    whole = stretch_of(log)
    begins = 29 * DAY - 200
    whole.marks[begins : begins + 1200] = -1
    method = PEERS[1]
    found = ordinary(judges_of(method, whole, PLAN), whole)
    assert len(found.alarms()) == 1


@pytest.mark.parametrize(
    ("develop", "score", "why"),
    [
        ((1, 28), (28, 30), "developed on or scored"),
        ((1, 27), (28, 30), "at least 28"),
        ((1, 28), (29, 99), "has 36 days"),
        ((0, 28), (29, 30), "count from 1"),
    ],
)
def test_days_that_cannot_be_scored_are_refused(
    log: Log, develop: tuple[int, int], score: tuple[int, int], why: str
) -> None:
    with pytest.raises(Unfit, match=why):
        Plan(develop=develop, score=score).fits(log)


def test_days_are_written_with_a_dash() -> None:
    assert days("71-112") == (71, 112)
    with pytest.raises(Unfit, match="write them as 71-112"):
        days("71")


def test_every_figure_of_an_injection_says_that_it_is_one(outcome: Outcome) -> None:
    home = outcome.homes[0]
    assert all(one.delays.injected for one in (*home.methods, *home.channel))
    assert all(one.injected for one in home.injections)
    assert {one.id[0] for one in home.injections} == set("BCDEFGHIJK") - {"B"}


def test_hindsight_gives_every_method_no_more_alarms_than_asked(outcome: Outcome) -> None:
    for one in outcome.homes[0].methods:
        counts = [week for week, _ in one.curve]
        assert counts == sorted(counts)
        if one.curve:
            assert at_rate(one, 0.1, PLAN.weeks) == one.curve[0][1]


def test_the_json_has_a_stable_shape_and_is_read_back(outcome: Outcome) -> None:
    written = msgspec.json.encode(outcome)
    assert msgspec.json.decode(written, type=Outcome) == outcome
    told = msgspec.json.decode(written)
    assert told["schema"] == "byalag-care-trial-1"
    assert {"set", "sha256", "checksumKnown", "version", "seed", "budgets", "homes"} <= set(told)
    assert {"develop", "score", "methods", "calibration", "injections"} <= set(told["homes"][0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_needs_nothing_else_and_every_plot_has_words_and_a_table(
    outcome: Outcome, language: str
) -> None:
    page = html(outcome, "sv" if language == "sv" else "en")
    tree = etree.fromstring(page, etree.HTMLParser(recover=False))
    assert not tree.xpath("//script | //link | //img | //iframe | //@onclick | //@src")
    assert tree.xpath("string(/html/@lang)") == language
    plots = tree.xpath("//svg[@role='img']")
    assert isinstance(plots, list)
    assert len(plots) == 5
    for plot in plots:
        assert isinstance(plot, etree._Element)  # noqa: SLF001 -- lxml names its elements so
        assert plot.xpath("string(title)")
        assert plot.xpath("string(desc)")
    assert tree.xpath("count(//table/caption)") == tree.xpath("count(//table)")
    ids = tree.xpath("//@id")
    assert isinstance(ids, list)
    assert len(ids) == len(set(ids))
    assert Words("sv" if language == "sv" else "en").say("injected") in page


def test_both_languages_say_the_same_things() -> None:
    assert Words("sv").names == Words("en").names


def mine(log: Log, folder: Path) -> list[str]:
    """Return how a made-up home is asked for, from a file of its own."""
    text = as_minutes(log)
    (folder / "mine.min").write_text(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return ["care", "evaluate", "aruba", "--set", str(folder / "mine.min"), "--checksum", sha256]


def test_nothing_is_scored_unasked_nor_from_another_file(log: Log, tmp_path: Path) -> None:
    asked = mine(log, tmp_path)
    without = byalag(*asked)
    assert without.code == 2
    assert "Nothing is scored unasked" in without.err
    wrong = byalag(*asked[:-1], "0" * 64, "--develop", "1-28", "--score", "29-30")
    assert wrong.code == 4
    assert asked[-1] in wrong.err


@pytest.mark.promise
def test_a_trial_is_run_from_the_terminal_and_writes_its_report(log: Log, tmp_path: Path) -> None:
    days_ = ["--develop", "1-28", "--score", "29-32", "--out", str(tmp_path / "out")]
    done = byalag(*mine(log, tmp_path), *days_, "--language", "en", "--json")
    assert done.code == 0, done.err
    told = msgspec.json.decode(done.out, type=Outcome)
    assert not told.checksum_known
    assert all(one.runs >= 64 or one.said for one in told.homes[0].injections if one.id[0] != "I")
    written = (tmp_path / "out" / "report.json").read_bytes()
    assert msgspec.json.decode(written, type=Outcome) == told
    assert told.sha256 in (tmp_path / "out" / "report.html").read_text()


def test_the_sets_are_listed_with_their_terms() -> None:
    told = byalag("care", "evaluate", "--json").json
    assert {one["set"] for one in told["sets"]} == set(SETS)


@pytest.mark.browser
@pytest.mark.promise
@pytest.mark.xdist_group("browser")
def test_axe_finds_no_fault_with_a_report_and_it_fits_a_telephone(
    outcome: Outcome, tmp_path: Path
) -> None:
    axe = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
    chromium = which("chromium")
    if chromium is None or not axe.is_file():
        pytest.skip("Chromium or axe-core is not installed")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- it is optional

    page_file = tmp_path / "report.html"
    page_file.write_text(html(outcome, "sv"), encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(
            bypass_csp=True, viewport={"width": 320, "height": 640}
        ).new_page()
        page.goto(page_file.as_uri())
        page.evaluate(axe.read_text(encoding="utf-8") + ";0")
        found = page.evaluate(
            "() => axe.run(document, {resultTypes: ['violations']})"
            ".then(({violations}) => violations.map(({id}) => id))"
        )
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert found == []
    assert wide <= 320
