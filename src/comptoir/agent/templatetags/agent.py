"""Filters of the console's pages: `{% load agent %}`."""

from typing import Any

from django import template

from comptoir.agent.fields import drawing
from comptoir.agent.spoken import spoken
from comptoir.conversations.queries.topics import BETWEEN, label
from comptoir.lib.phone import display

register = template.Library()

register.filter("phone", lambda number: display(str(number or "")))
register.filter("topic", lambda code: label(str(code or "")))
register.filter("topic_name", lambda code: label(str(code or "")).rpartition(BETWEEN)[2])
register.filter("spoken", lambda text: spoken(str(text or "")))


@register.inclusion_tag("agent/fields/section.html", takes_context=True)
def custom_fields(context: Any, subject: str, row: Any, may: bool) -> dict[str, Any]:
    """The custom fields of a row: `{% custom_fields "order" order may %}`."""
    section = drawing.section(subject, row, context["request"].agent, may=bool(may))
    return section | {"csrf_token": context.get("csrf_token")}
