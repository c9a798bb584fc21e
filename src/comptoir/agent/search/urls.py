"""Addresses of the command bar."""

from django.urls import path

from comptoir.agent.search import doing, pages

urlpatterns = [
    path("", pages.bar, name="command"),
    path("results/", pages.results, name="search"),
    path("deeds/", doing.deed, name="command-deed"),
]
