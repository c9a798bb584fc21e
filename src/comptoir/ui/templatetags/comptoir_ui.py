"""Tags and filters of the components: `{% load comptoir_ui %}`. Each is shown with an example in ui/README.md."""

import json
from datetime import datetime
from functools import cache
from typing import Any
from zlib import crc32

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from comptoir.ui import words
from comptoir.ui.icon import svg

register = template.Library()

BEHAVIOURS = {
    "agent": "session late stream keymap keys menu command toast editor editor-tools draft upload lightbox theme panes time attention ring device install",
    "shopper": "session toast menu upload lightbox time",
    "auth": "theme",
}
KEY_NAMES = {"mod": "Ctrl", "enter": "↵", "escape": "Échap", "up": "↑", "down": "↓", "left": "←", "right": "→"}


@register.simple_tag
def icon(name: str, size: str = "", extra: str = "") -> SafeString:
    """A drawn icon: `{% icon "inbox" %}`, `{% icon "lock" "xs" %}`, `{% icon "shopper/mail" "sm" %}`."""
    sized = f"{'' if name.startswith('shopper/') else 'i-'}{size}" if size else ""
    return mark_safe(svg(name, " ".join(filter(None, ["i", sized, str(conditional_escape(extra))]))))  # noqa: S308


@register.filter
def initials(name: str) -> str:
    """Two letters for a person: « Claire Vasseur » gives CV, an address its first letter."""
    parts = [part for part in str(name or "").replace("-", " ").split() if part[:1].isalpha()]
    letters = [parts[0][0], parts[-1][0]] if len(parts) > 1 else [part[0] for part in parts]
    return "".join(letters).upper() or "?"


@register.simple_tag
def avatar(name: str, size: str = "", status: str = "", title: str = "", photo: object = None) -> SafeString:
    """A round of initials in a colour that stays with the name, or a colleague's photo by the number that the console
    serves it under. Sizes: "", "m", "l"; status: "on", "away", "none"."""
    if not name:
        return format_html('<span class="av none {}" title="{}">?</span>', size, title)
    colour = f"c{crc32(str(name).casefold().encode()) % 5 + 1}"
    classes = " ".join(filter(None, ["av", colour, size, status]))
    if photo:
        drawn = format_html('<img src="/faces/{}/" alt="" loading="lazy">', photo)
        return format_html('<span class="{}" title="{}">{}</span>', classes, title or name, drawn)
    return format_html('<span class="{}" title="{}">{}</span>', classes, title or name, initials(name))


@register.simple_tag
def ring(share: float) -> SafeString:
    """The promise ring: share of the promised time used, 0 to 100. Always beside its words."""
    used = max(0, min(100, round(share)))
    circle = '<circle cx="8" cy="8" r="5.5"/><circle class="v" cx="8" cy="8" r="5.5" pathLength="100" stroke-dasharray="{} 100"/>'
    return format_html('<svg class="ring" viewBox="0 0 16 16" aria-hidden="true">' + circle + "</svg>", used)


@register.simple_tag
def meter(value: float, maximum: float = 100, label: str = "", extra: str = "") -> SafeString:
    """A thin bar: `{% meter 6 12 "6 sur 12" "wait" %}`. A `progress` element, since the policy forbids inline styles."""
    return format_html(
        '<progress class="meter {}" value="{}" max="{}" aria-label="{}"></progress>', extra, value, maximum or 1, label
    )


@register.simple_tag
def keys(sequence: str) -> SafeString:
    """Keys as drawn caps: `{% keys "mod+enter" %}`, `{% keys "g i" %}`."""
    caps = str(sequence).replace("+", " ").split()
    return format_html_join("", "<kbd>{}</kbd>", ((KEY_NAMES.get(cap, cap.upper()),) for cap in caps))


@register.simple_tag
def when(value: datetime | None, form: str = "ago", extra: str = "") -> SafeString:
    """A moment in the viewer's zone and language. Forms: ago, since, left (kept fresh by time.js), clock, day, list, full."""
    if value is None:
        return SafeString("")
    live = format_html(' data-relative="{}"', form) if form in ("ago", "since", "left") else ""
    return format_html(
        '<time datetime="{}" title="{}" class="{}"{}>{}</time>',
        value.isoformat(timespec="seconds"),
        words.moment(value, "full"),
        extra,
        live,
        words.moment(value, form),
    )


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as a person says them: « 24 s », « 18 min », « 1 h 42 », « 3 j »."""
    return "" if seconds is None else words.duration(seconds)


@register.filter
def money(minor: int | None, currency: str = "EUR") -> str:
    """An amount in minor units: `{{ 128450|money:"EUR" }}` gives « 1 284,50 € »."""
    return "" if minor is None else words.money(minor, currency)


@register.filter
def as_json(value: object) -> str:
    """A value for a data- attribute that a script reads (escaped like any text)."""
    return json.dumps(value)


@register.filter
def size(octets: int | None) -> str:
    """The weight of a file: « 412 Ko »."""
    return "" if octets is None else words.size(octets)


@register.simple_tag(takes_context=True)
def current(context: RequestContext, prefix: str, exact: str = "") -> SafeString:
    """`aria-current="page"` when the page's address starts with `prefix` (or is `prefix`, with `"exact"`)."""
    path = context["request"].path if "request" in context else ""
    here = path == prefix if exact or prefix == "/" else path.startswith(prefix)
    return mark_safe('aria-current="page"') if here else SafeString("")


@register.simple_tag(takes_context=True)
def theme(context: RequestContext) -> SafeString:
    """`data-theme` for the html element: the agent's choice, else this browser's cookie, else nothing (the system's)."""
    request = context.get("request")
    agent = getattr(request, "agent", None)
    chosen = getattr(agent, "theme", "") or (request.COOKIES.get("comptoir_theme") if request else "")
    return format_html(' data-theme="{}"', chosen) if chosen in ("light", "dark") else SafeString("")


@register.simple_tag
def still(template: str) -> SafeString:
    """A part that depends on nothing but the language, rendered once a process: `{% still "ui/components/words.html" %}`."""
    language = translation.get_language() or "fr"
    return render_to_string(template) if settings.DEBUG else _still(template, language)


@cache
def _still(template: str, language: str) -> SafeString:
    return render_to_string(template)


@register.simple_tag
def behaviours(audience: str) -> SafeString:
    """The script elements of an audience, each a module that stands alone."""
    return _behaviours(audience)


@cache
def _behaviours(audience: str) -> SafeString:
    sources = ((static(f"ui/js/{name}.js"),) for name in BEHAVIOURS[audience].split())
    return format_html_join("\n", '<script type="module" src="{}"></script>', sources)


def _control(bound: BoundField) -> dict[str, Any]:
    widget = bound.field.widget
    multiple = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    kind = "input"
    for cls, name in ((CheckboxInput, "check"), (Textarea, "area"), (Select, "select")):
        if isinstance(widget, cls) and not multiple:
            kind = name
    return {"field": bound, "kind": "group" if multiple else kind, "required": bound.field.required or kind == "select"}


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField, icon: str = "", extra: str = "", switch: bool = False) -> dict[str, Any]:
    """A console form field with label, help and error: `{% field form.email icon="mail" extra="wide" %}`."""
    context = _control(bound)
    look = "switch" if switch else "box"
    control = bound.as_widget(attrs={"class": look}) if context["kind"] == "check" else str(bound)
    return {**context, "icon": icon, "extra": extra, "control": control}


@register.inclusion_tag("ui/components/shop_field.html")
def shop_field(bound: BoundField, icon: str = "", extra: str = "") -> dict[str, Any]:
    """A portal form field: same contract as `field`, the shopper's look, 44 px targets."""
    context = _control(bound)
    control = bound.as_widget(attrs={"class": "check"}) if context["kind"] == "check" else str(bound)
    return {**context, "icon": icon, "extra": extra, "control": control}
