"""Opening the house: everything of the set-up page in one transaction."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from comptoir.conversations.actions.inboxes import create_inbox
from comptoir.conversations.models import InboxKind
from comptoir.core import accounts, shops
from comptoir.core.actors import Actor
from comptoir.core.models import Agent


@dataclass(frozen=True, slots=True)
class Opening:
    """What the new owner told us."""

    name: str
    email: str
    password: str = field(repr=False)
    shop_name: str
    language: str
    timezone: str
    address: str = ""


@transaction.atomic
def open_house(opening: Opening) -> Agent:
    """Make the first owner, the first shop with chat and form, and the inbox when an address is given.

    Raises accounts.AlreadySetUp when somebody was quicker.
    """
    owner = accounts.create_owner(
        opening.email,
        opening.name,
        password=opening.password,
        language=opening.language,
        timezone_name=opening.timezone,
        first=True,
    )
    actor = Actor.of(owner)
    shop = shops.create_shop(
        {
            "name": opening.shop_name,
            "slug": slugify(opening.shop_name)[:60],
            "language": opening.language,
            "timezone": opening.timezone,
            "email": opening.address,
        },
        actor=actor,
    )
    mail = None
    if opening.address:
        values = {
            "shop": shop,
            "kind": InboxKind.EMAIL,
            "name": opening.shop_name[:80],
            "address": opening.address.lower(),
            "adapter": "email" if "email" in settings.ADAPTERS["channel"] else "outbox",
        }
        mail = create_inbox(values, actor=actor)
    for kind in (InboxKind.CHAT, InboxKind.FORM, InboxKind.PHONE):
        answers = mail if kind != InboxKind.PHONE else None
        create_inbox({"shop": shop, "kind": kind, "name": str(kind.label), "mail_inbox": answers}, actor=actor)
    shops.note_set_up()
    return owner
