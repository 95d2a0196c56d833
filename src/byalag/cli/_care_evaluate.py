"""`byalag care evaluate`: try the model of silence, and others', on a public log of homes."""

from importlib.metadata import version
from pathlib import Path
from typing import Literal

import click
import msgspec

from byalag.cli._language import language, say
from byalag.cli._out import Out, shared_options
from byalag.trials import (
    BUDGETS,
    SETS,
    Loaded,
    Outcome,
    Plan,
    days,
    evaluate,
    html,
    load,
    load_file,
)

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("evaluate")
@click.argument("name", metavar="[SET]", default="")
@click.option("--data-dir", type=FOLDER, help="The folder that holds the sets, each in its own.")
@click.option("--set", "file", type=FILE, help="A file of your own, written as SET is.")
@click.option("--checksum", default="", help="The SHA-256 of a file that we do not know.")
@click.option("--develop", metavar="A-B", help="Days that settings were chosen on.")
@click.option("--score", metavar="C-D", help="Days to score, once; none is scored unasked.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of what is drawn.")
@click.option("--out", "folder", type=FOLDER, help="Write report.html and report.json here.")
@click.option(
    "--language", "written", type=click.Choice(("sv", "en")), help="The report's language."
)
@shared_options
def tried(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    name: str,
    data_dir: Path | None,
    file: Path | None,
    checksum: str,
    develop: str | None,
    score: str | None,
    seed: int,
    folder: Path | None,
    written: Literal["sv", "en"] | None,
    out: Out,
) -> None:
    """Try ways of judging silence side by side on a public log of homes. Without SET: list them."""
    if not name:
        _listed(out)
        return
    if not (develop and score):
        msg = say("Say which days: --develop A-B and --score C-D. Nothing is scored unasked.")
        raise click.UsageError(msg)
    plan = Plan(develop=days(develop), score=days(score), budgets=BUDGETS, seed=seed)
    loaded = _loaded(name, data_dir, file, checksum)
    outcome = evaluate(loaded, plan, version("byalag"), out.message)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        spoken: Literal["sv", "en"] = written or ("sv" if language() == "sv" else "en")
        (folder / "report.html").write_text(html(outcome, spoken), encoding="utf-8")
        (folder / "report.json").write_bytes(msgspec.json.encode(outcome))
        out.message(say("The report is in {folder}.", folder=folder))
    _told(outcome, out)


def _loaded(name: str, data_dir: Path | None, file: Path | None, checksum: str) -> Loaded:
    if file is not None:
        return load_file(file, checksum, name)
    if data_dir is None:
        raise click.UsageError(say("Say where the sets are: --data-dir FOLDER."))
    return load(name, data_dir, checksum)


def _told(outcome: Outcome, out: Out) -> None:
    out.result(msgspec.to_builtins(outcome))
    what = (say("home"), say("method"), say("false alarms"), say("a week"), "95 %")
    out.table(
        (*what, say("mean delay, h"), "p90, h"),
        [
            (
                home.home,
                one.method if one.budget is None else f"{one.method} {one.budget:g}",
                str(one.rate.count),
                f"{one.rate.week:.2f}",
                f"{one.rate.low:.2f}-{one.rate.high:.2f}",
                f"{one.delays.all.mean:.2f}",
                f"{one.delays.all.p90:.2f}",
            )
            for home in outcome.homes
            for one in home.methods
        ],
    )
    out.message(say("The delays are of injected collapses. One home proves nothing."))


def _listed(out: Out) -> None:
    """Show the sets that can be read, with where each is got and on what terms."""
    out.result({"sets": [_shown(name) for name in SETS]})
    out.table(
        (say("set"), say("file"), say("where"), say("terms")),
        [(each["set"], each["file"], each["source"], each["terms"]) for each in map(_shown, SETS)],
    )


def _shown(name: str) -> dict[str, str]:
    one = SETS[name]
    ((file, sha256),) = one.files.items()
    said = {"set": name, "file": file, "sha256": sha256, "source": one.source}
    return {**said, "terms": one.terms, "cite": one.cite, "note": one.note}
