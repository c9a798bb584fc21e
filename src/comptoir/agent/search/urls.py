"""Addresses of the command bar and of the page of results."""

from django.urls import path

from comptoir.agent.search import doing, pages, results, saving

urlpatterns = [
    path("", pages.bar, name="command"),
    path("results/", results.results, name="search"),
    path("results/rows/", results.rows, name="search-rows"),
    path("results/overview/", results.overview, name="search-overview"),
    path("completions/", results.complete, name="search-completions"),
    path("recent/removal/", results.forget_recent, name="search-recent-removal"),
    path("views/", saving.save, name="search-view"),
    path("deeds/", doing.deed, name="command-deed"),
]
