"""A parcel's day as a calendar file (RFC 5545)."""

from datetime import UTC, timedelta

from django.utils import timezone

from comptoir.portal.account.tracking import Way

LINE = 73  # octets of a line before it is folded


def calendar(way: Way, url: str) -> str:
    """A whole-day event on the day on which the parcel is expected."""
    parcel = way.shown.parcel
    assert way.expected is not None
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Comptoir//Parcels//EN",
        "BEGIN:VEVENT",
        f"UID:parcel-{parcel.pk}@{parcel.order.shop.slug}",
        f"DTSTAMP:{timezone.now().astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{way.expected:%Y%m%d}",
        f"DTEND;VALUE=DATE:{way.expected + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(f'{parcel.order.shop.name} · {way.shown.title}')}",
        f"DESCRIPTION:{_text(f'{parcel.order.number} · {parcel.carrier} {parcel.number}'.strip())}",
        *([f"LOCATION:{_text(way.relay_line)}"] if way.relay_line else []),
        f"URL:{url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) + "\r\n" for line in lines)


def _text(value: str) -> str:
    bare = " ".join(value.split())
    return bare.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > LINE:
            pieces.append(piece)
            piece = " "
        piece += character
    return "\r\n".join([*pieces, piece])
