"""Addresses of the programs' door."""

from django.urls import path

from comptoir.api import connections, docs, mail
from comptoir.api.v1.application import api

urlpatterns = [
    path("docs/", docs.docs, name="api-docs"),
    path("inboxes/<uuid:public_id>/mail", mail.arrival, name="api-mail"),
    path("connections/<uuid:public_id>/webhook", connections.arrival, name="api-connection"),
    path("v1/", api.urls),
]
