"""Addresses of customers' files."""

from django.urls import path

from comptoir.agent.customers import edits, merging, pages, privacy
from comptoir.agent.inbox import duties

urlpatterns = [
    path("", pages.customers, name="customers"),
    path("<int:key>/", pages.customer, name="customer"),
    path("<int:key>/card/", pages.card, name="customer-card"),
    path("<int:key>/side/", pages.side, name="customer-side"),
    path("<int:key>/history/", pages.history, name="customer-history"),
    path("<int:key>/details/", edits.details, name="customer-details"),
    path("<int:key>/details/<int:event>/undo/", edits.details_undo, name="customer-details-undo"),
    path("<int:key>/emails/", edits.identities, {"kind": "email"}, name="customer-email"),
    path("<int:key>/phones/", edits.identities, {"kind": "phone"}, name="customer-phone"),
    path("<int:key>/identities/<int:identity>/block/", edits.block, name="customer-block"),
    path("<int:key>/tags/", edits.tags, name="customer-tags"),
    path("<int:key>/tags/<int:tag>/removal/", edits.tag_removal, name="customer-tag-removal"),
    path("<int:key>/notes/", edits.notes, name="customer-notes"),
    path("<int:key>/notes/<int:note>/removal/", edits.note_removal, name="customer-note-removal"),
    path("<int:key>/wishes/<int:wish>/removal/", edits.wish_removal, name="customer-wish-removal"),
    path("<int:key>/tasks/", duties.for_customer, name="customer-tasks"),
    path("<int:key>/merges/", merging.search, name="customer-merge-search"),
    path("<int:key>/merges/with/<int:other>/", merging.merge, name="customer-merge"),
    path("<int:key>/merges/<int:merge>/undo/", merging.unmerge, name="customer-unmerge"),
    path("<int:key>/export/", privacy.export, name="customer-export"),
    path("<int:key>/erasure/", privacy.erasure, name="customer-erasure"),
]
