"""Addresses that stand at the root, because a worker serves what lies below its own address."""

from django.urls import path

from comptoir.agent.app import files

urlpatterns = [
    path("manifest.webmanifest", files.manifest, name="manifest"),
    path("sw.js", files.worker, name="worker"),
    path("offline/", files.offline, name="offline"),
]
