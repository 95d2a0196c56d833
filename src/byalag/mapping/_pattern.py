"""Regular expressions that cannot run away: few repetitions, none inside another, short input."""

import re
import string
from collections import Counter
from collections.abc import Callable
from typing import Final

from byalag import Misconfigured
from byalag.mapping._value import MISSING, Unfit, shown, text_of
from byalag.model import Json

LONGEST_PATTERN: Final = 200
LONGEST_INPUT: Final = 300
MOST_OPEN: Final = 2  # repetitions that compete for a character, as each multiplies the work
FEW_TIMES: Final = 20  # a repetition with a higher bound counts as one without

_SAMPLE: Final = string.printable + "åÉß€\u00a0"
_ATOM = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?:|\?P<[a-z_]\w*>|(?!\?)))"
    r"|(?P<close>\))|(?P<times>[*+?]|\{\d*,?(?P<most>\d*)\})|(?P<or>\|)|(?P<other>[^()\[\\])",
    re.DOTALL,
)


def compile_pattern(pattern: str, where: str) -> Callable[[Json], Json]:
    """Return a reader that finds the pattern in a text and gives its first group.

    Without a group the whole match is given; a group that took no part in it is missing.

    Raises:
        Misconfigured: If the pattern cannot be read, or could take very long on some text.

    """
    try:
        found = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        reason = f"{where}: {pattern!r} is not a regular expression: {error}"
        raise Misconfigured(reason) from error
    if (danger := _danger(pattern)) is not None:
        reason = f"{where}: {pattern[:LONGEST_PATTERN]!r} is not allowed: {danger}"
        raise Misconfigured(reason)
    group = min(found.groups, 1)

    def read(value: Json) -> Json:
        text = text_of(value)
        match = found.search(text) if len(text) <= LONGEST_INPUT else None
        if match is None:
            reason = f"{shown(value)} does not look like {pattern!r}"
            raise Unfit(reason)
        return MISSING if match[group] is None else match[group]

    return read


def _danger(pattern: str) -> str | None:
    """Say why a pattern might take very long, if it might."""
    if len(pattern) > LONGEST_PATTERN:
        return f"it is longer than {LONGEST_PATTERN} characters"
    groups: list[bool] = [False]  # for each open group: does it hold a choice or a repetition?
    closed = False  # whether what was just read is a group that does
    position, last, open_ended = 0, "", Counter[str]()
    while position < len(pattern):
        atom = _ATOM.match(pattern, position)
        if atom is None:
            return f"only plain groups are allowed (character {position + 1})"
        kind, position = atom.lastgroup, atom.end()
        if kind == "times":
            if closed and atom[0] != "?":
                return "a repeated group may not hold a repetition or a choice"
            open_ended.update(_matched(last) if _is_open_ended(atom) else "")
            groups[-1] = True
            continue
        if kind == "escape" and atom[0][1] in "123456789":
            return "it may not refer back to a group"
        groups[-1] |= kind == "or"
        closed = groups.pop() if kind == "close" else False
        groups[-1:] = [*groups[-1:], False] if kind == "open" else [groups[-1] or closed]
        last = "" if kind == "close" else atom[0]
    if open_ended and max(open_ended.values()) > MOST_OPEN:
        return f"more than {MOST_OPEN} open-ended repetitions may match the same character"
    return None


def _is_open_ended(times: re.Match[str]) -> bool:
    """Return whether a repetition may take many different lengths."""
    if "," in times[0]:
        return not times["most"] or int(times["most"]) > FEW_TIMES
    return times[0] in ("*", "+")


def _matched(atom: str) -> str:
    """Return which characters of a sample one part of a pattern matches; a group matches all."""
    return "".join(c for c in _SAMPLE if not atom or re.fullmatch(atom, c, re.DOTALL))
