"""The server of recorded answers: who leaves before the answer is no fault of ours."""

import struct
import threading
from socket import SO_LINGER, SOL_SOCKET, create_connection
from urllib.parse import urlsplit

import pytest

from byalag.testkit import Answer, Asked, Replay

PATIENCE = 30.0  # seconds, should something hang


def test_whoever_leaves_before_the_answer_is_nothing_to_complain_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked, left, others = threading.Event(), threading.Event(), set(threading.enumerate())

    def respond(_: Asked) -> Answer:
        asked.set()
        left.wait(PATIENCE)
        return Answer(body=b"x" * 10_000_000)

    with Replay(respond) as replay:
        at = urlsplit(replay.url)
        with create_connection((at.hostname, at.port)) as caller:
            caller.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
            caller.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            assert asked.wait(PATIENCE)
            answering = [one for one in threading.enumerate() if one not in others]
        left.set()
        for one in answering:
            if one.name != "replay":
                one.join(PATIENCE)
    assert capsys.readouterr().err == ""


def test_a_fault_in_an_answer_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    others = set(threading.enumerate())
    asked = threading.Event()

    def respond(_: Asked) -> Answer:
        asked.set()
        raise ZeroDivisionError

    with Replay(respond) as replay:
        at = urlsplit(replay.url)
        with create_connection((at.hostname, at.port)) as caller:
            caller.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            assert asked.wait(PATIENCE)
            assert caller.recv(1) == b""
        for one in set(threading.enumerate()) - others:
            if one.name != "replay":
                one.join(PATIENCE)
    assert "ZeroDivisionError" in capsys.readouterr().err
