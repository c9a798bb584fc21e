"""What all shapes share. OpenAPI and the checks are made of these types."""

from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

Text = Annotated[str, Field(max_length=500_000)]
Short = Annotated[str, Field(max_length=300)]
StateName = Literal["open", "pending", "snoozed", "closed", "spam", "trash"]
PriorityName = Literal["low", "normal", "high", "urgent"]
Key = Annotated[int, Field(ge=1, lt=2**63)]


class Asked(Schema):
    """What comes in: no text of it holds a NUL, which PostgreSQL cannot keep."""

    @model_validator(mode="after")
    def no_nul(self) -> Self:
        """Refuse it by name rather than drop it unseen."""
        for name, value in self:
            texts = value if isinstance(value, list) else [value]
            if any(isinstance(text, str) and "\0" in text for text in texts):
                raise ValueError(f"{name} holds a NUL character")
        return self


class Given(Asked):
    """What a program sends: a field that is not known is refused, so that a slip of the pen does not go unseen."""

    model_config = ConfigDict(extra="forbid")


class Party(Asked):
    """Somebody with an address."""

    email: Annotated[str, Field(max_length=320)]
    name: Annotated[str, Field(max_length=200)] = ""


class AnyParty(Schema):
    """A party as a message holds it; both may be empty."""

    email: str = ""
    name: str = ""


class Address(Schema):
    kind: str
    value: str


class FileOut(Schema):
    id: str
    name: str
    content_type: str
    size: int
    inline: bool = False


class Named(Schema):
    id: int
    name: str


class ProblemOut(Schema):
    """RFC 9457. `code` is stable; `detail` is for people."""

    type: str
    status: int
    code: str
    detail: str
