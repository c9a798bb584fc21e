"""The inbox's addresses, noun by noun."""

from django.urls import path

from comptoir.agent.inbox import lists

urlpatterns = [
    path("", lists.inbox, name="inbox"),
    path("inbox/<slug:slug>/", lists.inbox, name="list"),
    path("inbox/<slug:slug>/rows/", lists.rows, name="list-rows"),
    path("inbox/<slug:slug>/list/", lists.refreshed, name="list-refreshed"),
]
