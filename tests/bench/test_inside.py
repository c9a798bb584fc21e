"""What bin/bench feeds the product: the same mails at every run, and objects where the ORM makes objects."""

import email
from email import policy

from bench.bare.makers import makers
from bench.inside.mails import mails

from comptoir.core.models import Agent, AgentSession


def test_mails_are_the_same_at_every_run_and_of_every_kind() -> None:
    made = list(mails(200, seed=3))
    assert made == list(mails(200, seed=3))
    assert made != list(mails(200, seed=4))
    read = [email.message_from_bytes(raw, policy=policy.default) for raw in made]
    keys = {message["Message-ID"] for message in read}
    answers = [message for message in read if message["In-Reply-To"]]
    assert len(keys) == 200
    assert 40 <= len(answers) <= 80
    assert all(message["In-Reply-To"] in keys for message in answers)
    assert 2 <= sum(any(True for _ in message.iter_attachments()) for message in read) <= 25


def test_the_bare_view_makes_the_objects_that_the_orm_would_make() -> None:
    rows = AgentSession.objects.select_related("agent")
    width = len(AgentSession._meta.concrete_fields)
    session, agent = makers(str(rows.query))
    values = tuple(range(width + len(Agent._meta.concrete_fields)))
    made = session(values)
    assert isinstance(made, AgentSession)
    assert made.pk == 0
    other = agent(values)
    assert isinstance(other, Agent)
    assert other.pk == width
    assert makers("SELECT count(*) FROM core_agent") == []
