"""Taking a platform's own messages in, or not: the inbox that stands for them, made and looked into at once."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.actions.inboxes import create_inbox, switch_inbox
from comptoir.conversations.actions.looking import look, turn
from comptoir.conversations.messenger import keeps_threads
from comptoir.conversations.models import Inbox, InboxKind, ThreadReading
from comptoir.core.actors import Actor
from comptoir.orders.models import Connection

OPEN_SINCE = timedelta(days=3)  # what is older and unanswered is history
PLACES = ("url", "base_url", "platform", "shop")  # settings of adapters that say which shop it is


class NoMessages(ValueError):
    """The platform keeps no messages of customers."""


@transaction.atomic
def switch(connection: Connection, on: bool, *, actor: Actor) -> Inbox | None:
    """Take the messages of a connected shop in, or stop. The inbox of an earlier connection to the same shop goes on."""
    inbox = Inbox.objects.filter(connection=connection).first()
    if not on:
        if inbox is not None:
            switch_inbox(inbox, False, actor=actor)
        return inbox
    if not keeps_threads(connection):
        raise NoMessages(connection.vendor)
    if inbox is None:
        inbox = _former(connection) or _new(connection, actor)
    switch_inbox(inbox, True, actor=actor)
    look_now(inbox)
    return inbox


@transaction.atomic
def look_now(inbox: Inbox) -> None:
    """Somebody asks: do not wait for the next look, nor for the end of a pause."""
    ThreadReading.objects.filter(inbox=inbox).update(next_at=None, attempts=0)
    look.defer(once=turn(inbox.pk), inbox_id=inbox.pk)


def _place(connection: Connection) -> dict[str, str]:
    site = next((str(connection.settings[name]) for name in PLACES if connection.settings.get(name)), "")
    return {"vendor": connection.vendor, "site": site.strip().rstrip("/").lower()}


def _former(connection: Connection) -> Inbox | None:
    place = _place(connection)
    if not place["site"]:
        return None
    found = Inbox.objects.filter(shop=connection.shop_id, kind=InboxKind.SHOP, connection=None, settings=place).first()
    if found is not None:
        found.connection, found.problem = connection, ""
        found.save(update_fields=["connection", "problem"])
    return found


def _new(connection: Connection, actor: Actor) -> Inbox:
    shop = connection.shop
    mail = Inbox.objects.filter(shop=shop, kind=InboxKind.EMAIL, active=True).order_by("pk").first()
    values = {
        "shop": shop, "name": connection.name, "kind": InboxKind.SHOP, "connection": connection, "mail_inbox": mail,
        "read_from": timezone.localdate() - OPEN_SINCE, "settings": _place(connection),
    }  # fmt: skip
    inbox = create_inbox(values, actor=actor)
    ThreadReading.objects.create(inbox=inbox)
    return inbox
