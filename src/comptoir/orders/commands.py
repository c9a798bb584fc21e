"""Import orders from a file into a shop: CSV, JSON or JSON Lines (docs/import-orders.md)."""

import argparse
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from comptoir.core.models import Shop
from comptoir.lib.progress import Line
from comptoir.orders.importing.custom import targets
from comptoir.orders.importing.readers import BadFile
from comptoir.orders.importing.run import Interrupted, Progress, import_orders, write_refusals
from comptoir.orders.models import ImportRun, RefusedRow

SHOWN = 20  # refusals on the screen; the report has them all


def register(parser: argparse.ArgumentParser) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """The words of `comptoir import`, to which other rooms add theirs."""
    things = parser.add_subparsers(dest="thing", required=True, metavar="WHAT")
    orders = things.add_parser("orders", help="orders, one row an article (CSV) or one object an order (JSON)")
    orders.add_argument("file", type=Path, help="FILE.csv, FILE.json or FILE.jsonl, UTF-8")
    orders.add_argument("--shop", required=True, help="the shop's short name, such as maison-alba")
    orders.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="COLUMN=FIELD",
        help="put a column of the CSV into a custom field: order.KEY, customer.KEY, or nothing to leave it aside",
    )
    orders.add_argument("--dry-run", action="store_true", help="read and check everything, write nothing")
    return things


def run(arguments: argparse.Namespace) -> int:
    """Import the file; 0 when all was taken, 1 when records were refused, 2 when the file could not be read."""
    path: Path = arguments.file
    shop = Shop.objects.filter(slug=arguments.shop).first()
    if shop is None:
        known = ", ".join(Shop.objects.order_by("slug").values_list("slug", flat=True))
        return _fail(
            _("Aucune boutique ne s’appelle «\u202f%(slug)s\u202f». Il y a\u202f: %(known)s.")
            % {"slug": arguments.shop, "known": known or "—"}
        )
    if not path.is_file():
        return _fail(_("Le fichier %(path)s n’existe pas.") % {"path": path})
    mapping = dict(text.rpartition("=")[::2] for text in arguments.field)
    unknown = [code for code in mapping.values() if code and code not in targets()]
    if unknown or "" in mapping:
        known = ", ".join(targets()) or "—"
        return _fail(_("--field attend COLONNE=CHAMP, et les champs sont : %(known)s.") % {"known": known})
    screen = Line()
    try:
        done = import_orders(
            path,
            shop,
            dry_run=arguments.dry_run,
            mapping=mapping,
            progress=lambda step: screen.show(lambda: _step(step)),
        )
    except (BadFile, Interrupted) as problem:
        screen.close()
        return _fail(str(problem))
    except KeyboardInterrupt:
        screen.close()
        return _fail(_("Arrêté. Relancez la même commande\u202f: l’import continuera où il en était."), code=130)
    screen.close()
    _report(done, path, arguments.dry_run)
    return 1 if done.refused else 0


def _step(progress: Progress) -> str:
    return _("%(percent)3d %%  %(records)d commandes lues, %(rate)d par seconde") % {
        "percent": progress.percent,
        "records": progress.records,
        "rate": progress.rate,
    }


def _report(done: ImportRun, path: Path, dry_run: bool) -> None:
    counts = {"created": done.created, "updated": done.updated, "unchanged": done.unchanged, "refused": done.refused}
    sys.stdout.write(
        _("%(created)d créées, %(updated)d mises à jour, %(unchanged)d déjà à jour, %(refused)d refusées.") % counts
        + "\n"
    )
    for title, code in getattr(done, "columns", ()):
        sys.stdout.write(
            (_("  colonne %(title)s : champ %(field)s") if code else _("  colonne %(title)s : laissée de côté"))
            % {"title": title, "field": code}
            + "\n"
        )
    if dry_run:
        sys.stdout.write(_("Essai à blanc\u202f: rien n’a été écrit dans la base.") + "\n")
    for row in _refusals(done)[:SHOWN]:
        sys.stdout.write(_("  ligne %(line)d %(number)s\u202f: %(reason)s") % vars(row) + "\n")
    if done.refused > SHOWN:
        sys.stdout.write(_("  … et %(count)d autres.") % {"count": done.refused - SHOWN} + "\n")
    try:
        report = write_refusals(done, path)
    except OSError as problem:
        sys.stderr.write(
            _("Le rapport des refus n’a pas pu être écrit\u202f: %(problem)s") % {"problem": problem.strerror} + "\n"
        )
    else:
        if report:
            sys.stdout.write(_("Les refus sont dans %(report)s.") % {"report": report} + "\n")


def _refusals(done: ImportRun) -> list[RefusedRow]:
    return list(done.refusals.all()[:SHOWN]) if done.pk else list(getattr(done, "refused_rows", []))


def _fail(sentence: str, *, code: int = 2) -> int:
    sys.stderr.write(sentence + "\n")
    return code
