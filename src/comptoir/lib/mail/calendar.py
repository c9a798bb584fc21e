"""A calendar invitation (RFC 5545, RFC 5546) as lines that anyone can read: what, when, where, who.

The lines carry signs instead of words, so that they are the same in every language.
"""

import re
from datetime import date, datetime

from comptoir.lib.mail.headers import email_address

MAX_TEXT = 500_000  # characters of a calendar that are looked at
MAX_EVENTS = 5
MAX_GUESTS = 10
MAX_VALUE = 300
_SIGNS = {"REQUEST": "📅", "PUBLISH": "📅", "CANCEL": "❌", "REPLY": "↩", "COUNTER": "↺"}
_ANSWERS = {"ACCEPTED": "✔", "DECLINED": "✖", "TENTATIVE": "?", "DELEGATED": "→"}
_LINE = re.compile(r'([A-Za-z-]{1,40})((?:;[\w-]+=(?:"[^"]*"|[^;:"]*))*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([\w-]+)=("[^"]*"|[^;:"]*)')
_WHEN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\([nN,;\\])")

_Field = tuple[dict[str, str], str]


def summary(text: str) -> str:
    """The events of a calendar, some lines each; "" if there is none."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text[:MAX_TEXT])
    method = ""
    events: list[dict[str, list[_Field]]] = []
    current: dict[str, list[_Field]] | None = None
    inner = False  # inside an alarm, whose fields are not the event's
    for line in unfolded.splitlines():
        found = _LINE.match(line[:10_000])
        if not found:
            continue
        name, value = found[1].upper(), found[3].strip()
        if name == "METHOD":
            method = value.upper()
        elif name == "BEGIN":
            current = {} if value.upper() == "VEVENT" else current
            inner = value.upper() == "VALARM"
        elif name == "END":
            inner = False
            if value.upper() == "VEVENT" and current is not None:
                events.append(current)
                current = None
        elif current is not None and not inner:
            options = {key.upper(): option.strip('"') for key, option in _PARAMETER.findall(found[2])}
            current.setdefault(name, []).append((options, value))
    return "\n\n".join(_event(event, method) for event in events[:MAX_EVENTS])


def _event(event: dict[str, list[_Field]], method: str) -> str:
    cancelled = _first(event, "STATUS").upper() == "CANCELLED"
    lines = [f"{'❌' if cancelled else _SIGNS.get(method, '📅')} {_plain(_first(event, 'SUMMARY')) or '…'}"]
    when = _times(event)
    if when:
        lines.append(f"🕑 {when}")
    for sign, name in (("🔁", "RRULE"), ("📍", "LOCATION")):
        value = _plain(_first(event, name))
        if value:
            lines.append(f"{sign} {value}")
    who = _people(event)
    if who:
        lines.append(f"👤 {who}")
    return "\n".join(lines)


def _first(event: dict[str, list[_Field]], name: str) -> str:
    return event[name][0][1] if event.get(name) else ""


def _plain(value: str) -> str:
    text = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return " ".join(text.split())[:MAX_VALUE]


def _times(event: dict[str, list[_Field]]) -> str:
    begin, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if not begin:
        return ""
    zone = event["DTSTART"][0][0].get("TZID", "")
    zone = "UTC" if _first(event, "DTSTART").endswith("Z") else zone[:60]
    shown = begin
    if end and end != begin:
        same_day = end[:10] == begin[:10] and len(end) > 10
        shown = f"{begin} – {end[11:] if same_day else end}"
    return f"{shown} ({zone})" if zone and len(begin) > 10 else shown


def _moment(event: dict[str, list[_Field]], name: str) -> str:
    found = _WHEN.match(_first(event, name))
    if not found:
        return ""
    year, month, day, hour, minute = (int(part) if part else 0 for part in found.groups()[:5])
    try:
        if found[4] is None:
            return date(year, month, day).isoformat()
        return datetime(year, month, day, hour, minute).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""


def _people(event: dict[str, list[_Field]]) -> str:
    organiser = [_person(field) for field in event.get("ORGANIZER", [])[:1]]
    guests = [_person(field) for field in event.get("ATTENDEE", [])]
    shown = ", ".join(guests[:MAX_GUESTS]) + (f" +{len(guests) - MAX_GUESTS}" if len(guests) > MAX_GUESTS else "")
    return " → ".join(part for part in (*organiser, shown) if part)


def _person(field: _Field) -> str:
    options, value = field
    address = email_address(value.partition(":")[2] or value)
    name = _plain(options.get("CN", ""))
    who = f"{name} <{address}>" if name and address and name.lower() != address else name or address
    answer = _ANSWERS.get(options.get("PARTSTAT", "").upper(), "")
    return f"{who} {answer}".strip()
