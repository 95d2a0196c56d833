"""Byalag: one integration and API platform that municipalities run together."""

from typing import ClassVar


class ByalagError(Exception):
    """The root of everything the platform raises on purpose.

    ByalagError
     ├─ Misconfigured   a setting is wrong; says which file, line and what is allowed
     ├─ NoSuchTerm      the dictionary has no such word                        (terms)
     ├─ FeedChanged     a field that means zero when left out is gone everywhere    (mapping)
     ├─ Garbled         the source answered something that cannot be read     (sources)
     ├─ Unreachable     a source or a store did not answer                    (engine)
     ├─ NotAllowed      the decision function said no, and why                (governance)
     └─ Refused         the platform understood and will not carry it out     (services)

    Each leaf is defined next to what raises it. Its docstring is its default message.
    `exit_code` is what the terminal answers with (docs/sv/terminal.md).
    """

    exit_code: ClassVar[int] = 1

    def __str__(self) -> str:
        """Say what happened, in the words of the docstring when nothing more is known."""
        return super().__str__() or (type(self).__doc__ or "").partition("\n")[0]


class Misconfigured(ByalagError):
    """A setting is wrong.

    Nothing has been started or changed. The message names the file, the line, the setting and
    what is allowed there; mend it and run `byalag check`.
    """

    exit_code = 4
