"""The console's addresses, noun by noun."""

from django.urls import URLPattern, URLResolver, include, path

from comptoir.agent.styleguide import styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("comptoir.agent.accounts.urls")),
    path("", include("comptoir.agent.app.urls")),
    path("", include("comptoir.agent.inbox.urls")),
    path("customers/", include("comptoir.agent.customers.urls")),
    path("orders/", include("comptoir.agent.orders.urls")),
    path("fields/", include("comptoir.agent.fields.urls")),
    path("gestures/", include("comptoir.agent.gestures.urls")),
    path("outgoing/", include("comptoir.agent.outgoing.urls")),
    path("parcels/", include("comptoir.agent.parcels.urls")),
    path("proactive/", include("comptoir.agent.proactive.urls")),
    path("search/", include("comptoir.agent.search.urls")),
    path("settings/", include("comptoir.agent.settings.urls")),
    path("setup/", include("comptoir.agent.setup.urls")),
    path("styleguide/", styleguide, name="styleguide"),
]
