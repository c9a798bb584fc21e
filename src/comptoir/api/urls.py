"""Addresses of the programs' door."""

from django.urls import path

from comptoir.api import mail

urlpatterns = [path("inboxes/<uuid:public_id>/mail", mail.arrival, name="api-mail")]
