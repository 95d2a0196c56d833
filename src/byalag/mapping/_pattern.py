"""Regular expressions that cannot run away: few repetitions, none inside another, short input."""

import re
from collections.abc import Callable
from typing import Final

from byalag import Misconfigured
from byalag.mapping._value import MISSING, Unfit, shown, text_of
from byalag.model import Json

LONGEST_PATTERN: Final = 200
LONGEST_INPUT: Final = 300
MOST_OPEN: Final = 3  # repetitions without an upper bound, as each multiplies the work
FEW_TIMES: Final = 20  # a repetition with a higher bound counts as one without

_ATOM = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?:|\?P<[a-z_]\w*>|(?!\?)))"
    r"|(?P<close>\))|(?P<times>[*+?]|\{(?P<least>\d*),?(?P<most>\d*)\})|(?P<or>\|)|(?P<other>[^()\[\\])",
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
    unbounded = position = 0
    while position < len(pattern):
        atom = _ATOM.match(pattern, position)
        if atom is None:
            return f"only plain groups are allowed (character {position + 1})"
        kind, position = atom.lastgroup, atom.end()
        if atom["times"]:
            if closed and atom["times"] != "?":
                return "a repeated group may not hold a repetition or a choice"
            unbounded += _open_ended(atom)
            groups[-1] = True
            continue
        if atom["escape"] and atom["escape"][1].isdigit() and atom["escape"][1] != "0":
            return "it may not refer back to a group"
        groups[-1] |= kind == "or"
        if kind == "open":
            groups.append(False)
        closed = groups.pop() if kind == "close" else False
        if kind == "close":
            groups[-1] |= closed
    if unbounded > MOST_OPEN:
        return f"more than {MOST_OPEN} repetitions have no upper bound"
    return None


def _open_ended(atom: re.Match[str]) -> bool:
    """Return whether a repetition may take many different lengths."""
    times = atom["times"]
    if "," in times:
        return not atom["most"] or int(atom["most"]) > FEW_TIMES
    return times in ("*", "+")
