"""Who did something: passed explicitly to every action, kept on every event."""

from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptoir.core.models import Agent


class ActorKind(StrEnum):
    """The kinds of actors that an event may name."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"
    RULE = "rule"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts. `id` is the agent's or the identity's key, or None."""

    kind: ActorKind
    id: int | None = None

    @classmethod
    def of(cls, agent: "Agent") -> "Actor":
        """The actor that an agent is."""
        return cls(ActorKind.AGENT, agent.pk)

    @classmethod
    def customer(cls, identity_id: int | None = None) -> "Actor":
        """The actor that a customer is, by one identity (None for a visitor without one)."""
        return cls(ActorKind.CUSTOMER, identity_id)


SYSTEM = Actor(ActorKind.SYSTEM)
IMPORT = Actor(ActorKind.IMPORT)

# The token of the program through which the current request acts: events name it beside the actor.
token_in_use: ContextVar[int | None] = ContextVar("token_in_use", default=None)
