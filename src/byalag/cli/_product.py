"""`byalag product`: what the hub offers, and where in its life each product is."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from byalag import Misconfigured
from byalag.app import open_hub
from byalag.cli._aside import user
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.engine import SystemClock
from byalag.governance import Life, Product
from byalag.model import Json

FOUND_WRONG = 3


@click.group()
def product() -> None:
    """List what the hub offers as products, and publish, deprecate or retire one."""


@product.command("list")
@click.argument("hub", type=HUB)
@shared_options
def list_products(hub: Path, out: Out) -> None:
    """List the products: state, APIs, plans."""
    rows = list(open_hub(hub).products.values())
    out.result({"products": [_told(one) for one in rows]})
    out.table(
        [say(name) for name in ("product", "state", "apis", "plans", "sunset")],
        [
            (
                one.id,
                one.state,
                " ".join(one.apis),
                " ".join(one.plans) or "-",
                one.sunset.isoformat() if one.sunset else "-",
            )
            for one in rows
        ],
    )


@product.command("check")
@click.argument("hub", type=HUB)
@shared_options
def check(hub: Path, out: Out) -> int:
    """Check the products against today: what should have been retired, and has no plan."""
    found = open_hub(hub)
    today = datetime.now(UTC).date()
    late = [one for one in found.products.values() if _late(one, today)]
    said = [problem for problem in found.warnings if problem.file.startswith("products/")]
    out.result(
        {
            "ok": not late,
            "products": len(found.products),
            "late": [one.id for one in late],
            "warnings": [problem.say(language()) for problem in said],
        }
    )
    for problem in said:
        out.message(f"{say('warning')}: {problem.say(language())}")
    for one in late:
        out.line(
            say(
                "{product} should have been retired {day}: byalag product retire {hub} {product}",
                product=one.id,
                day=one.sunset,
                hub=hub,
            )
        )
    if not late:
        out.line(say("{count} products are as they should be.", count=len(found.products)))
    return FOUND_WRONG if late else 0


@product.command("publish")
@click.argument("hub", type=HUB)
@click.argument("name", metavar="PRODUCT")
@shared_options
def publish(hub: Path, name: str, out: Out) -> None:
    """Let everyone see and use a product."""
    _change(hub, name, Life(state="published"), out)


@product.command("deprecate")
@click.argument("hub", type=HUB)
@click.argument("name", metavar="PRODUCT")
@click.option("--from", "since", help="Day from which nobody should begin with it; today.")
@click.option("--sunset", help="Day from which it no longer answers.")
@click.option("--successor", default="", help="Product or API to use instead.")
@shared_options
def deprecate(  # noqa: PLR0913, PLR0917 -- one parameter for each option
    hub: Path, name: str, since: str | None, sunset: str | None, successor: str, out: Out
) -> None:
    """Say on every answer that a product should not be begun with."""
    begun = _day(since, "--from") or datetime.now(UTC).date()
    ends = _day(sunset, "--sunset")
    life = Life(state="deprecated", deprecated=begun, sunset=ends, successor=successor)
    _change(hub, name, life, out)


@product.command("retire")
@click.argument("hub", type=HUB)
@click.argument("name", metavar="PRODUCT")
@click.option("--successor", default="", help="Product or API to use instead.")
@shared_options
def retire(hub: Path, name: str, successor: str, out: Out) -> None:
    """Stop answering: 410, with what took its place."""
    _change(hub, name, Life(state="retired", successor=successor), out)


def _change(hub: Path, name: str, life: Life, out: Out) -> None:
    from byalag.app import write_life  # noqa: PLC0415 -- only when something is changed

    file = write_life(open_hub(hub), name, life, who=user(), at=SystemClock().now())
    out.result({"product": name, "state": life.state, "file": str(file)})
    out.line(
        say(
            "{product} is {state} in {file}. Restart the hub for it to count.",
            product=name,
            state=life.state,
            file=file,
        )
    )


def _late(one: Product, today: date) -> bool:
    return one.state == "deprecated" and one.sunset is not None and one.sunset <= today


def _day(given: str | None, option: str) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        message = say("{option}: write a day such as 2027-06-30", option=option)
        raise Misconfigured(message) from error


def _told(one: Product) -> Json:
    return {
        "id": one.id,
        "state": one.state,
        "apis": list(one.apis),
        "plans": list(one.plans),
        "municipality": one.municipality,
        "deprecated": one.deprecated.isoformat() if one.deprecated else None,
        "sunset": one.sunset.isoformat() if one.sunset else None,
        "successor": one.successor,
    }
