"""`comptoir mail`: read every mail account; `mail deliver` takes one mail on standard input, `mail explain` shows how one is read."""

import argparse

from comptoir.config import mail_explain


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    deliver = actions.add_parser("deliver", help="take one raw mail on standard input")
    deliver.add_argument("--inbox", required=True, help="name, address or public id of the inbox")
    mail_explain.register(actions.add_parser("explain", help="print how mails are read, one JSON object a line"))


def run(arguments: argparse.Namespace) -> int:
    """Explaining needs no settings and no database; the others start them."""
    if arguments.action == "explain":
        return mail_explain.run(arguments)
    from comptoir.config.cli import set_up_django

    set_up_django()
    from comptoir.config import mail

    return mail.run(arguments)
