"""Which reasons are the same reason: those that differ only in what they quote. Pure."""

import re
from typing import Final

_SOMETHING: Final = "…"
_MOST = 300  # characters of a group's words
_QUOTED = re.compile(
    r"""(?<!\w)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|«[^»]*»|“[^”]*”|”[^”]*”)(?!\w)""",
    re.DOTALL,
)
_ID = re.compile(r"\b[a-z][a-z0-9]*:[\w-]+:[\w.~/@-]*[\w~]")
_NUMBERED = re.compile(r"[-+\u2212]?[\w./:+@~%-]*\d[\w/@~%]*(?:[.,:+-]+[\w/@~%]+)*")
_BRACED = re.compile(r"\{[^{}]*\}")
_LISTED = re.compile(r"…(?:[\s,;]+(?:and |och )?…)+")


def grouped(why: str) -> str:
    """Return what is left of a reason when ids, numbers and quoted values are taken out of it.

    Reasons that give the same answer are shown, counted and mended as one. An answer given back is
    itself: it quotes nothing.
    """
    words = why
    for pattern in (_QUOTED, _ID, _NUMBERED):
        words = pattern.sub(_SOMETHING, words)
    while (fewer := _BRACED.sub(_SOMETHING, words)) != words:
        words = fewer
    words = _LISTED.sub(_SOMETHING, " ".join(words.split()))
    return words[:_MOST].rstrip()
