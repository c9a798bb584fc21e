"""The room's Django application."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo shop « Maison Alba »: its people, products, orders and conversations."""

    name = "comptoir.demo"
    label = "demo"
