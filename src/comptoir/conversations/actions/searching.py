"""What search writes: an agent's recent searches, and the lexicon, counted a little at a time."""

import re
import time
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.conversations.models import RecentSearch
from comptoir.core.models import Agent
from comptoir.customers.models import Identity
from comptoir.lib.text import unaccent
from comptoir.orders.models import Order, Shipment

KEPT = 10
FORGOTTEN_AFTER = timedelta(days=30)
BATCH, SECONDS = 500, 5
_WORD = re.compile(r"[^\W_]+")


@transaction.atomic
def remember(agent: Agent, text: str) -> None:
    """Put a search first among the agent's own; the oldest ones go."""
    text = " ".join(text.split())[:200]
    if len(text) < 2:
        return
    RecentSearch.objects.update_or_create(agent=agent, text=text, defaults={"searched_at": timezone.now()})
    mine = RecentSearch.objects.filter(agent=agent).order_by("-searched_at", "-pk")
    RecentSearch.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[KEPT : KEPT + 50])).delete()


def forget(agent: Agent) -> None:
    """Take away all of the agent's searches."""
    RecentSearch.objects.filter(agent=agent).delete()


def forget_naming(identities: QuerySet[Identity]) -> None:
    """Take away what anybody searched for and names a person: a word of the name, an address, a number of theirs."""
    names = [*identities.values_list("name", flat=True), *identities.values_list("customer__name", flat=True)]
    words = {word for name in names for word in _WORD.findall(unaccent(name)) if len(word) > 2}
    orders = Order.objects.filter(identity__in=identities)
    parcels = Shipment.objects.filter(order__in=orders)
    known = [
        rows.values_list(name, flat=True)
        for rows, name in ((identities, "value"), (orders, "number"), (parcels, "number"))
    ]
    numbers = {_bare(value) for values in known for value in values} - {""}
    numbers |= {number[-9:] for number in numbers if len(number) > 9 and number.isdigit()}  # 06… of +336…
    for recent in RecentSearch.objects.all():
        plain = unaccent(recent.text)
        if words & set(_WORD.findall(plain)) or any(number in _bare(plain) for number in numbers):
            recent.delete()


def _bare(text: str) -> str:
    return "".join(_WORD.findall(unaccent(text)))


def count_words() -> None:
    """Called each minute: count the words of messages that came, and drop searches that are a month old.

    A message is counted when the run before had seen its key, so that none is passed over while it is being committed.
    """
    RecentSearch.objects.filter(searched_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT lexicon_count(%s)", [BATCH])
            if not cursor.fetchone()[0]:
                return
