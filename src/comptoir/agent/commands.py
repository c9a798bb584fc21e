"""Accounts from the command line: make an owner, give a reset link, print the set-up link.

comptoir agent create --owner ines@maison.example --name "Inès Caradec"
comptoir agent reset camille@maison.example [--two-factor]
comptoir agent setup-link
"""

import argparse
import sys

from comptoir.agent.accounts.links import invitation_link, reset_link
from comptoir.agent.setup import setup_link
from comptoir.core import accounts
from comptoir.core.accounts import AddressTaken
from comptoir.core.actors import SYSTEM


def register(parser: argparse.ArgumentParser) -> None:
    """The subcommands."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = commands.add_parser("create", help="make an owner and print the link where they choose a password")
    create.add_argument("email")
    create.add_argument("--owner", action="store_true", required=True, help="the only role that is made by command")
    create.add_argument("--name", default="", help="their name (the address by default)")
    create.add_argument("--language", default="fr", choices=["fr", "en"])
    reset = commands.add_parser("reset", help="print a link where someone chooses a new password")
    reset.add_argument("email")
    reset.add_argument("--two-factor", action="store_true", help="also take the second factor off (a lost phone)")
    commands.add_parser("setup-link", help="print the link to the set-up page of an empty installation")


def run(arguments: argparse.Namespace) -> int:
    """Do it; what a person needs is printed, what went wrong is said on standard error."""
    if arguments.action == "create":
        return _create(arguments)
    if arguments.action == "reset":
        return _reset(arguments)
    link = setup_link()
    return _say(link) if link else _refuse("Somebody has an account already: sign in, or `comptoir agent reset EMAIL`.")


def _create(arguments: argparse.Namespace) -> int:
    email = arguments.email.strip()
    if "@" not in email:
        return _refuse(f"{email} is not an address.")
    try:
        name = arguments.name or email.partition("@")[0]
        agent = accounts.create_owner(email, name, language=arguments.language, first=False)
    except AddressTaken:
        return _refuse(f"{email} has an account already: `comptoir agent reset {email}`.")
    return _say(invitation_link(accounts.invitation_token(agent)))


def _reset(arguments: argparse.Namespace) -> int:
    agent = accounts.with_address(arguments.email)
    if agent is None:
        return _refuse(f"No open account has the address {arguments.email}.")
    if arguments.two_factor:
        accounts.remove_second_factor(agent, actor=SYSTEM)
        agent.refresh_from_db()
    return _say(reset_link(accounts.reset_token(agent)))


def _say(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return 0


def _refuse(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1
