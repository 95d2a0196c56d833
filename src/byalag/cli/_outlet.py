"""`byalag outlet`: what leaves, what waits, what was set aside, and a message to try with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from byalag.app import open_hub, queue_of, send_test, stand
from byalag.cli._language import language, say
from byalag.cli._out import HUB, Out, shared_options
from byalag.cli._reasons import reason
from byalag.model import Json, Micros
from byalag.store import Parcel, QueueCounts

FOUND_WRONG = 3
UNREACHABLE = 5
LONGEST = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MUNICIPALITY = click.option(
    "--municipality", help="Code of the municipality, when several have the outlet."
)


@click.group()
def outlet() -> None:
    """List outlets and their queues, try one, and put back what was set aside."""


@outlet.command("list")
@click.argument("hub", type=HUB)
@shared_options
def list_outlets(hub: Path, out: Out) -> None:
    """List the outlets and how their queues stand; the hub may be running."""
    found = stand(open_hub(hub))
    out.result(
        {
            "outlets": [
                {
                    "municipality": code,
                    "outlet": one.name,
                    "kind": one.kind.name,
                    "title": one.settings.title,
                    **_counted(counts),
                }
                for code, one, counts in found
            ]
        }
    )
    if not found:
        out.line(say("There are no outlets; write one in MUNICIPALITY/outlets/NAME.toml."))
        return
    head = ("outlet", "municipality", "kind", "waiting", "set aside", "last sent", "error")
    out.table(
        tuple(say(word) for word in head),
        [
            (
                one.name,
                code,
                one.kind.title.get(language(), one.kind.name),
                str(counts.waiting if counts else 0),
                str(counts.aside if counts else 0),
                _time(counts.last_sent) if counts and counts.last_sent else "-",
                (reason(counts.error) if counts else "")[:LONGEST] or "-",
            )
            for code, one, counts in found
        ],
    )


@outlet.command("try")
@click.argument("hub", type=HUB)
@click.argument("name", metavar="OUTLET")
@MUNICIPALITY
@shared_options
def try_(hub: Path, name: str, municipality: str | None, out: Out) -> int:
    """Send one message, marked as a test, to each receiver of an outlet."""
    tried = send_test(open_hub(hub), name, municipality)
    out.result({"tried": [{"receiver": one.receiver, "error": one.error} for one in tried]})
    for one in tried:
        receiver = one.receiver or name
        if one.error:
            text = say("{receiver}: not taken: {why}", receiver=receiver, why=reason(one.error))
            out.message(text)
        else:
            out.line(say("{receiver}: taken.", receiver=receiver))
    return UNREACHABLE if any(one.error for one in tried) else 0


@outlet.command("queue")
@click.argument("hub", type=HUB)
@click.argument("name", metavar="OUTLET")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most.")
@MUNICIPALITY
@shared_options
def show_queue(hub: Path, name: str, limit: int, municipality: str | None, out: Out) -> None:
    """Show what waits to be sent by an outlet, and what was set aside and why."""
    with queue_of(open_hub(hub), name, municipality) as (queue, _):
        counts = queue.counts(name)
        waiting = queue.listed(name, "waiting", limit)
        aside = queue.listed(name, "aside", limit)
    out.result(
        {
            **_counted(counts),
            "messages": [_as_json(one) for one in (*waiting, *aside)],
        }
    )
    out.line(
        say("{waiting} waiting, {aside} set aside.", waiting=counts.waiting, aside=counts.aside)
    )
    if counts.missed:
        out.line(say("The news of {count} commits were dropped unread.", count=counts.missed))
    if waiting or aside:
        head = ("number", "state", "put", "tries", "next try", "receiver", "why")
        out.table(tuple(say(word) for word in head), [_row(one) for one in (*waiting, *aside)])


@outlet.command("again")
@click.argument("hub", type=HUB)
@click.argument("name", metavar="OUTLET")
@click.argument("numbers", metavar="[NUMBER]...", type=int, nargs=-1)
@MUNICIPALITY
@shared_options
def put_back(
    hub: Path, name: str, numbers: tuple[int, ...], municipality: str | None, out: Out
) -> int:
    """Put back what was set aside: the messages named by number, or all. Waits end at once."""
    with queue_of(open_hub(hub), name, municipality) as (queue, now):
        if numbers:
            back = sum(queue.again(name, at=now, parcel=one).result() for one in numbers)
        else:
            back = queue.again(name, at=now).result()
        queue.hurry(name, at=now).result()
    out.result({"again": back})
    out.line(say("{count} messages are put back.", count=back))
    return FOUND_WRONG if numbers and back < len(numbers) else 0


def _counted(counts: QueueCounts | None) -> dict[str, Json]:
    if counts is None:
        return {"waiting": 0, "setAside": 0, "oldest": None, "lastSent": None, "error": ""}
    return {
        "waiting": counts.waiting,
        "setAside": counts.aside,
        "oldest": counts.oldest and _time(counts.oldest),
        "lastSent": counts.last_sent and _time(counts.last_sent),
        "error": counts.error,
    }


def _as_json(one: Parcel) -> Json:
    return {
        "number": one.seq,
        "state": one.state,
        "id": one.id,
        "receiver": one.receiver,
        "put": _time(one.put),
        "tries": one.tries,
        "nextTry": _time(one.due) if one.state == "waiting" else None,
        "why": one.why,
    }


def _row(one: Parcel) -> tuple[str, ...]:
    due = _time(one.due) if one.state == "waiting" else "-"
    state = say("waiting") if one.state == "waiting" else say("set aside")
    why = reason(one.why)[:LONGEST] or "-"
    return str(one.seq), state, _time(one.put), str(one.tries), due, one.receiver or "-", why


def _time(at: Micros) -> str:
    return f"{_EPOCH + timedelta(microseconds=at):%Y-%m-%dT%H:%M:%SZ}"
