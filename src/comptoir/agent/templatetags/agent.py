"""Filters of the console's pages: `{% load agent %}`."""

from django import template

from comptoir.agent.spoken import spoken
from comptoir.lib.phone import display

register = template.Library()

register.filter("phone", lambda number: display(str(number or "")))
register.filter("spoken", lambda text: spoken(str(text or "")))
