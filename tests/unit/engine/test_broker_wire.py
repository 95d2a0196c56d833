"""MQTT and NATS on the wire: cut anywhere it reads the same, and nothing that comes is a crash."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.engine import _mqtt_packet as mqtt
from byalag.engine import _nats_line as nats

TEXT = st.text("abcdeå/+", min_size=1, max_size=30)
BODY = st.binary(max_size=300)
CUTS = st.lists(st.integers(1, 90), max_size=40)
MOST = 100  # bytes of a message


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut bytes into pieces of these lengths, and a last one of the rest."""
    found = []
    for length in cuts:
        found.append(data[:length])
        data = data[length:]
    return [*found, data]


@given(messages=st.lists(st.tuples(TEXT, BODY), max_size=8), cuts=CUTS, five=st.booleans())
@settings(deadline=None, max_examples=80)
def test_mqtt_messages_are_read_however_they_are_cut(
    messages: list[tuple[str, bytes]], cuts: list[int], *, five: bool
) -> None:
    sent = [
        mqtt.publish(number, topic, body, retain=False, five=five)
        for number, (topic, body) in enumerate(messages, 1)
    ]
    reader = mqtt.Packets(five=five, max_bytes=MOST)
    heard = [one for piece in pieces(b"".join(sent), cuts) for one in reader.feed(piece)]
    assert heard == [
        mqtt.Published(topic, body[:MOST], number, len(body), again=False)
        for number, (topic, body) in enumerate(messages, 1)
    ]


@given(size=st.integers(66_000, 400_000), five=st.booleans())
@settings(deadline=None, max_examples=20)
def test_a_giant_mqtt_message_is_passed_over_and_the_next_is_read(size: int, *, five: bool) -> None:
    sent = mqtt.publish(1, "a", bytes(size), retain=False, five=five)
    sent += mqtt.publish(2, "b", b"next", retain=False, five=five)
    reader = mqtt.Packets(five=five, max_bytes=MOST)
    heard = [one for at in range(0, len(sent), 999) for one in reader.feed(sent[at : at + 999])]
    assert heard == [
        mqtt.Published("a", bytes(MOST), 1, size, again=False),
        mqtt.Published("b", b"next", 2, 4, again=False),
    ]


@given(data=st.lists(st.binary(max_size=60), max_size=10), five=st.booleans())
@settings(deadline=None, max_examples=200)
def test_anything_else_than_mqtt_is_malformed_never_a_crash(
    data: list[bytes], *, five: bool
) -> None:
    reader = mqtt.Packets(five=five, max_bytes=MOST)
    with suppress(mqtt.Malformed):
        for piece in data:
            reader.feed(piece)


def nats_message(topic: str, body: bytes, *, headed: bool) -> bytes:
    head = b"NATS/1.0\r\nA: b\r\n\r\n" if headed else b""
    numbers = f"{len(head)} {len(head) + len(body)}" if headed else f"{len(body)}"
    word = "HMSG" if headed else "MSG"
    return f"{word} {topic} 1 $JS.ACK.x {numbers}\r\n".encode() + head + body + b"\r\n"


@given(
    messages=st.lists(st.tuples(TEXT, st.binary(max_size=400), st.booleans()), max_size=8),
    cuts=CUTS,
)
@settings(deadline=None, max_examples=80)
def test_nats_messages_are_read_however_they_are_cut(
    messages: list[tuple[str, bytes, bool]], cuts: list[int]
) -> None:
    sent = [nats_message(topic, body, headed=headed) for topic, body, headed in messages]
    reader = nats.Lines(max_bytes=MOST)
    data = b"PING\r\n" + b"".join(sent) + b"+OK\r\n"
    heard = [one for piece in pieces(data, cuts) for one in reader.feed(piece)]
    assert heard == [
        nats.Told("PING"),
        *(nats.Came(topic, b"$JS.ACK.x", b[:MOST], len(b)) for topic, b, _ in messages),
        nats.Told("+OK"),
    ]


@given(
    data=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from([b"MSG a 1 5\r\n", b"HMSG a 1 9 4\r\n", b"INFO {", b"-ERR 'x'\r\n"]),
        ),
        max_size=10,
    )
)
@settings(deadline=None, max_examples=200)
def test_anything_else_than_nats_is_malformed_never_a_crash(data: list[bytes]) -> None:
    reader = nats.Lines(max_bytes=MOST)
    with suppress(nats.Malformed):
        for piece in data:
            reader.feed(piece)


def test_what_a_server_says_instead_of_a_message_is_read() -> None:
    head = b"NATS/1.0 404 No Messages\r\n\r\n"
    line = f"HMSG inbox 1 {len(head)} {len(head)}\r\n".encode() + head + b"\r\n"
    (heard,) = nats.Lines(max_bytes=MOST).feed(line)
    assert heard == nats.Came("inbox", b"", b"", 0, 404, "No Messages")


@pytest.mark.parametrize("cut", [b"\x0b\xff", b"\x0b", b"\x21\x00\x0a\x0b\x80\x80"])
def test_a_number_that_is_cut_off_is_malformed_and_not_read_for_ever(cut: bytes) -> None:
    body = bytes((0, 0, len(cut))) + cut
    with pytest.raises(mqtt.Malformed):
        mqtt.Packets(five=True, max_bytes=MOST).feed(bytes((0x20, len(body))) + body)


@pytest.mark.parametrize("most", [64 * 1024 * 1024, MOST])
def test_a_large_message_takes_as_long_as_it_is_large(most: int) -> None:
    body = bytes(48 * 1024 * 1024)
    sent = mqtt.publish(1, "a", body, retain=False, five=False)
    told = b"MSG a 1 %d\r\n%b\r\n" % (len(body), body)
    began = time.process_time()
    for reader, data in (
        (mqtt.Packets(five=False, max_bytes=most), sent),
        (nats.Lines(max_bytes=most), told),
    ):
        heard = [
            one for at in range(0, len(data), 9999) for one in reader.feed(data[at : at + 9999])
        ]
        assert [one.size for one in heard if not isinstance(one, mqtt.Answered | nats.Told)] == [
            len(body)
        ]
    assert time.process_time() - began < 3
