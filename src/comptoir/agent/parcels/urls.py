"""Addresses of parcels."""

from django.urls import path

from comptoir.agent.parcels import changes, incidents, pages

urlpatterns = [
    path("", pages.parcels, name="parcels"),
    path("changes/", changes.change, name="parcel-changes"),
    path("changes/<int:key>/undo/", changes.undo, name="parcel-change-undo"),
    path("<int:key>/contest/", changes.contest, name="parcel-contest"),
    path("incidents/new/", incidents.new, name="incident-new"),
    path("incidents/<int:key>/", incidents.incident, name="incident"),
    path("incidents/<int:key>/telling/", incidents.telling, name="incident-telling"),
    path("incidents/<int:key>/closure/", incidents.closure, name="incident-closure"),
]
