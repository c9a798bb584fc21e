"""Requests and quotes as the ledger keeps them, in JSON, and what of them is nobody's business after an erasure."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from comptoir.ports.shop import Done, Quote, Request, Verb

# what says nothing about a person
IMPERSONAL = (
    "verb",
    "lines",
    "shipping",
    "amount",
    "currency",
    "restock",
    "notify",
    "percent",
    "minimum",
    "expires_at",
)


def as_json(request: Request) -> dict[str, Any]:
    """The fields that are set."""
    values: dict[str, Any] = {}
    for each in fields(request):
        value = getattr(request, each.name)
        if value:
            values[each.name] = value.isoformat() if isinstance(value, datetime) else _plain(value)
    return values


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value) if isinstance(value, Verb) else value


def request_of(values: Mapping[str, Any]) -> Request:
    """The request again."""
    given = dict(values)
    given["verb"] = Verb(given["verb"])
    if given.get("expires_at"):
        given["expires_at"] = datetime.fromisoformat(given["expires_at"])
    return Request(**given)


def quote_as_json(quote: Quote) -> dict[str, Any]:
    """The quote without its request, which stands beside it."""
    return {
        "amount": quote.amount,
        "maximum": quote.maximum,
        "currency": quote.currency,
        "details": [[what, amount] for what, amount in quote.details],
        "warnings": list(quote.warnings),
        "refusal": quote.refusal,
        "binding": quote.binding,
        "token": quote.token,
    }


def quote_of(request: Request, values: Mapping[str, Any]) -> Quote:
    """The quote again."""
    given = dict(values)
    given["details"] = tuple((str(what), int(amount)) for what, amount in given.get("details", ()))
    given["warnings"] = tuple(given.get("warnings", ()))
    return Quote(request, **given)


def result_of(done: Done) -> dict[str, Any]:
    """What was done, as a person may look it up."""
    found = {
        "external_id": done.external_id,
        "code": done.code,
        "url": done.url,
        "amount": done.amount,
        "state": done.state,
    }
    return {name: value for name, value in found.items() if value}


def impersonal(values: Mapping[str, Any]) -> dict[str, Any]:
    """A request without what says whose it is: addresses, codes with a name in them, words."""
    return {name: value for name, value in values.items() if name in IMPERSONAL}


def same(one: Request, other: Request) -> bool:
    """Whether both ask for the same act (who words it how does not matter)."""
    blank = {"reason": "", "text": "", "notify": False}
    bare = (replace(one, **blank), replace(other, **blank))  # type: ignore[arg-type]
    return as_json(bare[0]) == as_json(bare[1])
