"""Macros, tags and agents from a table on the command line (docs/macros.md)."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from comptoir.automation.importing import macros, people
from comptoir.automation.importing.plans import Plan, carry_out
from comptoir.automation.models import Macro
from comptoir.core.accounts import AccountProblem
from comptoir.core.actors import IMPORT
from comptoir.lib.tables import BadTable

THINGS = {"macros": macros.plan, "tags": people.plan_tags, "agents": people.plan_agents}
WRITTEN: dict[str, Callable[[], bytes]] = {
    "macros": lambda: macros.export(_shared()),
    "tags": people.export_tags,
    "agents": people.export_agents,
}
SHOWN = 20


def register(
    things: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """The words after `comptoir import`."""
    helps = {
        "macros": "shared macros from CSV (ours, Gorgias's or Zendesk's columns)",
        "tags": "tags with their colours from CSV",
        "agents": "agents to invite from CSV; no mail leaves",
    }
    for thing, text in helps.items():
        words = things.add_parser(thing, help=text)
        words.add_argument("file", type=Path, help="FILE.csv")
        words.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    return things


def run(arguments: argparse.Namespace) -> int:
    """Import the file; 0 when all was taken, 1 when rows were refused, 2 when the file could not be read."""
    path: Path = arguments.file
    try:
        plan = THINGS[arguments.thing](path.read_bytes())
    except OSError as problem:
        return _fail(_("Le fichier %(path)s ne se lit pas : %(why)s") % {"path": path, "why": problem.strerror})
    except BadTable as problem:
        return _fail(table_in_words(problem))
    if not arguments.dry_run:
        try:
            carry_out(plan, actor=IMPORT)
        except AccountProblem:
            return _fail(_("Un compte a été créé entre-temps : rien n’a été écrit. Relancez la commande."))
    for sentence in sentences(plan):
        sys.stdout.write(sentence + "\n")
    if arguments.dry_run:
        sys.stdout.write(_("Essai à blanc : rien n’a été écrit dans la base.") + "\n")
    noted = [line for line in plan.lines if line.notes]
    for line in noted[:SHOWN]:
        sys.stdout.write(
            _("  ligne %(line)d %(name)s : %(why)s")
            % {"line": line.number, "name": line.name, "why": " ".join(line.notes)}
            + "\n"
        )
    if len(noted) > SHOWN:
        sys.stdout.write(_("  … et %(count)d autres.") % {"count": len(noted) - SHOWN} + "\n")
    return 1 if plan.refused else 0


def export(thing: str, path: Path | None) -> int:
    """Write the table that comes back in unchanged to a file that does not exist yet, or to the output; 2 when it cannot."""
    table = WRITTEN[thing]()
    if path is None:
        sys.stdout.write(table.decode())
        return 0
    try:
        with path.open("xb") as file:
            file.write(table)
    except OSError as problem:
        return _fail(_("Le fichier %(path)s ne s’écrit pas : %(why)s") % {"path": path, "why": problem.strerror})
    return 0


def sentences(plan: Plan) -> list[str]:
    """The report in a few lines."""
    counts = {"created": plan.created, "updated": plan.updated, "same": plan.same, "refused": plan.refused}
    found = [_("%(created)d nouvelles, %(updated)d modifiées, %(same)d déjà là, %(refused)d refusées.") % counts]
    for names, text in (
        (plan.unknown_columns, _("Colonnes inconnues, laissées de côté : %(names)s.")),
        (list(plan.unknown_variables), _("Variables inconnues : %(names)s.")),
        (list(plan.unknown_actions), _("Actions inconnues : %(names)s.")),
    ):
        if names:
            found.append(text % {"names": ", ".join(names[:30])})
    return found


def table_in_words(problem: BadTable) -> str:
    """Why a file is no table."""
    texts = {
        "empty": _("Le fichier est vide."),
        "heavy": _("Le fichier dépasse 20 Mo."),
        "long": _("Le fichier dépasse 10 000 lignes."),
        "torn": _("Le fichier n’est pas un CSV lisible : une cellule ne se ferme pas, ou elle est trop longue."),
    }
    return texts[problem.code]


def _shared() -> "QuerySet[Macro]":
    return Macro.objects.filter(agent=None).select_related("shop").prefetch_related("translations")


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2
