"""Filters of the console's pages: `{% load agent %}`."""

from django import template

from comptoir.agent.spoken import spoken

register = template.Library()

register.filter("spoken", lambda text: spoken(str(text or "")))
