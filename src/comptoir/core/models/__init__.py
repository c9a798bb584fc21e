"""The facts of the core room."""

from comptoir.core.models.agents import Afterwards, Agent, AgentSession, Role, Sends, Team, TeamKind
from comptoir.core.models.custom import LONGEST, CustomChoice, CustomField, CustomValue, FieldKind, FieldSubject
from comptoir.core.models.events import Erasure, Event, EventDetail, Origin, Receipt
from comptoir.core.models.files import File, FileToDelete
from comptoir.core.models.programs import ApiToken, IdempotencyKey
from comptoir.core.models.shops import Installation, Schedule, Shop
from comptoir.core.models.system import Heartbeat, ThrottleWindow

__all__ = [
    "LONGEST",
    "Afterwards",
    "Agent",
    "AgentSession",
    "ApiToken",
    "CustomChoice",
    "CustomField",
    "CustomValue",
    "Erasure",
    "Event",
    "EventDetail",
    "FieldKind",
    "FieldSubject",
    "File",
    "FileToDelete",
    "Heartbeat",
    "IdempotencyKey",
    "Installation",
    "Origin",
    "Receipt",
    "Role",
    "Schedule",
    "Sends",
    "Shop",
    "Team",
    "TeamKind",
    "ThrottleWindow",
]
