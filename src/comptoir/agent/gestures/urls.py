"""Addresses of what was done to orders."""

from django.urls import path

from comptoir.agent.gestures import deciding, ledger

urlpatterns = [
    path("", ledger.ledger, name="gestures"),
    path("export/", ledger.export, name="gestures-export"),
    path("<int:key>/confirmation/", deciding.confirmation, name="gesture-confirmation"),
    path("<int:key>/approval/", deciding.approval, name="gesture-approval"),
    path("<int:key>/refusal/", deciding.refusal, name="gesture-refusal"),
    path("<int:key>/withdrawal/", deciding.withdrawal, name="gesture-withdrawal"),
    path("<int:key>/undo/", deciding.undo, name="gesture-undo"),
    path("<int:key>/settlement/", deciding.settlement, name="gesture-settlement"),
    path("<int:key>/sight/", deciding.sight, name="gesture-sight"),
]
