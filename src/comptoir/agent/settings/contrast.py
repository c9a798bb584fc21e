"""Contrast of two colours on the console's grounds (WCAG 2.2)."""

from comptoir.lib import colours

LIGHT = "#ffffff"
DARK = "#1e1c1a"  # the dark surface of design/tokens.css


def contrast(one: str, other: str) -> float:
    """The ratio from 1 to 21 between two colours written #rrggbb."""
    return colours.contrast(colours.luminance(one), colours.luminance(other))
