"""Colours that can be read (WCAG 2.2, 1.4.3): luminance, contrast, and the ink for a ground."""

import re

HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
INKS = ("#ffffff", "#1f1d1a", "#000000")


def ink_on(colour: str) -> str:
    """White, near-black or black: the first that has a contrast of 4.5 with a #rgb or #rrggbb colour (one always has)."""
    ground = luminance(colour)
    return next(ink for ink in INKS if contrast(ground, luminance(ink)) >= 4.5)


def contrast(one: float, other: float) -> float:
    """The contrast of two luminances, 1 to 21."""
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def accents(light: str, dark: str, *, default: str, default_dark: str) -> dict[str, str]:
    """A light and a dark accent, each with its ink; what is no colour is replaced."""
    light = light if HEX.fullmatch(light) else default
    dark = dark if HEX.fullmatch(dark) else default_dark
    return {"light": light, "light_ink": ink_on(light), "dark": dark, "dark_ink": ink_on(dark)}
