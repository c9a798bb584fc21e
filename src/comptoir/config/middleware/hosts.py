"""Which door a host opens: the console's own, a shop's public one, or none (421)."""

import ipaddress
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.urls import set_urlconf

from comptoir.config import errors
from comptoir.core.models import Shop

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
ANY_HOST = {"health", "metrics"}  # asked by machines under whatever name they have for us


class Hosts:
    """Sets `request.shop` and, for a shop's own host, the shopper's addresses at the root.

    A view mounted under `/s/<slug:shop>/` or at a shop's host reads `request.shop` and gets no argument for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        public = urlsplit(settings.PUBLIC_URL)
        self.console = {(public.hostname or "").lower()} | LOOPBACK
        # Without COMPTOIR_URL people come by the machine's number; a rebinding attack comes by a name.
        self.numbers = not settings.ENVIRONMENT.url
        self._known: dict[str, tuple[float, int | None]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Choose the door, or say that there is none here."""
        host, _ = split_domain_port(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", ""))
        if host in self.console or (self.numbers and _is_number(host)) or request.path_info.strip("/") in ANY_HOST:
            return self.get_response(request)
        shop = self._shop(host) if host else None
        if shop is None:
            return errors.misdirected(request)
        request.shop = shop  # type: ignore[attr-defined]
        request.urlconf = settings.SHOP_URLCONF
        set_urlconf(settings.SHOP_URLCONF)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        """Turn the slug of `/s/<shop>/` into the shop."""
        if request.path_info.startswith("/s/") and "shop" in kwargs:
            shop = Shop.objects.filter(slug=kwargs.pop("shop")).first()
            if shop is None:
                raise Http404
            request.shop = shop  # type: ignore[attr-defined]

    def _shop(self, host: str) -> Shop | None:
        now = time.monotonic()
        until, key = self._known.get(host, (0.0, None))
        if until < now:
            key = Shop.objects.filter(host__iexact=host).values_list("pk", flat=True).first()
            if len(self._known) > 1_000:
                self._known.clear()
            self._known[host] = (now + settings.HOSTS_CACHE_SECONDS, key)
        return Shop.objects.filter(pk=key).first() if key else None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
