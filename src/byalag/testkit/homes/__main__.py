"""Write a simulated home to a terminal: `python -m byalag.testkit.homes log --days 56`.

What is written first says that it is simulated, where the form has a place for it.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

import click
import msgspec

from byalag.testkit.homes._home import SimulatedHome, home
from byalag.testkit.homes._sensors import SENSORS
from byalag.testkit.homes._street import Household

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SOURCE: Final = """# Givare i ett simulerat hem. Ingen bor där. / Sensors in a simulated home.
kind = "http-json"
dataset = "{dataset}"
owner = "{owner}"
simulated = true
url = "https://sensors.example/{name}.json"
every = "1m"
records = "readings"

[thing]
type = "Device"
id = "{{device}}"
operator = "care"
name = "device"
"""
_SERIES: Final = """
[[series]]
name = "{name}"
value = "value"
unit = "{unit}"
at = "time"
when = {{ what = "{name}" }}
"""


@click.command()
@click.argument("what", type=click.Choice(["log", "source", "answer", "channels"]))
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another home.")
@click.option("--days", type=click.IntRange(1, 400), default=42, show_default=True)
@click.option("--begins", type=click.DateTime(["%Y-%m-%d"]), help="First day; so many days ago.")
@click.option("--name", default="prov", show_default=True, help="What the home is called in ids.")
@click.option("--residents", type=click.IntRange(1, 2), default=1, show_default=True)
@click.option("--pets", is_flag=True)
@click.option("--dataset", default="care", show_default=True, help="For a source.")
@click.option("--owner", default="Exempelstads kommun", show_default=True, help="For a source.")
def write(  # noqa: PLR0913, PLR0917 -- click gives each option by name
    what: str,
    seed: int,
    days: int,
    begins: datetime | None,
    name: str,
    residents: int,
    pets: bool,  # noqa: FBT001 -- click gives a flag by name
    dataset: str,
    owner: str,
) -> None:
    """Write a simulated home: its event log, the file of its source, an answer, its channels."""
    first = begins.date() if begins else _today() - timedelta(days=days)
    lived = home(
        seed,
        name=name,
        days=days,
        begins=first,
        household=Household(residents=residents, pets=pets),
    )
    forms: dict[str, Callable[[], str]] = {
        "log": lambda: "\n".join(lived.log()),
        "source": lambda: _source(name, dataset, owner),
        "answer": lambda: _answer(lived),
        "channels": lambda: _channels(lived),
    }
    click.echo(forms[what]())


def _source(name: str, dataset: str, owner: str) -> str:
    units = {sensor.measures: sensor.unit for sensor in SENSORS} | {"batteryLevel": "%"}
    series = [_SERIES.format(name=each, unit=unit) for each, unit in units.items()]
    return "".join([_SOURCE.format(name=name, dataset=dataset, owner=owner), *series]).rstrip()


def _answer(lived: SimulatedHome) -> str:
    readings = [
        {
            "device": one.series.partition("/")[0].rpartition(":")[2],
            "what": one.series.rpartition("/")[2],
            "value": one.value,
            "time": (_EPOCH + timedelta(microseconds=one.at)).isoformat(),
        }
        for one in lived.observations()
    ]
    return msgspec.json.encode({"simulated": True, "readings": readings}).decode()


def _channels(lived: SimulatedHome) -> str:
    """Return what `byalag care channel set HUB HOME` is given for each sensor, line by line."""
    return "\n".join(
        f"{one.series} --room {one.room} --meaning {one.meaning} --counts {one.counts} "
        f"--above {one.above:g} --heartbeat {one.heartbeat}"
        for one in lived.channels()
    )


def _today() -> date:
    return datetime.now(UTC).date()


if __name__ == "__main__":
    write()
