"""`byalag check`: is the hub folder right?"""

from pathlib import Path

import click

from byalag import Misconfigured
from byalag.app import Hub, Problem, check_hub, gaps, uncatalogued, unsealed
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.model import Json


@click.command()
@click.argument("hub", type=HUB)
@shared_options
def check(hub: Path, out: Out) -> int:
    """Check a hub folder: every wrong setting, with file and line."""
    found, problems = check_hub(hub)
    errors = [problem for problem in problems if not problem.warning]
    tenants = found.tenants if found else ()
    lacking = _uncatalogued(found)
    clear = unsealed(tenants, sealed=found is None or found.settings.sealing is not None)
    open_gaps = [*gaps(tenants), *clear]
    out.result(
        {
            "ok": found is not None,
            "municipalities": [tenant.municipality.code for tenant in tenants],
            "sources": sum(len(tenant.sources) for tenant in tenants),
            "datasets": sum(len(tenant.datasets) for tenant in tenants),
            "problems": [_problem(problem) for problem in problems],
            "uncatalogued": lacking,
            "gaps": [_problem(gap) for gap in open_gaps],
        }
    )
    for problem in problems:
        mark = say("warning") if problem.warning else say("error")
        out.message(f"{mark}: {problem.say(language())}")
    if errors:
        out.message(say("{count} to mend. Nothing has been started.", count=len(errors)))
        return Misconfigured.exit_code
    for gap in open_gaps:
        out.message(f"{say('warning')}: {gap.say(language())}")
    for dataset, words in lacking.items():
        what = ", ".join(words)
        out.message(
            say(
                "{dataset} is not in the catalogue yet. It lacks {what}.",
                dataset=dataset,
                what=what,
            )
        )
    out.line(
        say(
            "{hub} is right. Municipalities: {municipalities}, sources: {sources}.",
            hub=hub,
            municipalities=len(tenants),
            sources=sum(len(tenant.sources) for tenant in tenants),
        )
    )
    return 0


def _uncatalogued(hub: Hub | None) -> dict[str, list[str]]:
    """Return what open datasets lack to be in the catalogue, in the chosen language."""
    if hub is None:
        return {}
    found = uncatalogued(hub)
    return {name: [words[language()] for words in each] for name, each in found.items()}


def _problem(problem: Problem) -> Json:
    return {
        "file": problem.file,
        "line": problem.line,
        "setting": problem.setting,
        "why": problem.why.get(language(), problem.why["en"]),
        "warning": problem.warning,
    }
