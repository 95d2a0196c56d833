"""Whether a statement only selects. A first fence: the database's own rights are the wall."""

import re
from typing import Final

from byalag import Misconfigured

_TEXT: Final = re.compile(
    r"""(?P<literal>'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*"|`[^`]*`|\[[^\]\n]*\])"""
    r"""|(?P<line>--[^\n]*)|(?P<block>/\*.*?\*/)""",
    re.DOTALL,
)
_OPENING: Final = re.compile(r"'|\"|`|/\*|\$[A-Za-z_]*\$")
_WORD: Final = re.compile(r"[A-Za-z_#@$][\w#@$]*")
_CHANGING: Final = frozenset(
    {
        "INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "CREATE", "ALTER", "DROP", "TRUNCATE",
        "GRANT", "REVOKE", "CALL", "EXEC", "EXECUTE", "LOCK", "COPY", "VACUUM", "SHUTDOWN",
    }
)  # fmt: skip


def check_select(statement: str) -> None:
    """Refuse a statement that does more than select.

    Raises:
        Misconfigured: It is not one SELECT, or a word in it would change something.

    """
    if "\\" in statement:
        _refuse("a backslash, which databases read in different ways; write it without")
    if "/*!" in statement:
        _refuse("a comment that some databases carry out; write it without /*!")
    plain = _TEXT.sub(lambda found: " x " if found["name"] or found["literal"] else " ", statement)
    if found := _OPENING.search(plain):
        _refuse(f"{found[0]} that does not end, or a quote that is not read here")
    if ";" in plain:
        _refuse("a semicolon; write one SELECT, without a semicolon after it")
    words = [word.upper() for word in _WORD.findall(plain)]
    if not words or words[0] not in {"SELECT", "WITH"}:
        message = "`statement`: a source only reads; begin with SELECT or WITH"
        raise Misconfigured(message)
    if changing := sorted(_CHANGING.intersection(words)):
        _refuse(f"{', '.join(changing)}, and a source only reads; quote it if it names a column")


def _refuse(what: str) -> None:
    message = f"`statement`: it holds {what}"
    raise Misconfigured(message)
