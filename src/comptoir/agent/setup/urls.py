"""Address of the set-up page."""

from django.urls import path

from comptoir.agent.setup import views

urlpatterns = [path("<str:token>/", views.setup, name="setup")]
