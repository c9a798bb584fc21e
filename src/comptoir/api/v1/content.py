"""What a program writes, as the actions take it."""

from comptoir.api.v1.problems import Problem
from comptoir.api.v1.schemas.conversations import Content
from comptoir.conversations.actions.answering import Written
from comptoir.conversations.queries.files import own_uploads
from comptoir.core.models import Agent
from comptoir.lib.html import from_text


def written(agent: Agent, given: Content, *, subject: str = "", based_on: int | None = None, then: str = "") -> Written:
    """The content with its recipients, if it has any; raises Problem for a file that this agent did not upload."""
    files = own_uploads(agent, given.files)
    if len(files) != len(set(given.files)):
        raise Problem(422, "file", "One of the files was not uploaded with a token of this agent.")
    to, cc, bcc = ([party.dict() for party in getattr(given, name, ())] for name in ("to", "cc", "bcc"))
    return Written(
        html=given.html or from_text(given.text),
        to=to,
        cc=cc,
        bcc=bcc,
        subject=subject,
        files=files,
        based_on=based_on,
        then=then,
    )
