"""The room's Django application."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """People, identities, tags."""

    name = "comptoir.customers"
    label = "customers"
