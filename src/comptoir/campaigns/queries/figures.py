"""What the messages did: left, arrived, bounced, opened, clicked; and the « where is my order » they spared.

Arrived means accepted by the recipient's server and not sent back since; nobody can know more of an e-mail.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum
from django.utils import timezone

from comptoir.campaigns.kinds import TRAITS
from comptoir.campaigns.models import Announcement, Tally
from comptoir.core.models import Shop
from comptoir.outbox.models import Mail

DAYS = 90
ASKED_WITHIN = 21  # days after an order in which a question about it counts
SETTLED = 21  # orders younger than this may still be asked about: they are left out
ENOUGH = 200  # orders on either side, below which nothing is said
# a topic that says « where is it », else the customer's first words
TOPICS = ["wismo", "where_is_my_order", "suivi", "livraison"]
WORDS = (
    r"(o[uù] (est|en est|se trouve|reste)|toujours pas (re[cç]u|arriv)|pas encore (re[cç]u|arriv)|suivi|num[eé]ro de suivi"
    r"|where('s| is| are)|not (yet )?(received|arrived)|hasn'?t (arrived|come)|tracking|wo (ist|bleibt)|sendungsverfolgung"
    r"|d[oó]nde est[aá]|seguimiento|dov'?[eè]|spedizione|waar (is|blijft)|onde est[aá]|gdzie jest|var [aä]r)"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One kind over some days."""

    left: int = 0
    arrived: int = 0
    bounced: int = 0
    opened: int = 0
    clicked: int = 0
    proposed: int = 0


def figures(shop: Shop, days: int = DAYS) -> dict[str, Figures]:
    """Every kind's figures."""
    since = timezone.now() - timedelta(days=days)
    state, sent = Announcement.State, Mail.State.SENT
    rows = (
        Announcement.objects.filter(shop=shop)
        .filter(Q(left_at__gte=since) | Q(state=state.PROPOSED))
        .order_by()
        .values("kind")
        .annotate(
            left=Count("pk", filter=Q(state=state.LEFT, mail__state=sent)),
            bounced=Count("pk", filter=Q(mail__bounced_at__isnull=False) | Q(mail__state=Mail.State.FAILED)),
            returned=Count("pk", filter=Q(mail__state=sent, mail__bounced_at__isnull=False)),
            proposed=Count("pk", filter=Q(state=state.PROPOSED)),
        )
    )
    tallies = Tally.objects.filter(shop=shop, day__gte=since.date()).order_by().values("kind")
    counted = {row["kind"]: row for row in tallies.annotate(opened=Sum("opened"), clicked=Sum("clicked"))}
    found = {}
    for row in rows:
        seen = counted.get(row["kind"], {"opened": 0, "clicked": 0})
        found[row["kind"]] = Figures(
            row["left"], row["left"] - row["returned"], row["bounced"], seen["opened"], seen["clicked"], row["proposed"]
        )
    return found


@dataclass(frozen=True, slots=True)
class Spared:
    """Questions « where is my order » per thousand orders, of customers who were told and of those who were not."""

    told: int
    told_asking: int
    untold: int
    untold_asking: int

    @property
    def enough(self) -> bool:
        """Whether both sides are large enough to compare."""
        return min(self.told, self.untold) >= ENOUGH

    @property
    def told_rate(self) -> float:
        """Questions per thousand orders of those who were told."""
        return round(1000 * self.told_asking / self.told, 1) if self.told else 0.0

    @property
    def untold_rate(self) -> float:
        """Of those who were not."""
        return round(1000 * self.untold_asking / self.untold, 1) if self.untold else 0.0

    @property
    def spared(self) -> int:
        """How many questions more there would have been at the other rate; may be negative, and is shown so."""
        return round(self.told * (self.untold_rate - self.told_rate) / 1000)


_SPARED = """
WITH placed AS (
    SELECT o.id, o.placed_at, i.customer_id,
        EXISTS (SELECT FROM campaigns_announcement a JOIN outbox_mail m ON m.id = a.mail_id
            WHERE a.order_id = o.id AND a.state = 'left' AND m.state = 'sent' AND a.kind = ANY(%(kinds)s)) AS told
    FROM orders_order o JOIN customers_identity i ON i.id = o.identity_id
    WHERE o.shop_id = %(shop)s AND o.placed_at BETWEEN %(since)s AND %(until)s AND o.state NOT IN ('pending', 'cancelled')
), asked AS (
    SELECT DISTINCT p.id FROM placed p
    JOIN customers_identity i ON i.customer_id = p.customer_id
    JOIN conversations_conversation c ON c.identity_id = i.id AND c.shop_id = %(shop)s
        AND c.created_at BETWEEN p.placed_at AND p.placed_at + make_interval(days => %(within)s)
    WHERE c.topic = ANY(%(topics)s) OR (SELECT m.text FROM conversations_message m
        WHERE m.conversation_id = c.id AND m.kind = 'customer' ORDER BY m.id LIMIT 1) ~* %(words)s
)
SELECT count(*) FILTER (WHERE told), count(*) FILTER (WHERE told AND id IN (SELECT id FROM asked)),
    count(*) FILTER (WHERE NOT told), count(*) FILTER (WHERE NOT told AND id IN (SELECT id FROM asked)) FROM placed
"""


def spared(shop: Shop, days: int = DAYS) -> Spared:
    """Compare the orders of some months whose customers were told where they are with those whose were not."""
    until = timezone.now() - timedelta(days=SETTLED)
    kinds = [kind for kind, trait in TRAITS.items() if trait.tells_where]
    given: dict[str, Any] = {
        "shop": shop.pk, "kinds": kinds, "since": until - timedelta(days=days), "until": until, "within": ASKED_WITHIN,
        "topics": TOPICS, "words": WORDS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SPARED, given)
        return Spared(*cursor.fetchone())
