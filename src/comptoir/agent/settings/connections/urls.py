"""Addresses of the connections."""

from django.urls import path

from comptoir.agent.settings.connections import file, mapping, messages, views

urlpatterns = [
    path("connections/", views.connections, name="settings-connections"),
    path("connections/new/", views.connection_new, name="settings-connection-new"),
    path("connections/file/", file.connection_file, name="settings-connection-file"),
    path("connections/<int:key>/mapping/", mapping.connection_mapping, name="settings-connection-mapping"),
    path("connections/<int:key>/", views.connection, name="settings-connection"),
    path("connections/<int:key>/check/", views.connection_check, name="settings-connection-check"),
    path("connections/<int:key>/import/", views.connection_import, name="settings-connection-import"),
    path("connections/<int:key>/readings/", views.connection_readings, name="settings-connection-readings"),
    path("connections/<int:key>/subscription/", views.connection_subscription, name="settings-connection-subscription"),
    path("connections/<int:key>/messages/", messages.connection_messages, name="settings-connection-messages"),
    path("connections/<int:key>/replay/", views.connection_replay, name="settings-connection-replay"),
    path("connections/<int:key>/notices/<int:notice>/", views.connection_notice, name="settings-connection-notice"),
    path("connections/<int:key>/activity/", views.connection_activity, name="settings-connection-activity"),
    path("connections/<int:key>/secret/", views.connection_secret, name="settings-connection-secret"),
    path("connections/<int:key>/deletion/", views.connection_deletion, name="settings-connection-deletion"),
]
