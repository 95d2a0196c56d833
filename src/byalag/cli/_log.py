"""Where the log goes: to stderr, coloured lines on a terminal and JSON lines elsewhere."""

import logging
import os
import sys

import structlog


def log_to_stderr() -> None:
    """Write what the engine logs to stderr. BYALAG_LOG sets the level (default: warning)."""
    name = os.environ.get("BYALAG_LOG", "warning").upper()
    level = logging.getLevelNamesMapping().get(name, logging.WARNING)
    people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors="NO_COLOR" not in os.environ)
            if people
            else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
