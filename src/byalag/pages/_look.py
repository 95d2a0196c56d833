"""A municipality's own colours and mark, and whether everyone can read what is written in them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from byalag.model import Look, MunicipalityCode

LEAST: Final = 4.5  # WCAG 2.2, success criterion 1.4.3
_TOKENS = Path(__file__).parent / "static" / "tokens.css"
_TOKEN = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
_GROUNDS = ("ground", "surface", "sunken", "water-tint", "cars-tint", "old-tint", "warn-tint")
_STEPS = 50  # from a colour to black or white
_LINEAR = 0.04045  # sRGB, IEC 61966-2-1: below it a channel is nearly proportional to the light


class Poor(Struct, frozen=True, kw_only=True):
    """A colour that cannot be read everywhere: the worst ratio, where, and one near that can.

    `scheme` is "light", "dark" or, for text upon the accent, "accent".
    """

    setting: str
    colour: str
    ground: str
    scheme: str
    ratio: float
    near: str


class Mark(Struct, frozen=True):
    """A municipality's logo: the name of its file, and its bytes."""

    name: str
    body: bytes


Marks = Mapping[MunicipalityCode, Mark]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def poor(look: Look) -> Iterator[Poor]:
    """Yield every colour of a look that less than 4.5:1 sets off from what it is seen upon."""
    said = {"accent": ("light", look.accent), "accent_dark": ("dark", look.accent_dark)}
    for setting, (scheme, colour) in said.items():
        if colour is None:
            continue
        ground, ratio = _worst(colour, scheme)
        if ratio < LEAST:
            yield Poor(
                setting=setting,
                colour=colour,
                ground=ground,
                scheme=scheme,
                ratio=ratio,
                near=readable(colour, scheme),
            )
    if look.accent is not None and (ratio := contrast(look.accent_ink, look.accent)) < LEAST:
        ends = ("#ffffff", "#000000")
        yield Poor(
            setting="accent_ink",
            colour=look.accent_ink,
            ground=look.accent,
            scheme="accent",
            ratio=ratio,
            near=max(ends, key=lambda end: contrast(end, look.accent or end)),
        )


def readable(colour: str, scheme: str) -> str:
    """Return the nearest colour of the same hue that can be read on every ground of a scheme."""
    end = "#000000" if scheme == "light" else "#ffffff"
    mixed = (_mixed(colour, end, step / _STEPS) for step in range(_STEPS + 1))
    return next(one for one in mixed if _worst(one, scheme)[1] >= LEAST)


def sheet(look: Look) -> bytes:
    """Return the stylesheet of a look, to be read after the site's own; empty where it has none."""
    if look.accent is None:
        return b""
    dark = look.accent_dark or readable(look.accent, "dark")
    return (
        f":root {{\n  --link: {look.accent};\n  --accent: {look.accent};\n"
        f"  --accent-ink: {look.accent_ink};\n}}\n"
        f"@media (prefers-color-scheme: dark) {{\n  :root {{\n    --link: {dark};\n  }}\n}}\n"
    ).encode()


def _worst(colour: str, scheme: str) -> tuple[str, float]:
    grounds = {name: contrast(colour, _schemes()[scheme][name]) for name in _GROUNDS}
    name = min(grounds, key=lambda each: grounds[each])
    return name, grounds[name]


@cache
def _schemes() -> Mapping[str, Mapping[str, str]]:
    parts = _TOKENS.read_text("utf-8").split("@media")
    return {
        scheme: dict(_TOKEN.findall(part))
        for scheme, part in zip(("light", "dark"), parts, strict=True)
    }


def _luminance(colour: str) -> float:
    """Return relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _mixed(colour: str, end: str, share: float) -> str:
    parts = zip(_channels(colour), _channels(end), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in parts)
