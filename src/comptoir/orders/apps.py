"""The room's Django application."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Products, orders, parcels."""

    name = "comptoir.orders"
    label = "orders"
