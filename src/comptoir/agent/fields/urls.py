"""Addresses of custom fields."""

from django.urls import path

from comptoir.agent.fields import views

urlpatterns = [
    path("<slug:subject>/<int:key>/", views.fields, name="fields"),
    path("<slug:subject>/<int:key>/<int:field>/", views.field, name="field"),
    path("<slug:subject>/<int:key>/undo/<int:event>/", views.undo, name="fields-undo"),
]
