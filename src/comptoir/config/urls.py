"""The console's addresses, with the shoppers' doors under /s/ and the machines' under /api/."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from comptoir.config import health, metrics_view

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.view, name="health"),
    path("metrics", metrics_view.view, name="metrics"),
]
for prefix, rooms in (
    ("s/<slug:shop>/", "comptoir.portal.urls"),
    ("api/", "comptoir.api.urls"),
    ("", "comptoir.agent.urls"),
):
    if find_spec(rooms):
        urlpatterns.append(path(prefix, include(rooms)))

handler400 = "comptoir.config.errors.bad_request"
handler403 = "comptoir.config.errors.denied"
handler404 = "comptoir.config.errors.missing"
handler500 = "comptoir.config.errors.broken"
