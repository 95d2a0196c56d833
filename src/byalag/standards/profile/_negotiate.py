"""Which format somebody wants, among those that there are (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence

from byalag.standards.profile._problem import NotAnswered


def choose(accept: str, offered: Sequence[str]) -> str:
    """Return the offered media type that is wanted most; the first one when nothing is said.

    Raises:
        NotAnswered: none of them is wanted; the message lists what there is.
    """
    wanted = [_range(part) for part in accept.split(",") if part.strip()]
    if not wanted:
        return offered[0]
    best = max(offered, key=lambda media: _quality(media, wanted))
    if _quality(best, wanted) <= 0:
        msg = f"Accept: {accept[:200]} cannot be met; there is {', '.join(offered)}."
        raise NotAnswered(msg, trouble="not-acceptable")
    return best


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media, min(1.0, max(0.0, float(value)))
            except ValueError:
                return media, 0.0
    return media, 1.0


def _quality(media: str, wanted: Sequence[tuple[str, float]]) -> float:
    """Return how much a media type is wanted: what is most specific decides."""
    for pattern in (media, f"{media.partition('/')[0]}/*", "*/*"):
        for given, quality in wanted:
            if given == pattern:
                return quality
    return 0.0
