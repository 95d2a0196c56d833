"""What plugin authors and our own tests need: stopped clock, replay server, recorded answers."""

from byalag.testkit._brokers import Certificate, Mosquitto, NatsServer, certificate
from byalag.testkit._clock import StoppedClock
from byalag.testkit._every_outlet import composed, every_outlet, sample_outlet
from byalag.testkit._every_source import every_source, heard, sample_settings, samples
from byalag.testkit._faulty import Answer, Asked, Faulty, gzip_bomb
from byalag.testkit._program import Page, RunningHub, Said, byalag, free_port
from byalag.testkit._promises import PROMISES, Proof, Run, promises_page, status
from byalag.testkit._reading import Reading, micros, reading
from byalag.testkit._replay import Replay, recorded
from byalag.testkit._running import running, soon
from byalag.testkit._servers import MariaDb, ObjectStorage, PostgreSql, SftpServer
from byalag.testkit._shared import shared
from byalag.testkit._small import fill_small_commons

__all__ = [
    "PROMISES",
    "Answer",
    "Asked",
    "Certificate",
    "Faulty",
    "MariaDb",
    "Mosquitto",
    "NatsServer",
    "ObjectStorage",
    "Page",
    "PostgreSql",
    "Proof",
    "Reading",
    "Replay",
    "Run",
    "RunningHub",
    "Said",
    "SftpServer",
    "StoppedClock",
    "byalag",
    "certificate",
    "composed",
    "every_outlet",
    "every_source",
    "fill_small_commons",
    "free_port",
    "gzip_bomb",
    "heard",
    "micros",
    "promises_page",
    "reading",
    "recorded",
    "running",
    "sample_outlet",
    "sample_settings",
    "samples",
    "shared",
    "soon",
    "status",
]
