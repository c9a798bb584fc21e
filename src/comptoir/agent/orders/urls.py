"""Addresses of orders."""

from django.urls import path

from comptoir.agent.gestures import dialogs
from comptoir.agent.orders import pages

urlpatterns = [
    path("", pages.orders, name="orders"),
    path("<int:key>/", pages.order, name="order"),
    path("<int:key>/gestures/<slug:verb>/", dialogs.dialog, name="gesture"),
    path("<int:key>/gestures/<slug:verb>/quote/", dialogs.quote, name="gesture-quote"),
    path("<int:key>/gestures/<slug:verb>/act/", dialogs.confirm, name="gesture-act"),
]
