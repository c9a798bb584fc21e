"""Addresses of pages that another part of the console owns: "" while no page has that name."""

from typing import Any

from django.urls import NoReverseMatch, reverse


def to(name: str, *arguments: Any) -> str:
    """The address of that name, or ""."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def conversation(key: int) -> str:
    """Where a conversation is read."""
    return to("conversation", key) or f"/conversations/{key}/"
