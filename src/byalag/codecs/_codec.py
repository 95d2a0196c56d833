"""A codec that can be asked from any thread: messages in, fields or reasons out."""

import re
import threading
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct, field

from byalag import Misconfigured
from byalag.codecs._lane import Broke, Hung, lane_of
from byalag.codecs._limit import LIMITS, Limits
from byalag.codecs._room import changes_built_ins
from byalag.codecs._worker import NO_ROOM, Answer, Job
from byalag.model import Json, Micros

_STRIKES: Final = 3  # times that a codec may hang before it is not run any more
_IN_A_ROW: Final = 5  # messages that a codec may be stopped at before the rest is not tried
_MILLISECOND: Final = 1000  # microseconds
_LONGEST: Final = 300  # characters of a reason

_strikes: dict[str, int] = {}
_strikes_lock = threading.Lock()
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Json])
_HALF = re.compile(r"((?<!\\)(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}", re.IGNORECASE)


class NotACodec(Misconfigured):
    """The text is no codec: it cannot be read, or has no function that decodes.

    Look at the line that the message names, and at whether the file is whole.
    """


class Uplink(Struct, frozen=True, kw_only=True):
    """One radio message. `at` is when it came, and what a codec sees as `recvTime` and as now."""

    data: bytes
    port: int
    at: Micros = 0
    variables: dict[str, str] = field(default_factory=dict[str, str])


class Decoded(Struct, frozen=True):
    """The fields that a codec found in a message, as its author names them."""

    data: Json
    warnings: tuple[str, ...] = ()


class Undecoded(Struct, frozen=True):
    """Why a message has no fields."""

    why: str


Outcome: TypeAlias = Decoded | Undecoded


class Codec:
    """One device maker's codec. May be asked by several threads at once."""

    def __init__(self, text: str, *, name: str = "the codec", limits: Limits = LIMITS) -> None:
        """Read a codec and try that it can be run.

        Raises:
            NotACodec: If it cannot.

        """
        self.name = name
        self._limits = limits
        self._text = text.encode("utf-8", "replace").decode()
        self._key = sha256(self._text.encode()).hexdigest()
        self._lane = lane_of(self._key)
        self._old = changes_built_ins(text)
        try:
            wrong = self._do("open", ()).wrong
        except (Hung, Broke) as error:
            wrong = str(error)
        if wrong is not None:
            message = f"{name} is not a codec: {_sentence(wrong)}"
            raise NotACodec(message)

    def decode(self, uplinks: Sequence[Uplink]) -> list[Outcome]:
        """Decode messages, in their order. One that goes wrong costs no other."""
        found: list[Outcome] = []
        while len(found) < len(uplinks):
            why = self._gives_up(found)
            if why:
                return [*found, *[Undecoded(why)] * (len(uplinks) - len(found))]
            batch = uplinks[len(found) : len(found) + self._limits.batch]
            found += self._some(batch) or [self._alone(batch[0])]
        return found

    def _gives_up(self, found: list[Outcome]) -> str:
        """Say why no more messages are tried, if so."""
        if self._is_off():
            return f"{self.name} has hung {_STRIKES} times and is not run until it is changed"
        if len(found) >= _IN_A_ROW and all(map(_was_stopped, found[-_IN_A_ROW:])):
            return (
                f"{self.name} was stopped at {_IN_A_ROW} messages in a row; this one was not tried"
            )
        return ""

    def _some(self, batch: Sequence[Uplink]) -> list[Outcome]:
        """Decode as many of the first messages as goes well."""
        try:
            answer = self._do("run", batch)
        except Hung as error:
            self._strike()
            if len(batch) == 1:
                return [Undecoded(f"{self.name} was stopped: {error}")]
            return self._one_at_a_time(batch)
        except Broke:
            return self._one_at_a_time(batch)
        if answer.wrong is not None:
            return []
        found = [self._outcome(said) for said in _values(answer.said)]
        if not self._old:
            return found
        return [
            self._alone(uplink, once=True) if isinstance(outcome, Undecoded) else outcome
            for uplink, outcome in zip(batch, found, strict=False)
        ]

    def _one_at_a_time(self, batch: Sequence[Uplink]) -> list[Outcome]:
        """Go through a batch that went wrong as a whole, as far as there is hope."""
        found: list[Outcome] = []
        for uplink in batch:
            if self._gives_up(found):
                break
            found.append(self._alone(uplink))
        return found

    def _alone(self, uplink: Uplink, *, once: bool = False) -> Outcome:
        """Decode one message by itself; `once`: in a room of its own, where nothing is frozen."""
        try:
            answer = self._do("once" if once else "alone", [uplink])
        except Hung as error:
            self._strike()
            return Undecoded(f"{self.name} was stopped: {error}")
        except Broke as error:
            return Undecoded(f"{self.name} was stopped: {error}")
        if answer.wrong is not None:
            return Undecoded(self._stopped(_sentence(answer.wrong)))
        return self._outcome(_values(answer.said)[0])

    def _do(self, do: Literal["open", "run", "alone", "once"], batch: Sequence[Uplink]) -> Answer:
        given = _encoder.encode([_said(uplink) for uplink in batch]).decode()
        count = len(batch) if do == "run" else 0
        return self._lane.do(Job(do, self._key, self._text, given, count, self._limits))

    def _outcome(self, answer: Json) -> Outcome:
        if isinstance(answer, str):
            if answer == NO_ROOM:
                return Undecoded(self._stopped(answer))
            return Undecoded(f"{self.name}: {answer}"[:_LONGEST])
        data, warnings, errors = answer
        if errors:
            return Undecoded(f"{self.name}: {'; '.join(_texts(errors))}"[:_LONGEST])
        return Decoded({} if data is None else data, tuple(_texts(warnings)))

    def _stopped(self, said: str) -> str:
        if "interrupted" in said:
            return f"{self.name} was stopped: it ran longer than {self._limits.seconds:g} s"
        if said in {NO_ROOM, "null"}:  # null: there was no room for the error
            size = self._limits.memory // 1024**2
            return f"{self.name} was stopped: it used more than {size} MiB of memory"
        return f"{self.name} was stopped: {said}"

    def _is_off(self) -> bool:
        return _strikes.get(self._key, 0) >= _STRIKES

    def _strike(self) -> None:
        with _strikes_lock:
            _strikes[self._key] = _strikes.get(self._key, 0) + 1


def _values(said: str) -> list[Json]:
    """Read answers; half a character, which JavaScript's text may hold, becomes U+FFFD."""
    try:
        return _decoder.decode(said)
    except msgspec.DecodeError:
        return _decoder.decode(_HALF.sub(r"\1\\ufffd", said))


def _said(uplink: Uplink) -> tuple[list[int], int, int, dict[str, str]]:
    return [*uplink.data], uplink.port, uplink.at // _MILLISECOND, uplink.variables


def _texts(said: Json) -> list[str]:
    """Return what a codec says in its warnings or errors, which should be a list of texts."""
    if said is None:
        return []
    given: list[Json] = said if isinstance(said, list) else [said]  # pyright: ignore[reportUnknownVariableType]  # what it is is asked for next
    return [one if isinstance(one, str) else _encoder.encode(one).decode() for one in given]


def _was_stopped(outcome: Outcome) -> bool:
    return isinstance(outcome, Undecoded) and " was stopped: " in outcome.why


def _sentence(wrong: str) -> str:
    """Return the engine's sentence without its trace, with the line in the codec where it says."""
    first, *rest = wrong.strip().splitlines() or [""]
    line = next((at.rpartition(":")[2].strip(") ") for at in rest if "<input>:" in at), "")
    placed = first.startswith("SyntaxError") and line.isdecimal()
    return f"{first} (line {line})"[:_LONGEST] if placed else first[:_LONGEST]
