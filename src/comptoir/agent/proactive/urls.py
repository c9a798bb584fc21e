"""Addresses of proposed messages."""

from django.urls import path

from comptoir.agent.proactive import queue

urlpatterns = [
    path("", queue.queue, name="proactive"),
    path("<int:key>/mail/", queue.mail, name="proactive-mail"),
    path("decisions/", queue.decisions, name="proactive-decisions"),
    path("decisions/<int:key>/undo/", queue.undo, name="proactive-undo"),
]
