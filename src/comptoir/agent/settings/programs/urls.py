"""Addresses of the settings for other programs."""

from django.urls import path

from comptoir.agent.settings.programs import tokens, webhooks

urlpatterns = [
    path("tokens/", tokens.tokens, name="settings-tokens"),
    path("tokens/new/", tokens.token_new, name="settings-token-new"),
    path("tokens/<int:key>/revocation/", tokens.token_revocation, name="settings-token-revocation"),
    path("webhooks/", webhooks.webhooks, name="settings-webhooks"),
    path("webhooks/new/", webhooks.webhook, name="settings-webhook-new"),
    path("webhooks/<int:key>/", webhooks.webhook, name="settings-webhook"),
    path("webhooks/<int:key>/log/", webhooks.webhook_log, name="settings-webhook-log"),
    path("webhooks/<int:key>/test/", webhooks.webhook_test, name="settings-webhook-test"),
    path("webhooks/<int:key>/activity/", webhooks.webhook_activity, name="settings-webhook-activity"),
    path("webhooks/<int:key>/secret/", webhooks.webhook_secret, name="settings-webhook-secret"),
    path("webhooks/<int:key>/replay/", webhooks.webhook_replay, name="settings-webhook-replay"),
    path("webhooks/<int:key>/deletion/", webhooks.webhook_deletion, name="settings-webhook-deletion"),
]
