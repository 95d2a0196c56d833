"""Where the log goes: to stderr, coloured lines on a terminal and JSON lines elsewhere.

Every process of a hub writes to the same stream, one line at a time; `worker` says which it was.
"""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

from byalag.engine import mask_event

MAIN: Final = "main"


def log_to_stderr(worker: str = MAIN) -> None:
    """Write what is logged to stderr. BYALAG_LOG sets the level (default: warning)."""
    structlog.reset_defaults()
    name = os.environ.get("BYALAG_LOG", "warning").upper()
    level = logging.getLevelNamesMapping().get(name, logging.WARNING)
    log_lines(sys.stderr, worker=worker, level=level, people=sys.stderr.isatty())


def log_lines(to: TextIO, *, worker: str, level: int, people: bool = False) -> None:
    """Write what is logged to a stream, as JSON lines or drawn for people."""

    def named(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["worker"] = worker
        return line

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            named,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_event,
            structlog.dev.ConsoleRenderer(colors="NO_COLOR" not in os.environ)
            if people
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(to),
    )
