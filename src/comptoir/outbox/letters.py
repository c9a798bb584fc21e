"""The letters that open an account: invitations and password resets, written where the account's state changes."""

from collections.abc import Callable

from django.db import transaction

from comptoir.core import accounts
from comptoir.core.accounts import Place
from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.outbox.actions import send_mail

Link = Callable[[str], str]


@transaction.atomic
def invite(email: str, name: str, place: Place, *, language: str, actor: Actor, by: str, link: Link) -> Agent:
    """Make the account and write to its owner-to-be; `link` makes an address of a token. Raises AddressTaken."""
    agent = accounts.invite(email, name, place, language=language, actor=actor)
    _write_invitation(agent, by, link)
    return agent


@transaction.atomic
def invite_again(agent: Agent, *, actor: Actor, by: str, link: Link) -> None:
    """A fresh invitation; the link of the earlier one no longer works."""
    accounts.renew_invitation(agent, actor=actor)
    _write_invitation(agent, by, link)


@transaction.atomic
def offer_reset(email: str, *, link: Link) -> None:
    """Write a reset link to whoever has that account; says nothing when nobody has, so that nobody learns it."""
    agent = accounts.with_address(email)
    if agent is not None:
        context = {"agent": agent, "link": link(accounts.reset_token(agent)), "hours": accounts.RESET_HOURS}
        send_mail("password_reset", to=agent.email, context=context, language=agent.language, agent=agent)


def _write_invitation(agent: Agent, by: str, link: Link) -> None:
    context = {
        "agent": agent,
        "by": by,
        "link": link(accounts.invitation_token(agent)),
        "days": accounts.INVITATION_DAYS,
    }
    send_mail("invitation", to=agent.email, context=context, language=agent.language, agent=agent)
