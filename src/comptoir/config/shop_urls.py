"""The addresses under a shop's own host: the shopper's door at the root."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from comptoir.config import health
from comptoir.config.urls import handler400, handler403, handler404, handler500

urlpatterns: list[URLPattern | URLResolver] = [path("health", health.view, name="health")]
if find_spec("comptoir.portal.urls"):
    urlpatterns.append(path("", include("comptoir.portal.urls")))

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
