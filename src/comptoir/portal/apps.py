"""The room's Django application."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The shopper's door: storefront of the demo, contact form, chat widget, account entry."""

    name = "comptoir.portal"
    label = "portal"
