"""Addresses of the demonstration's outbox."""

from django.urls import path

from comptoir.agent.outgoing import pages

urlpatterns = [
    path("", pages.outgoing, name="outgoing"),
    path("new/", pages.letter, name="outgoing-letter"),
    path("<str:name>/", pages.outgoing, name="outgoing-mail"),
    path("<str:name>/body/", pages.body, name="outgoing-body"),
    path("<str:name>/reply/", pages.reply, name="outgoing-reply"),
]
