"""Taking a file's orders in batches: each batch and how far it came commit together, so that a killed run goes on."""

import csv
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.actors import IMPORT
from comptoir.core.models import Origin, Shop
from comptoir.orders.actions import Outcome, take_many
from comptoir.orders.data import BadOrder
from comptoir.orders.importing import custom
from comptoir.orders.importing.fields import Reading
from comptoir.orders.importing.readers import Found, Source, records
from comptoir.orders.models import ImportRun, RefusedRow
from comptoir.ports.shop import OrderData

BATCH = 250
Told = tuple[OrderData, custom.Given]  # an order, and what its record says of fields


class Interrupted(RuntimeError):
    """Another import of the same file went on meanwhile; this one stops and doubles nothing."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run came. `rate` is records a second since it began (what was skipped not counted)."""

    bytes_read: int
    bytes_total: int
    records: int
    rate: float

    @property
    def percent(self) -> int:
        """The share of the file that was read, in whole percents."""
        return 100 * self.bytes_read // self.bytes_total if self.bytes_total else 100


def import_orders(
    path: Path,
    shop: Shop,
    *,
    dry_run: bool = False,
    mapping: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> ImportRun:
    """Take the orders of a file; gives back the run with its counts (unsaved for a dry run, which writes nothing).

    `mapping` names the custom field of a column by its title (importing.custom); `columns` of the run says what became
    of the columns that no fixed name takes.

    A run of the same file that was stopped goes on where it was; a finished one is done again, which changes nothing.
    Raises BadFile when the file cannot be read any further: what was taken until then is kept.
    """
    run = _begin(path, shop, dry_run)
    reading = Reading(ZoneInfo(shop.timezone), shop.currency, shop.country)
    size, started, skipped = path.stat().st_size, time.monotonic(), run.done
    columns = custom.Columns(mapping or {})
    with path.open("rb") as raw:
        source = Source(raw)
        for batch in _batches(records(source, path.name, columns), skipped):
            run = _take(run, batch, reading, dry_run)
            elapsed = time.monotonic() - started
            progress(Progress(source.bytes_read, size, run.done, (run.done - skipped) / elapsed if elapsed else 0))
    run.finished_at = timezone.now()
    run.columns = columns.found  # type: ignore[attr-defined]
    if not dry_run:
        run.save(update_fields=["finished_at"])
    return run


def write_refusals(run: ImportRun, path: Path) -> Path | None:
    """Write the refused records beside the file, for a spreadsheet; None when nothing was refused."""
    rows = list(run.refusals.all()) if run.pk else getattr(run, "refused_rows", [])
    if not rows:
        return None
    report = path.with_name(path.name + ".refus.csv")
    with report.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow([_("ligne"), _("commande"), _("raison")])
        writer.writerows([row.line, _harmless(row.number), row.reason] for row in rows)
    return report


def _harmless(cell: str) -> str:
    """Spreadsheets run what begins like a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _begin(path: Path, shop: Shop, dry_run: bool) -> ImportRun:
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    if dry_run:
        return ImportRun(shop=shop, name=path.name[:300], sha256=digest)
    run, _made = ImportRun.objects.get_or_create(shop=shop, sha256=digest, defaults={"name": path.name[:300]})
    if run.finished_at:
        run.refusals.all().delete()
        run.done = run.created = run.updated = run.unchanged = run.refused = 0
        run.finished_at = None
        run.save()
    return run


def _batches(found: Iterator[Found], skip: int) -> Iterator[list[Found]]:
    """Batches of records, without the first `skip` ones. An unreadable rest still lets the last whole batch pass."""
    batch: list[Found] = []
    try:
        for place, one in enumerate(found):
            if place < skip:
                continue
            batch.append(one)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except GeneratorExit:
        raise
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _take(run: ImportRun, batch: list[Found], reading: Reading, dry_run: bool) -> ImportRun:
    """Take a batch, and write how far the run came, in one transaction."""
    with transaction.atomic():
        if not dry_run:
            expected = run.done
            run = ImportRun.objects.select_for_update().get(pk=run.pk)
            if run.done != expected:
                raise Interrupted(
                    _("Un autre import de ce fichier est en cours\u202f: celui-ci s’arrête, rien n’est doublé.")
                )
        refused = _take_orders(run, batch, reading)
        run.done += len(batch)
        run.refused += len(refused)
        if dry_run:
            run.refused_rows = [*getattr(run, "refused_rows", []), *refused]  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        else:
            RefusedRow.objects.bulk_create(refused)
            run.save(update_fields=["done", "created", "updated", "unchanged", "refused"])
    return run


def _take_orders(run: ImportRun, batch: list[Found], reading: Reading) -> list[RefusedRow]:
    refused: list[RefusedRow] = []
    good: list[tuple[Found, Told]] = []
    for found in batch:
        try:
            good.append((found, _read(found, reading)))
        except BadOrder as problem:
            refused.append(_refusal(run, found, str(problem)))
    try:
        _count(run, [told for _, told in good])
    except DatabaseError:
        # something that only the database minds: take them one by one, so that only the culprit is refused
        for found, told in good:
            try:
                _count(run, [told])
            except DatabaseError:
                refused.append(_refusal(run, found, _("La base de données refuse cette commande.")))
    return sorted(refused, key=lambda row: row.line)


def _count(run: ImportRun, orders: list[Told]) -> None:
    with transaction.atomic():
        taken = take_many(run.shop, [data for data, _given in orders], origin=Origin.IMPORT, actor=IMPORT)
        pairs = [(one.order, given) for one, (_data, given) in zip(taken, orders, strict=True)]
        filled = custom.fill(pairs)
    outcomes = [
        Outcome.UPDATED if one.outcome == Outcome.UNCHANGED and one.order.pk in filled else one.outcome for one in taken
    ]
    run.created += outcomes.count(Outcome.CREATED)
    run.updated += outcomes.count(Outcome.UPDATED)
    run.unchanged += outcomes.count(Outcome.UNCHANGED)


def _read(found: Found, reading: Reading) -> Told:
    if found.problem or found.record is None:
        raise BadOrder(found.problem)
    return reading.order(found.record), custom.given(found.record)


def _refusal(run: ImportRun, found: Found, reason: str) -> RefusedRow:
    return RefusedRow(
        run=run if run.pk else None, line=found.line, number=found.number.replace("\0", "")[:60], reason=reason[:300]
    )
