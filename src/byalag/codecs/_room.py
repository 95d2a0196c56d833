"""One codec in a JavaScript context of its own. To be used by the thread that made it, only."""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Final, Protocol, cast

import quickjs  # type: ignore[import-untyped]  # a C module without types

from byalag.codecs._limit import Limits

_START: Final = 2.0  # seconds of processor time to set a room up
_EXPORT = re.compile(
    r"^[ \t]*export[ \t]+(?:default[ \t]+)?(?=(?:async[ \t]+)?(?:function|const|let|var|class)\b)",
    re.MULTILINE,
)
_BUILT_IN = (
    r"\b(?:Object|Array|String|Number|Boolean|BigInt|Math|JSON|Date|RegExp|Function|Symbol|Error"
    r"|Map|Set|Promise|Buffer|ArrayBuffer|DataView|(?:Ui|I)nt\d+(?:Clamped)?Array"
    r"|Float\d+Array|Big(?:Ui|I)nt64Array)"
)
_CHANGES = re.compile(
    rf"{_BUILT_IN}(?:\s*\.\s*prototype)?\s*(?:\.\s*\w+|\[[^\]\n]*\])\s*=(?![=>])"
    rf"|\b(?:defineProperty|defineProperties|setPrototypeOf|assign)\s*\(\s*{_BUILT_IN}\s*[.,]"
    r"|__proto__\s*[.\[=]"
)
_HIDES = re.compile(r"globalThis|\bthis\b|defineProperty|Reflect|eval|Function")
_ENTRIES: Final = ",".join(
    f"{name}:typeof {name}==='function'?{name}:undefined"
    for name in ("decodeUplink", "Decode", "Decoder")
)

# What quickjs raises. A StackOverflow is a JSException.
JSException = cast("type[Exception]", quickjs.JSException)  # pyright: ignore[reportUnknownMemberType]  # as above


class _Engine(Protocol):
    """What we use of quickjs."""

    def eval(self, code: str, /) -> Any: ...  # noqa: ANN401 -- whatever the code gives
    def set_time_limit(self, seconds: float, /) -> None: ...
    def set_memory_limit(self, size: int, /) -> None: ...
    def set_max_stack_size(self, size: int, /) -> None: ...


class Room:
    """A JavaScript context that holds one codec."""

    def __init__(self, text: str, limits: Limits, *, once: bool = False) -> None:
        """Set up a context, read the codec and run its text once.

        `once`: the room is for one message, and nothing in it is frozen.

        Raises:
            JSException: The text cannot be read or run, or has no function that decodes.

        """
        new = cast("Callable[[], _Engine]", quickjs.Context)  # pyright: ignore[reportUnknownMemberType]  # as above
        self._limits = limits
        self._engine = new()
        self._engine.set_max_stack_size(limits.stack)
        self._engine.set_memory_limit(limits.memory)
        self._engine.set_time_limit(_START)
        self._engine.eval(_prelude("buffer"))
        self._door = self._engine.eval(_prelude("room"))()
        self._door("open", self._engine.eval(_factory(text)))
        self.once = once or not self._close(text)  # the room serves one message

    def _close(self, text: str) -> bool:
        """Freeze what is built in; tell whether the codec still works: the room may stay."""
        try:
            self._door("close", _HIDES.search(text) is not None)
        except JSException:
            return False
        return True

    def run(self, batch: str, count: int) -> str:
        """Decode a batch of messages: JSON in, JSON out; perhaps fewer than were given.

        Raises:
            JSException: The codec was stopped; `so_far` gives what was done.

        """
        self._engine.set_time_limit(self._limits.seconds + self._limits.more * count)
        said: str = self._door("run", batch)
        return said

    def so_far(self) -> str:
        """Return what was done of a batch that was stopped. The room is then not to be used."""
        self._engine.set_time_limit(_START)
        said: str = self._door("soFar", "")
        return said


def changes_built_ins(text: str) -> bool:
    """Tell whether a codec may add to what the language brings while it decodes.

    What is built in is frozen in a room that is used again. Such a codec is tried there, and where
    it fails, in a room of its own that is not.
    """
    return _CHANGES.search(text) is not None


def _factory(text: str) -> str:
    """Return a function that evaluates the codec anew and gives what it has to decode with."""
    return f"(function(){{{_EXPORT.sub('', text)}\n;return{{{_ENTRIES}}}}})"


@cache
def _prelude(name: str) -> str:
    return (files("byalag.codecs") / "js" / f"{name}.js").read_text("utf-8")
