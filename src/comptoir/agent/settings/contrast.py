"""Contrast of two colours (WCAG 2.2, relative luminance)."""

LIGHT = "#ffffff"
DARK = "#1e1c1a"  # the dark surface of design/tokens.css


def contrast(one: str, other: str) -> float:
    """The ratio from 1 to 21 between two colours written #rrggbb."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
