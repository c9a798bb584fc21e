"""Every write about people: identities found or made, files edited, tagged, merged, unmerged, erased."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from comptoir.core import erasure
from comptoir.core.actors import Actor
from comptoir.core.custom import values
from comptoir.core.custom.reading import Definition
from comptoir.core.events import record
from comptoir.core.models import Agent, Origin, Shop
from comptoir.customers.models import Customer, CustomerNote, CustomerValue, Identity, IdentityKind, Merge, Tag

EDITABLE = ("name", "language", "company", "street", "postcode", "city", "country")


class CannotMerge(ValueError):
    """The two files cannot become one; the text says why."""


def identify(kind: str, value: str, *, name: str = "", shop: Shop | None = None, language: str = "") -> Identity:
    """The identity of that value, made with a customer of its own when nobody has it yet.

    `value` is normalised by the caller (E.164 for phones); addresses are lower-cased here. Safe when two processes
    meet the same stranger at once. A name is taken when none was known.
    """
    value = value.strip()[:320]
    if kind == IdentityKind.EMAIL:
        value = value.lower()
    found = _known(kind, value, shop) or _introduce(kind, value, name, shop, language)
    _learn(found, name, language)
    return found


def _known(kind: str, value: str, shop: Shop | None) -> Identity | None:
    """The identity with its customer; as SQL that is written once, since every message asks it."""
    with connection.cursor() as cursor:
        cursor.execute(_lookup(shop is not None), [kind, value, shop.pk] if shop else [kind, value])
        row = cursor.fetchone()
    if row is None:
        return None
    width = len(Identity._meta.concrete_fields)
    identity = Identity.from_db("default", _names(Identity), row[:width])
    identity.customer = Customer.from_db("default", _names(Customer), row[width:])
    return identity


@cache
def _lookup(in_shop: bool) -> str:
    columns = [f"identity.{name}" for name in _columns(Identity)] + [f"customer.{name}" for name in _columns(Customer)]
    return (
        f"SELECT {', '.join(columns)} FROM customers_identity identity "
        "JOIN customers_customer customer ON customer.id = identity.customer_id "
        f"WHERE identity.kind = %s AND identity.value = %s AND identity.shop_id {'= %s' if in_shop else 'IS NULL'}"
    )


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _introduce(kind: str, value: str, name: str, shop: Shop | None, language: str) -> Identity:
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        customer = Customer.objects.create(name=name[:200], language=language, since=timezone.localdate())
        fresh = Identity(
            kind=kind, value=value, name=name[:200], shop=shop, customer=customer, created_at=timezone.now()
        )
        cursor.execute(
            "INSERT INTO customers_identity (kind, value, name, shop_id, customer_id, created_at) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
            [kind, value, fresh.name, shop.pk if shop else None, customer.pk, fresh.created_at],
        )
        row = cursor.fetchone()
        if row is None:  # another process met the same stranger at the same moment, and was quicker
            customer.delete()
            return Identity.objects.select_related("customer").get(kind=kind, value=value, shop=shop)
    fresh.pk = row[0]
    fresh._state.adding = False
    fresh.introduced = True
    return fresh


def _learn(identity: Identity, name: str, language: str) -> None:
    """Fill in what was not known; what a person of the team wrote is never replaced."""
    customer = identity.customer
    if name and not identity.name:
        identity.name = name[:200]
        identity.save(update_fields=["name"])
    changed = []
    if name and not customer.name:
        customer.name = name[:200]
        changed.append("name")
    if language and not customer.language:
        customer.language = language
        changed.append("language")
    if changed:
        customer.save(update_fields=changed)


@transaction.atomic
def edit(customer: Customer, changes: Mapping[str, str], *, actor: Actor) -> None:
    """Change fields of a file (EDITABLE only); what stays the same is not recorded."""
    before = {field: getattr(customer, field) for field in EDITABLE if field in changes}
    after = {field: changes[field].strip() for field in before if changes[field].strip() != before[field]}
    if not after:
        return
    for field, value in after.items():
        setattr(customer, field, value)
    customer.save(update_fields=list(after))
    record(
        customer,
        "customer.edited",
        actor=actor,
        customer=customer.pk,
        before={field: before[field] for field in after},
        after=after,
        audiences=_audiences(),
    )


@transaction.atomic
def set_field(
    customer: Customer, definition: Definition, given: Any, *, actor: Actor, origin: str = Origin.LIVE
) -> bool:
    """Fill in a custom field, empty it with None; False when that stood there. Raises core.custom.judging.BadValue."""
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    return values.fill(
        CustomerValue,
        row,
        definition,
        given,
        verb="customer.field_set",
        actor=actor,
        origin=origin,
        customer=row.pk,
        audiences=_audiences(),
    )


@transaction.atomic
def add_identity(customer: Customer, kind: str, value: str, *, actor: Actor) -> Identity:
    """Give a customer one more address or phone; raises CannotMerge when another customer has it (merge them)."""
    if kind == IdentityKind.EMAIL:
        value = value.strip().lower()
    other = Identity.objects.filter(kind=kind, value=value, shop=None).first()
    if other is not None and other.customer_id != customer.pk:
        raise CannotMerge("another customer has it")
    identity = other or Identity.objects.create(kind=kind, value=value, customer=customer)
    record(customer, "customer.identity_added", actor=actor, customer=customer.pk, identity=identity.pk)
    return identity


@transaction.atomic
def prove(identity: Identity, *, at: datetime) -> None:
    """The address was proved by a code that only its mailbox could read."""
    if identity.verified_at is None:
        identity.verified_at = at
        identity.save(update_fields=["verified_at"])
        actor = Actor.customer(identity.pk)
        record(identity.customer, "customer.proved", actor=actor, customer=identity.customer_id, identity=identity.pk)


@transaction.atomic
def tag(customer: Customer, name: str, *, actor: Actor) -> Tag:
    """Put a tag on a customer (made when it is new)."""
    found = Tag.objects.get_or_create(name=name.strip()[:40])[0]
    if not customer.tags.filter(pk=found.pk).exists():
        customer.tags.add(found)
        record(customer, "customer.tagged", actor=actor, customer=customer.pk, tag=found.pk, audiences=_audiences())
    return found


@transaction.atomic
def untag(customer: Customer, found: Tag, *, actor: Actor) -> None:
    """Take a tag off a customer."""
    if customer.tags.filter(pk=found.pk).exists():
        customer.tags.remove(found)
        record(customer, "customer.untagged", actor=actor, customer=customer.pk, tag=found.pk, audiences=_audiences())


@transaction.atomic
def add_note(customer: Customer, text: str, *, agent: Agent) -> CustomerNote:
    """Keep something in mind about a customer."""
    note = customer.notes.create(agent=agent, text=text.strip())
    record(customer, "customer.noted", actor=Actor.of(agent), customer=customer.pk, note=note.pk)
    return note


@transaction.atomic
def remove_note(note: CustomerNote, *, actor: Actor) -> None:
    """Take a note away for good."""
    record(note.customer, "customer.note_removed", actor=actor, customer=note.customer_id, note=note.pk)
    note.delete()


@transaction.atomic
def block(identity: Identity, *, actor: Actor, blocked: bool = True) -> None:
    """What a blocked address sends goes to the spam list, and nothing automatic answers it."""
    identity.blocked_at = timezone.now() if blocked else None
    identity.save(update_fields=["blocked_at"])
    verb = "customer.blocked" if blocked else "customer.unblocked"
    record(identity.customer, verb, actor=actor, customer=identity.customer_id, identity=identity.pk)


@transaction.atomic
def merge(source: Customer, target: Customer, *, actor: Actor) -> Merge:
    """Make two files one: identities (and with them orders and conversations), notes and tags move to `target`.

    Of custom fields `target` keeps its own value and gets the other's where it has none.
    """
    rows = {row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=(source.pk, target.pk))}
    source, target = rows[source.pk], rows[target.pk]
    if source.pk == target.pk:
        raise CannotMerge("a file cannot be merged with itself")
    if source.merged_into_id or target.merged_into_id or source.erased_at or target.erased_at:
        raise CannotMerge("one of the files is no longer in use")
    identities = list(source.identities.all())
    notes = list(source.notes.values_list("pk", flat=True))
    tags = list(source.tags.exclude(pk__in=target.tags.values("pk")).values_list("pk", flat=True))
    agent = actor.id if actor.kind == "agent" else None
    done = Merge.objects.create(source=source, target=target, notes=notes, tags=tags, agent_id=agent)
    done.identities.set(identities)
    Identity.objects.filter(pk__in=[identity.pk for identity in identities]).update(customer=target)
    CustomerNote.objects.filter(pk__in=notes).update(customer=target)
    target.tags.add(*tags)
    done.values = values.move(CustomerValue, source.pk, target.pk)
    done.save(update_fields=["values"])
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    erasure.merge(source.pk, target.pk)
    record(target, "customer.merged", actor=actor, customer=target.pk, source=source.pk, merge=done.pk)
    return done


@transaction.atomic
def unmerge(done: Merge, *, actor: Actor) -> Customer:
    """Move back what a merge had moved; the file that comes back is returned. Raises CannotMerge when too late."""
    done = Merge.objects.select_for_update().get(pk=done.pk)
    source, target = done.source, done.target
    if done.undone_at or source.erased_at or target.erased_at or source.merged_into_id != target.pk:
        raise CannotMerge("this merge can no longer be undone")
    Identity.objects.filter(pk__in=done.identities.values("pk"), customer=target).update(customer=source)
    CustomerNote.objects.filter(pk__in=done.notes, customer=target).update(customer=source)
    target.tags.remove(*done.tags)
    values.give_back(CustomerValue, done.values, source.pk, target.pk)
    source.merged_into = None
    source.save(update_fields=["merged_into"])
    done.undone_at = timezone.now()
    done.save(update_fields=["undone_at"])
    erasure.merge(target.pk, source.pk)
    record(target, "customer.unmerged", actor=actor, customer=target.pk, source=source.pk, merge=done.pk)
    return source


@transaction.atomic
def export(customer: Customer, *, actor: Actor) -> dict[str, Any]:
    """All that the installation holds on a person, by room; that it was handed out is recorded."""
    data = erasure.export(customer.pk)
    record(customer, "customer.exported", actor=actor, customer=customer.pk)
    return data


@transaction.atomic
def erase(customer: Customer, *, actor: Actor) -> None:
    """Erase a person everywhere: their file, messages, files, drafts, order addresses and the details of events."""
    for merged in Customer.objects.filter(merged_into=customer):
        erasure.erase(merged.pk)
    erasure.erase(customer.pk)
    record(customer, "customer.erased", actor=actor, customer=customer.pk, audiences=_audiences())


def _audiences() -> list[str]:
    """Customers belong to no single shop: every shop's agents may have the file open (the page checks access)."""
    return [f"shop:{key}" for key in Shop.objects.values_list("pk", flat=True)]
