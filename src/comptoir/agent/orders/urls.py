"""Addresses of orders."""

from django.urls import path

from comptoir.agent.orders import pages

urlpatterns = [
    path("", pages.orders, name="orders"),
    path("<int:key>/", pages.order, name="order"),
]
