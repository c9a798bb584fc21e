"""The link to the set-up page, good while nobody has an account."""

from django.conf import settings
from django.urls import reverse

from comptoir.core import keys
from comptoir.core.models import Agent

DAY = 86_400


def setup_link() -> str:
    """The whole address for whoever started the server; empty once somebody has an account."""
    if Agent.objects.exists():
        return ""
    return settings.PUBLIC_URL + reverse("setup", args=[keys.sign("setup", purpose="setup")])


def opens(token: str) -> bool:
    """Whether a token is ours, at most a day old, and still needed."""
    try:
        keys.unsign(token, purpose="setup", max_age=DAY)
    except keys.BadToken:
        return False
    return not Agent.objects.exists()
