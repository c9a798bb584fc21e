"""A program with a token."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.core.programs import Scope, create_token
from tests import world


@dataclass
class Program:
    """Calls the API with one token."""

    token: str

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to a request; `headers` as Django writes them (`Idempotency_Key="x"`)."""
        named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        client = Client(enforce_csrf_checks=True)
        return client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else b"",
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {self.token}",
            **named,
        )


def program_of(agent: Agent, *scopes: Scope) -> Program:
    """A program that acts as the agent, with all scopes unless some are given."""
    made = create_token("ERP", agent, scopes or list(Scope), expires_at=None, actor=Actor.of(world.owner()))
    return Program(made[1])


@pytest.fixture
def program() -> Program:
    """A program of Camille's."""
    return program_of(world.camille())
