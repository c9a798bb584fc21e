"""Health, hosts, headers and error pages, through the door."""

import pytest
from django.test import Client

from comptoir.core.models import Shop

pytestmark = pytest.mark.django_db


def test_health_is_machine_readable_and_says_what_is_missing(client: Client) -> None:
    report = client.get("/health").json()
    assert report["database"] == "ok"
    assert report["migrations"] == "ok"
    assert report["worker"] == "missing"
    assert report["status"] == "degraded"


def test_figures_are_for_loopback_only(client: Client) -> None:
    assert b"comptoir_request_seconds" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404


def test_an_unknown_host_is_told_so(client: Client) -> None:
    response = client.get("/", headers={"host": "attacker.example"})
    assert response.status_code == 421


def test_a_shops_own_host_opens_the_shoppers_door(client: Client) -> None:
    Shop.objects.create(name="Maison Alba", slug="maison-alba", host="aide.maison-alba.example")
    response = client.get("/signin/", headers={"host": "aide.maison-alba.example"})
    assert response.status_code == 404


def test_every_page_carries_the_policy(client: Client) -> None:
    response = client.get("/no-such-page")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Request-ID"]


def test_forwarded_headers_count_only_from_a_trusted_proxy(client: Client) -> None:
    forged = {"x-forwarded-for": "127.0.0.1", "x-request-id": "forged-identifier"}
    response = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=forged)
    assert response.status_code == 404
    assert response.headers["X-Request-ID"] != "forged-identifier"
