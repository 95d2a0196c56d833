"""What goes wrong here is logged as in a hub: as lines, and not drawn for people."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from byalag.app._log import log_lines


@pytest.fixture(autouse=True, scope="module")
def logged() -> Iterator[StringIO]:
    to = StringIO()
    log_lines(to, worker="main", level=logging.DEBUG)
    yield to
    structlog.reset_defaults()
