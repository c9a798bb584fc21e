"""The API's page for people, made of its own OpenAPI: it cannot say anything that does not hold."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comptoir.api.v1.application import api
from comptoir.api.v1.door import REQUESTS
from comptoir.core.programs import Scope
from comptoir.webhooks.actions import WAITS
from comptoir.webhooks.verbs import verbs

EXAMPLES = {"integer": 42, "boolean": True, "number": 1.5}
DEPTH = 4


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter or a field of a body."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call."""

    anchor: str
    method: str
    path: str
    about: str
    scope: str
    parameters: list[Value]
    fields: list[Value]
    body: str
    answer: str


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every call with its fields and an example. It says nothing about this installation's data."""
    context = {
        "groups": groups(),
        "base": f"{settings.PUBLIC_URL}/api/v1",
        "scopes": list(Scope),
        "requests": REQUESTS,
        "verbs": verbs(),
        "tries": len(WAITS) + 1,
    }
    return render(request, "api/docs.html", context)


@cache
def groups() -> list[tuple[str, list[Operation]]]:
    """The calls by room, in the order in which they were written."""
    described: dict[str, Any] = api.get_openapi_schema()
    shapes = described["components"]["schemas"]
    found: dict[str, list[Operation]] = {}
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            found.setdefault(one["tags"][0], []).append(_operation(path, method, one, shapes))
    return list(found.items())


def _operation(path: str, method: str, one: dict[str, Any], shapes: dict[str, Any]) -> Operation:
    short = path.removeprefix("/api/v1")
    body: dict[str, Any] = one.get("requestBody", {}).get("content", {})
    sent: dict[str, Any] = next(iter(body.values()), {})
    given = _resolved(sent.get("schema", {}), shapes)
    answers = [answer for status, answer in one["responses"].items() if int(status) < 300]
    shown = answers[0].get("content", {}).get("application/json", {}).get("schema", {}) if answers else {}
    return Operation(
        anchor=f"{method}{short}".replace("/", "-").replace("{", "").replace("}", ""),
        method=method.upper(),
        path=short,
        about=one.get("description", one.get("summary", "")),
        scope=one.get("x-scope", ""),
        parameters=[
            Value(p["name"], _kind(p["schema"], shapes), p.get("required", False), p.get("description", ""))
            for p in one.get("parameters", [])
        ],
        fields=[
            Value(name, _kind(shape, shapes), name in given.get("required", []), shape.get("description", ""))
            for name, shape in given.get("properties", {}).items()
        ],
        body="" if "multipart/form-data" in body or not given else _text(_example(given, shapes)),
        answer=_text(_example(shown, shapes)) if shown else "",
    )


def _resolved(shape: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    """The shape itself, behind references and beside null."""
    if "$ref" in shape:
        return _resolved(shapes[shape["$ref"].rpartition("/")[2]], shapes)
    if "anyOf" in shape:
        real = [one for one in shape["anyOf"] if one.get("type") != "null"]
        return _resolved(real[0], shapes) if real else {}
    return shape


def _kind(shape: dict[str, Any], shapes: dict[str, Any]) -> str:
    real = _resolved(shape, shapes)
    if "enum" in real:
        return " | ".join(str(value) or '""' for value in real["enum"])
    if real.get("type") == "array":
        return f"[{_kind(real.get('items', {}), shapes)}]"
    return str(real.get("format") or real.get("type") or "any") + (" | null" if _may_be_null(shape) else "")


def _may_be_null(shape: dict[str, Any]) -> bool:
    return any(one.get("type") == "null" for one in shape.get("anyOf", []))


def _example(shape: dict[str, Any], shapes: dict[str, Any], depth: int = 0) -> Any:
    real = _resolved(shape, shapes)
    if depth > DEPTH:
        return None
    if "enum" in real:
        return next((value for value in real["enum"] if value), "")
    if real.get("type") == "object":
        fields = real.get("properties", {})
        return {name: _example(one, shapes, depth + 1) for name, one in fields.items()}
    if real.get("type") == "array":
        return [_example(real.get("items", {}), shapes, depth + 1)]
    formats = {"date-time": "2026-11-24T09:30:00Z", "date": "2026-11-24", "uuid": "4f0d5c62-…"}
    return formats.get(real.get("format", ""), EXAMPLES.get(real.get("type", ""), "…"))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
