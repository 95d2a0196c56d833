"""Device makers' codecs: what they are given, what they may not do, what it costs when they try."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byalag.codecs import Codec, Decoded, Limits, NotACodec, Undecoded, Uplink

NOON = 1_781_006_400_000_000  # 2026-06-09T12:00:00Z
TEMPERATURE = (
    "function decodeUplink(i) { return { data: { t: Buffer.from(i.bytes).readInt16BE(0) } } }"
)


def up(text: str = "00", **more: object) -> Uplink:
    return Uplink(data=bytes.fromhex(text), port=5, at=NOON, **more)  # type: ignore[arg-type]  # a test's own options


def data(text: str, *given: Uplink) -> list[object]:
    outcomes = Codec(text).decode(given or [up()])
    return [one.data if isinstance(one, Decoded) else one.why for one in outcomes]


@pytest.mark.parametrize(
    "text",
    [
        "function decodeUplink(input) { return { data: { b: input.bytes, p: input.fPort } } }",
        "function Decode(fPort, bytes, variables) { return { b: bytes, p: fPort } }",
        "function Decoder(bytes, port) { return { b: bytes, p: port } }",
        "module.exports = { decodeUplink: (i) => ({ data: { b: i.bytes, p: i.fPort } }) }",
        "exports.Decoder = function (bytes, port) { return { b: bytes, p: port } }",
        "export function decodeUplink(i) { return { data: { b: i.bytes, p: i.fPort } } }",
        "'use strict';\nconst decodeUplink = (i) => ({ data: { b: i.bytes, p: i.fPort } });",
    ],
)
def test_all_usual_forms_of_codec_are_run(text: str) -> None:
    assert data(text, up("01ff")) == [{"b": [1, 255], "p": 5}]


def test_a_codec_gets_the_time_of_the_message_and_the_devices_variables() -> None:
    text = """function decodeUplink(i) { return { data: {
        at: i.recvTime, now: new Date(), hour: new Date().getHours(), who: i.variables.who,
        local: new Date(2026, 0, 2).toISOString(), said: new Date("2026-01-02T03:04:05") } } }"""
    assert data(text, up(variables={"who": "me"})) == [
        {
            "at": "2026-06-09T12:00:00.000Z",
            "now": "2026-06-09T12:00:00.000Z",
            "hour": 12,
            "who": "me",
            "local": "2026-01-02T00:00:00.000Z",
            "said": "2026-01-02T03:04:05.000Z",
        }
    ]


def test_the_buffer_reads_as_public_codecs_want() -> None:
    text = """function decodeUplink(i) { const b = Buffer.from(i.bytes); return { data: [
        b.readUInt16BE(0), b.readUint16LE(0), b.readInt8(0), b.readInt32BE(0), b.readUIntBE(0, 3),
        b.readIntLE(0, 3), Buffer.from("3f800000", "hex").readFloatBE(0), b.slice(1, 3).length,
        b.toString("hex"), b.toString("base64"), Buffer.from("/wE=", "base64")[0],
        Buffer.concat([b, Buffer.alloc(1, 7)])[4], Buffer.from("åä").toString("utf8"),
        Buffer.from([104, 105]).toString("ascii"), Buffer.isBuffer(b.subarray(1)),
        b.readBigUInt64BE === undefined, atob("aGk="), btoa("hi"), b.equals(Buffer.from(b)),
        Buffer.from("3ff0000000000000", "hex").readDoubleBE()] } }"""
    numbers = [65281, 511, -1, -16711165, 16711938, 131583, 1, 2]
    texts = ["ff010203", "/wECAw==", 255, 7, "åä", "hi", True, False, "hi", "aGk=", True, 1]
    assert data(text, up("ff010203")) == [[*numbers, *texts]]


def test_what_json_has_no_word_for_becomes_what_it_has() -> None:
    text = """function decodeUplink() { return { data: { nan: NaN, inf: 1/0, none: undefined,
        big: 10n, huge: 2n ** 70n, date: new Date(0), bad: new Date(NaN), fn: () => 1,
        bytes: new Uint8Array([1, 2]), map: new Map(), list: [undefined, NaN], minus: -0 } } }"""
    assert data(text) == [
        {
            "nan": None,
            "inf": None,
            "big": 10,
            "huge": "1180591620717411303424",
            "date": "1970-01-01T00:00:00.000Z",
            "bad": None,
            "bytes": [1, 2],
            "map": {},
            "list": [None, None],
            "minus": 0,
        }
    ]


@pytest.mark.parametrize(
    "text",
    [
        "var n = 0; function Decoder() { return { n: ++n } }",
        "function Decoder() { n = (typeof n === 'undefined') ? 1 : n + 1; return { n: n } }",
        "function Decoder() { globalThis.n = (globalThis.n || 0) + 1; return { n: globalThis.n } }",
        """function Decoder() {
            Object.defineProperty(globalThis, 'n', { value: (globalThis.n || 0) + 1,
                configurable: true }); return { n: globalThis.n } }""",
        """var kept = {}; function Decoder() { kept.n = (kept.n || 0) + 1; return kept }""",
        """const home = Array['proto' + 'type']; function Decoder() {
            home.n = (home.n || 0) + 1; return { n: [].n || 1 } }""",
        "function Decoder() { Math.n = (Math.n || 0) + 1; return { n: Math.n || 1 } }",
        "function Decoder() { exports.n = (exports.n || 0) + 1; return { n: exports.n } }",
        """function Decoder() { const kept = require('buffer');
            kept.n = (kept.n || 0) + 1; return { n: kept.n || 1 } }""",
        """function Decoder() { JSON.parse = function () { return [] }; return { n: 1 } }""",
    ],
)
def test_nothing_is_kept_from_one_message_to_the_next(text: str) -> None:
    assert data(text, up(), up(), up()) == [{"n": 1}] * 3


def test_chance_is_the_same_each_time() -> None:
    first, second = data("function Decoder() { return [Math.random(), Math.random()] }", up(), up())
    assert first == second
    assert len(set(first)) == 2  # type: ignore[call-overload]  # it is a list


def test_an_old_codec_may_mend_its_engine() -> None:
    text = """
    Object.defineProperty(Object, "assign", { value: function (to, from) { to.own = 1;
        for (var k in from) to[k] = from[k]; return to }, writable: true, configurable: true });
    String.prototype.shout = function () { return this + "!" };
    function Decoder() { return Object.assign({ s: "hi".shout() }, { a: 1 }) }"""
    assert data(text, up(), up()) == [{"s": "hi!", "own": 1, "a": 1}] * 2
    late = "function Decoder() { Number.prototype.twice = function () { return this * 2 };"
    assert data(late + " return { n: (4).twice() } }", up(), up()) == [{"n": 8}] * 2


@pytest.mark.parametrize(
    "way",
    [
        "std", "os", "setTimeout", "setInterval", "fetch", "XMLHttpRequest", "process", "Deno",
        "WebSocket", "importScripts", "Proxy", "SharedArrayBuffer", "Atomics", "__date_clock",
        "print", "scriptArgs", "bjson",
    ],
)  # fmt: skip
def test_there_is_no_other_way_out(way: str) -> None:
    assert data(f"function Decoder() {{ return typeof {way} }}") == ["undefined"]


def test_other_modules_cannot_be_had() -> None:
    with pytest.raises(NotACodec, match="there is no module fs here"):
        Codec("const fs = require('fs'); function Decoder() { return 1 }")


BOMBS = {
    "endless": "while (true) {}",
    "caught": "while (true) { try { while (true) {} } catch (e) {} }",
    "memory": "var a = []; while (true) a.push('x'.repeat(1000) + a.length);",
    "text": "return { data: 'x'.repeat(1e9) };",
    "stack": "(function f() { f() })();",
    "deep": "var a = {}, b = a; for (var n = 0; n < 1e5; n++) b = b.a = {}; return { data: a };",
    "round": "var a = {}; a.a = a; return { data: a };",
    "json": "var a = {}, b = a; for (var n = 0; n < 1e5; n++) b = b.a = {}; JSON.stringify(a);",
    "large": "return { data: Array(1e6).fill(1) };",
    "long": "return { data: { t: 'x'.repeat(1e5) } };",
    "getter": "return { data: { get a() { while (true) {} } } };",
    "json method": "return { data: { toJSON() { return this } } };",
    "error": "throw { toString() { while (true) {} } };",
    "null": "return null;",
    "reject": "throw undefined;",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_one_message(bomb: str) -> None:
    text = (
        f"function decodeUplink(i) {{ if (i.bytes[0] === 255) {{ {bomb} }} return {{ data: 1 }} }}"
    )
    outcomes = Codec(text, limits=Limits(seconds=0.1)).decode(
        [*[up()] * 20, up("ff"), *[up()] * 20]
    )
    assert [one for one in outcomes if isinstance(one, Decoded)] == [Decoded(1)] * 40
    assert isinstance(outcomes[20], Undecoded)
    assert outcomes[20].why


def test_a_codec_that_is_nothing_but_a_bomb_is_given_up_for_the_delivery() -> None:
    outcomes = Codec("function Decoder() { while (true) {} }", limits=Limits(seconds=0.05)).decode(
        [up()] * 100
    )
    reasons = [one.why for one in outcomes if isinstance(one, Undecoded)]
    assert "was stopped: it ran longer than 0.05 s" in reasons[0]
    assert "5 messages in a row" in reasons[-1]


def test_a_hang_inside_the_engine_costs_one_message_and_then_the_codec() -> None:
    text = """function decodeUplink(i) { // a regular expression that never ends
        return { data: i.bytes[0] === 255 ? /(a+)+b/.test("a".repeat(40)) : 1 } }"""
    codec = Codec(text, limits=Limits(hang=0.5))
    outcomes = codec.decode([up(), up("ff"), up()])
    assert [type(one) for one in outcomes] == [Decoded, Undecoded, Decoded]
    assert "did not come back" in str(outcomes[1])
    assert "did not come back" in str(codec.decode([up("ff")]))
    assert "is not run until it is changed" in str(codec.decode([up()]))
    assert data(TEMPERATURE, up("0102")) == [{"t": 258}]


def test_a_message_that_hangs_by_itself_is_tried_once() -> None:
    text = """function decodeUplink(i) { // alone in its delivery, as most are
        return { data: i.bytes[0] === 255 ? /(a+)+b/.test("a".repeat(40)) : 1 } }"""
    codec = Codec(text, limits=Limits(hang=0.5))
    assert "did not come back" in str(codec.decode([up("ff")]))
    assert "did not come back" in str(codec.decode([up("ff")]))
    assert [type(one) for one in codec.decode([up()])] == [Decoded]


def test_running_out_of_memory_anywhere_costs_one_message() -> None:
    for size in (1, 7, 60, 219, 800, 1203, 2218, 2999):  # at some of them the engine itself breaks
        text = f"""function decodeUplink(i) {{ var a = []; if (i.bytes[0] === 255)
            while (true) a.push("x".repeat({size}) + a.length); return {{ data: 1 }} }}"""
        outcomes = Codec(text, limits=Limits(seconds=5)).decode([up(), up("ff"), up()])
        assert [type(one) for one in outcomes] == [Decoded, Undecoded, Decoded]
        assert "memory" in str(outcomes[1])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("function decodeUplink(", "SyntaxError.*line"),
        ("\n\nvar x = ;", "SyntaxError.*line 3"),
        ("var x = 1", "has no function decodeUplink, Decode or Decoder"),
        ("throw new Error('not today')", "not today"),
        ("while (true) {}", "interrupted"),
    ],
)
def test_what_is_no_codec_is_said_at_once(text: str, why: str) -> None:
    with pytest.raises(NotACodec, match=why):
        Codec(text)


def test_the_codecs_own_errors_and_warnings_are_told() -> None:
    text = """function decodeUplink(i) { return i.fPort === 5
        ? { data: { a: 1 }, warnings: ["low"] } : { errors: ["port " + i.fPort] } }"""
    codec = Codec(text, name="the codec x/y")
    ours, other = codec.decode([up(), Uplink(data=b"", port=6)])
    assert ours == Decoded({"a": 1}, ("low",))
    assert other == Undecoded("the codec x/y: port 6")


def test_several_threads_may_ask_the_same_codecs() -> None:
    codecs = [Codec(f"{TEMPERATURE} // {number}") for number in range(4)]
    start = threading.Barrier(8)

    def ask(number: int) -> list[object]:
        start.wait()
        return [codecs[(number + turn) % 4].decode([up("0102")] * 300) for turn in range(4)]

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(ask, range(8)):
            assert found == [[Decoded({"t": 258})] * 300] * 4


@settings(deadline=None, max_examples=30)
@given(st.lists(st.binary(max_size=60), max_size=20))
def test_together_and_one_by_one_give_the_same(payloads: list[bytes]) -> None:
    codec = Codec(TEMPERATURE)
    uplinks = [Uplink(data=one, port=1) for one in payloads]
    assert codec.decode(uplinks) == [codec.decode([one])[0] for one in uplinks]


def test_a_long_word_in_a_codec_does_not_hold_up_who_reads_it() -> None:
    assert data(f"var t = '{'7' * 200_000}'; function Decoder() {{ return {{ n: 1 }} }}", up())


def test_half_a_character_from_a_device_costs_nobody_else() -> None:
    codec = r"""function decodeUplink(input) { const b = input.bytes; return { data: {
        s: String.fromCharCode(b[0] * 256 + b[1]), t: "\\ud800", k: "\ud83d\ude00" } } }"""
    rest = {"t": r"\ud800", "k": "\U0001f600"}
    found = data(codec, up("d800"), up("0041"), up("dfff"))
    assert found == [{"s": one, **rest} for one in ("\ufffd", "A", "\ufffd")]
