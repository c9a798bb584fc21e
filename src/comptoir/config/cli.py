"""The `comptoir` command. Each subcommand is a module with `register(parser)` and `run(arguments) -> int`."""

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from comptoir import __version__
from comptoir.config.environment import BadSetting

# name -> (module, what it does). A room's command is named here and lives with the room.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("comptoir.config.supervisor", "start everything: database, web, worker, mail"),
    "web": ("comptoir.config.serving", "serve pages and live streams"),
    "worker": ("comptoir.config.worker", "run jobs and what is due"),
    "mail": (
        "comptoir.config.mail_command",
        "read the mail accounts; `mail deliver` takes a mail, `mail explain` reads one",
    ),
    "migrate": ("comptoir.config.migrating", "bring the database to this release"),
    "prepare": ("comptoir.config.prepare", "what `run` does before it serves: migrations, translations, static files"),
    "check": ("comptoir.config.check", "say what is wrong with this configuration"),
    "health": ("comptoir.config.health_command", "ask a running server how it is"),
    "keys": ("comptoir.config.keys", "make or rotate the keyring"),
    "webhook": (
        "comptoir.config.webhook_explain",
        "`webhook explain` shows how a shop's or carrier's payload is understood",
    ),
    "agent": ("comptoir.agent.commands", "invite an agent, reset a password"),
    "import": ("comptoir.config.importing", "import old mail, orders, macros, tags, agents or a whole export"),
    "demo": ("comptoir.demo.commands", "load or reset the demo shop"),
    "export": ("comptoir.config.exporting.writing", "write everything as JSON Lines and files"),
    "backup": ("comptoir.config.backups.backup", "write database and files into one file"),
    "restore": ("comptoir.config.backups.restore", "bring a backup back"),
    "upgrade-database": ("comptoir.config.postgres.upgrade", "move the embedded database to a newer PostgreSQL"),
}
# These start before Django does: they must work when the settings or the database do not.
WITHOUT_DJANGO = {"run", "keys", "health", "mail", "upgrade-database", "webhook"}


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; gives back its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a Latin-1 terminal must not stop a start
    try:
        if words[:1] == ["manage"]:
            return _manage(words[1:])
        return _subcommand(words)
    except BadSetting as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141


def _subcommand(words: list[str]) -> int:
    name = words[0] if words else ""
    module = _module(name) if name in COMMANDS else None
    parser = argparse.ArgumentParser(
        prog="comptoir",
        description="Customer service for shops.",
        epilog="`comptoir manage ...` runs Django's commands.",
    )
    parser.add_argument("--version", action="version", version=f"Comptoir {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command, (dotted, text) in COMMANDS.items():
        if command == name and module:
            if command not in WITHOUT_DJANGO:
                set_up_django()
            module.register(subparsers.add_parser(command, help=text, description=_summary(module)))
        elif _exists(dotted):
            subparsers.add_parser(command, help=text)
    parsed = parser.parse_args(words)
    if module is None:
        parser.print_help()
        return 0 if not words else 2
    code: int = module.run(parsed)
    return code


def _module(name: str) -> ModuleType | None:
    dotted = COMMANDS[name][0]
    if not _exists(dotted):
        return None
    if name not in WITHOUT_DJANGO:
        set_up_django()
    return import_module(dotted)


def _exists(dotted: str) -> bool:
    try:
        return find_spec(dotted) is not None
    except ModuleNotFoundError:
        return False


def _summary(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().split("\n\n")[0]


def _manage(words: list[str]) -> int:
    set_up_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["comptoir manage", *words])
    return 0


def set_up_django() -> None:
    """Load settings, logs and rooms, once."""
    import django
    from django.apps import apps

    if apps.ready:
        return
    from comptoir.config.logs import set_up

    set_up()
    django.setup()


if __name__ == "__main__":
    sys.exit(main())
