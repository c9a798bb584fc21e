"""A file of orders: read first, with its report; imported by a worker when the reader agrees."""

import json
import tempfile
import uuid
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.conversations.actions.drafts import keep_upload
from comptoir.conversations.models import Draft
from comptoir.core import access, files
from comptoir.core.access import May
from comptoir.core.models import File, Shop
from comptoir.orders.importing.custom import targets
from comptoir.orders.importing.later import take_file
from comptoir.orders.importing.readers import BadFile
from comptoir.orders.importing.run import import_orders
from comptoir.orders.models import ImportRun

MOST_BYTES = 20 * 2**20
SHOWN = 50
MOST_COLUMNS = 200
SUBJECTS = {"order": gettext_lazy("Commande"), "customer": gettext_lazy("Client")}
KINDS = (".csv", ".json", ".jsonl")


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def connection_file(request: ConsoleRequest) -> HttpResponse:
    """The report of a file; posted again with `go`, it is imported."""
    context: dict[str, Any] = {
        "shops": access.shops(request.agent),
        "runs": ImportRun.objects.filter(shop__in=access.shops(request.agent)).order_by("-pk")[:5],
    }
    if request.method != "POST":
        return settings_page(request, "agent/settings/connections/file.html", context)
    shop = _shop(request)
    file = _given(request)
    if shop is None or file is None:
        messages.error(request, _("Choisissez une boutique et un fichier CSV, JSON ou JSONL de 20 Mo au plus."))
        return HttpResponseRedirect(reverse("settings-connection-file"))
    mapping = _mapping(request)
    if request.POST.get("go"):
        take_file.defer(file_id=file.pk, shop_id=shop.pk, mapping=json.dumps(mapping))
        messages.success(request, _("L’import est lancé\u202f: vous pouvez quitter cette page."))
        return HttpResponseRedirect(reverse("settings-connection-file"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"orders{Path(file.name).suffix.lower()}"
        path.write_bytes(files.read(file))
        try:
            run = import_orders(path, shop, dry_run=True, mapping=mapping)
        except BadFile as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("settings-connection-file"))
    refused = getattr(run, "refused_rows", [])[:SHOWN]
    context |= {"run": run, "file": file, "chosen": shop, "refused": refused}
    context |= {"columns": getattr(run, "columns", []), "fields": _fields()}
    return settings_page(request, "agent/settings/connections/file.html", context)


def _mapping(request: ConsoleRequest) -> dict[str, str]:
    """Which column goes into which field, as the page says it: a title, and its field or nothing."""
    titles, codes = request.POST.getlist("column"), request.POST.getlist("target")
    return {title[:80]: code for title, code in zip(titles[:MOST_COLUMNS], codes, strict=False)}


def _fields() -> list[tuple[str, list[tuple[str, str]]]]:
    """The fields that a column may go into, by what they are of."""
    found: dict[str, list[tuple[str, str]]] = {}
    for code, field in targets().items():
        found.setdefault(str(SUBJECTS[field.subject]), []).append((code, field.name))
    return list(found.items())


def _shop(request: ConsoleRequest) -> Shop | None:
    key = request.POST.get("shop", "")
    known = key.isascii() and key.isdecimal() and len(key) < 19
    return access.shops(request.agent).filter(pk=int(key)).first() if known else None


def _given(request: ConsoleRequest) -> File | None:
    """The file that was sent, or the agent's own of a moment ago."""
    sent = request.FILES.get("file")
    if sent is not None:
        name = (sent.name or "")[-200:]
        if not sent.size or sent.size > MOST_BYTES or not name.lower().endswith(KINDS):
            return None
        kept = files.save(sent, name=name, content_type="application/octet-stream")
        keep_upload(request.agent, kept)
        return kept
    try:
        key = uuid.UUID(request.POST.get("kept", ""))
    except ValueError:
        return None
    mine = Draft.files.through.objects.filter(draft__agent=request.agent).values("file")
    return File.objects.filter(pk__in=mine, public_id=key).first()
