"""The commonest question, fast: the newest observations of a Datastream, or of all.

The store's own rows are written as bytes at once. What asks for more than that, or for what is not
at hand, goes the whole way.
"""

from typing import Final

from byalag.standards import Reply, Spoken, Window
from byalag.standards.sensorthings._filter import Name
from byalag.standards.sensorthings._options import Options
from byalag.standards.sensorthings._path import Path
from byalag.standards.sensorthings._read_tree import next_link
from byalag.standards.sensorthings._show import Measured, encode, rows_writer

_TIME: Final = (Name(("phenomenonTime",)), True)
_OF_ONE: Final = 2  # steps of /Datastreams(1)/Observations
_MOST: Final = 1_000


def newest(spoken: Spoken, window: Window, path: Path, options: Options) -> Reply | None:
    """Answer with the newest observations; None where that is not what is asked, or not at hand."""
    if not _is_asked(path, options):
        return None
    series = path.steps[0].no if len(path.steps) == _OF_ONE else None
    until = options.skip + options.top
    rows = window.reading.newest_of(series, until + 1)
    if not rows:  # a Datastream that is not there is told of otherwise
        return None
    return Reply(body=_written(spoken, options, rows), rests_on="facts")


def _is_asked(path: Path, options: Options) -> bool:
    first, last = path.steps[0], path.last
    if last.entity.name != "Observation" or not path.many or path.ref:
        return False
    of_one = len(path.steps) == _OF_ONE and first.entity.kind == "series" and first.no is not None
    if not of_one and len(path.steps) > 1:
        return False
    more = options.where or options.expand or options.select or options.count or options.rows
    return not more and options.order == (_TIME,) and options.skip + options.top <= _MOST


def _written(spoken: Spoken, options: Options, rows: list[Measured]) -> bytes:
    until = options.skip + options.top
    head = b"{"
    if len(rows) > until:
        head += b'"@iot.nextLink":' + encode(next_link(spoken.root + spoken.path, options)) + b","
    write = rows_writer(spoken.root, spoken.hub)
    return head + b'"value":[' + write(rows[options.skip : until]) + b"]}"
