"""`comptoir import mail`: old mail out of mbox, Maildir or EML files into an inbox (docs/export.md)."""

import argparse
import sys
import time
from pathlib import Path

from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _

from comptoir.conversations.actions.importing import Report, take_in
from comptoir.conversations.models import Inbox, InboxKind
from comptoir.lib.mail.archives import NotAnArchive, index
from comptoir.lib.progress import Line

SHOWN = 20  # refusals on the screen; --report has them all


def register(
    things: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """The words after `comptoir import`."""
    words = things.add_parser("mail", help="old mail from mbox, Maildir or a folder of .eml files")
    words.add_argument("path", type=Path, help="a file or a folder; folders are searched through")
    words.add_argument("--inbox", required=True, help="the inbox's address or name")
    words.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    words.add_argument("--report", type=Path, help="write every mail that could not be taken, and why, into this file")
    return things


def run(arguments: argparse.Namespace) -> int:
    """Import; 0 when all was taken, 1 when some mail could not be, 2 when nothing could be read."""
    inbox = _inbox(arguments.inbox)
    if inbox is None:
        return 2
    started = time.monotonic()
    try:
        places = sorted(index(arguments.path))
    except (NotAnArchive, OSError) as problem:
        return _fail(str(problem))
    _say(_("%(n)d messages trouvés en %(s).0f s.") % {"n": len(places), "s": time.monotonic() - started})
    screen, total = Line(), len(places)
    try:
        report = take_in(
            inbox,
            places,
            dry_run=arguments.dry_run,
            progress=lambda step: screen.show(lambda: _step(step, total, screen.seconds)),
        )
    except KeyboardInterrupt:
        screen.close()
        _fail(_("Arrêté. Relancez la même commande\u202f: ce qui est déjà là sera passé."))
        return 130
    screen.close()
    _tell(report, arguments.dry_run)
    if arguments.report:
        lines = [f"{place}\t{' '.join(reason.split())}\n" for place, reason in report.refusals]
        arguments.report.write_text("".join(lines), encoding="utf-8")
    return 1 if report.failed else 0


def _inbox(text: str) -> Inbox | None:
    boxes = Inbox.objects.filter(kind=InboxKind.EMAIL)
    found = list(boxes.filter(Q(address__iexact=text) | Q(name__iexact=text))[:2])
    if len(found) == 1:
        return found[0]
    known = ", ".join(boxes.values_list("address", flat=True))
    _fail(
        _("Aucune boîte, ou plusieurs, ne s’appellent «\u202f%(name)s\u202f». Il y a\u202f: %(known)s.")
        % {"name": text, "known": known or "—"}
    )
    return None


def _tell(report: Report, dry_run: bool) -> None:
    first = formats.date_format(report.first, "SHORT_DATE_FORMAT") if report.first else "—"
    last = formats.date_format(report.last, "SHORT_DATE_FORMAT") if report.last else "—"
    taken = _("%(n)d messages seraient importés") if dry_run else _("%(n)d messages importés")
    _say(f"{taken % {'n': report.taken}}, {first} – {last}.")
    counts = (
        (report.known, _("%(n)d étaient déjà là.")),
        (report.passed_over, _("%(n)d passés\u202f: indésirables, brouillons, corbeille, vides.")),
        (report.ignored, _("%(n)d sans rien à garder\u202f: copies, avis de machines.")),
        (report.failed, _("%(n)d refusés\u202f:")),
    )
    for count, text in counts:
        if count:
            _say("  " + text % {"n": count})
    for place, reason in report.refusals[:SHOWN]:
        _say(f"    {place}: {reason}")
    if report.kinds:
        _say("  " + ", ".join(f"{kind} {count}" for kind, count in report.kinds.most_common()))


def _step(report: Report, total: int, seconds: float) -> str:
    rate = report.done / seconds
    return _("%(percent)3d %%  %(done)d sur %(total)d, %(rate)d par seconde, encore %(left)d s") % {
        "percent": 100 * report.done // max(1, total),
        "done": report.done,
        "total": total,
        "rate": rate,
        "left": (total - report.done) / max(0.1, rate),
    }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 2
