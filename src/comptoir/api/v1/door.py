"""The way in: who calls, what their token allows, how often, and what must not happen twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Status
from ninja.security import HttpBearer

from comptoir.api.v1 import results
from comptoir.api.v1.problems import Problem
from comptoir.core import access, programs, throttle
from comptoir.core.access import May
from comptoir.core.actors import token_in_use
from comptoir.core.models import Agent, ApiToken
from comptoir.core.programs import Scope

REQUESTS, SECONDS = 600, 60  # for one token
KEY_LIMIT = 200


class ProgramRequest(HttpRequest):
    """A request whose token and agent are known (for type checking only)."""

    agent: Agent
    auth: ApiToken
    requests_left: int


class Bearer(HttpBearer):
    """`Authorization: Bearer cpt_…`, with a scope. Cookies count for nothing here."""

    def __init__(self, scope: Scope | None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token; None for one that does not work. Raises Problem without the scope, TooMany above the rate."""
        found = programs.token_of(token)
        if found is None:
            return None
        request.requests_left = throttle.hit(  # type: ignore[attr-defined]
            f"api:{found.pk}", limit=REQUESTS, seconds=SECONDS
        )
        if self.scope is not None and self.scope not in found.scopes:
            raise Problem(403, "scope", f"This token lacks the scope {self.scope}.", scope=str(self.scope))
        request.agent = found.agent  # type: ignore[attr-defined]
        return found


def needs(scope: Scope | None) -> dict[str, Any]:
    """Arguments of an operation that asks for a scope (None: any token that works)."""
    said = {"x-scope": str(scope)} if scope else {}
    return {"auth": Bearer(scope), "openapi_extra": said}


def writes(kind: str, may: May | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Carry an operation out in one transaction, at most once an `Idempotency-Key`, as the token's agent.

    The operation gives back the key of the row that it made or changed (of `kind`, see `results`), or (key, status).
    """

    def decorate(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def carried_out(request: ProgramRequest, *args: Any, **named: Any) -> Any:
            if may is not None:
                access.require(request.agent, may)
            key = request.headers.get("Idempotency-Key", "").strip()
            if len(key) > KEY_LIMIT:
                raise Problem(400, "bad_key", f"An Idempotency-Key may have {KEY_LIMIT} characters.")
            with acting(request.auth), transaction.atomic():
                if key and (done := programs.begin_once(request.auth, key, _asked(request))):
                    return Status(done.status, results.shown(request.agent, done.result_type, done.result_id))
                made = operation(request, *args, **named)
                row, status = made if isinstance(made, tuple) else (made, 200)
                if key:
                    programs.end_once(request.auth, key, status=status, result_type=kind, result_id=row)
                return Status(status, results.shown(request.agent, kind, row))

        return carried_out

    return decorate


@contextmanager
def acting(token: ApiToken) -> Iterator[None]:
    """What is recorded inside names the token."""
    reset = token_in_use.set(token.pk)
    try:
        yield
    finally:
        token_in_use.reset(reset)


def _asked(request: HttpRequest) -> bytes:
    return f"{request.method} {request.get_full_path()}\n".encode() + request.body
