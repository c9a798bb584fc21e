"""Addresses of files and of mail bodies."""

from django.urls import path

from comptoir.agent.files import views

urlpatterns = [
    path("files/<uuid:public_id>/", views.file, name="file"),
    path("files/<uuid:public_id>/preview/", views.preview, name="file-preview"),
    path("messages/<int:key>/files.zip", views.archive, name="message-files"),
    path("messages/<int:key>/body/", views.body, name="message-body"),
    path("messages/<int:key>/whole/", views.whole, name="message-whole"),
]
