"""Filters as conditions on conversations, within what the agent may see; a value that names nothing is told with the nearest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from comptoir.conversations.models import Attachment, Conversation, Message, Participant, ReadMark, State
from comptoir.conversations.queries import topics
from comptoir.conversations.queries.filtering import PUT_AWAY
from comptoir.conversations.queries.search import custom, values
from comptoir.conversations.queries.search.asking import Asked, Narrow, Problem
from comptoir.core import access
from comptoir.core.models import Agent, Role, Shop
from comptoir.customers.models import Identity, Tag
from comptoir.customers.queries import matching as customers_matching
from comptoir.customers.queries import spellings
from comptoir.lib.text import unaccent
from comptoir.orders.models import Shipment
from comptoir.orders.queries import find_by_number

AWAY = (State.SPAM, State.TRASH)
SHOWN = [state for state in State.values if state not in PUT_AWAY]
FEW = {
    "from",
    "order",
    "subject",
    "tag",
    "topic",
    "field",
    "file",
    "to",
}  # filters that leave few conversations, and are indexed
PEOPLE = 200


@dataclass(slots=True)
class Scope:
    """The conversations in which is searched. `few`: they may be few, so that it pays to look at them first."""

    conversations: QuerySet[Any]
    shops: tuple[int, ...] | None
    states: list[str] = field(default_factory=lambda: list(SHOWN))
    since: datetime | None = None
    until: datetime | None = None
    few: bool = False

    def by_state(self, state: str) -> QuerySet[Any]:
        """Those in one state."""
        return self.conversations.filter(state=state)


def scope(agent: Agent, asked: Asked) -> Scope:
    """What the filters leave of what the agent may see; problems are added to `asked`. Spam and trash only when named."""
    found = Scope(access.conversations(agent), _shops(agent), few=agent.role == Role.STORE)
    states: set[str] = set()
    for narrow in asked.narrows:
        if narrow.key == "state" and (state := _state(narrow.value)) and not narrow.leaves_out:
            states.add(state)
        elif narrow.key in ("before", "after"):
            _bound(found, narrow, asked)
        else:
            _apply(found, agent, narrow, asked)
    if states:
        found.states = [state for state in State.values if state in states]
    return found


def _shops(agent: Agent) -> tuple[int, ...] | None:
    """To which shops' marks the index is narrowed; None when that would leave out nothing, or is not the limit."""
    if agent.role == Role.STORE:
        return None
    mine = tuple(access.shops(agent).order_by().values_list("pk", flat=True))
    return None if len(mine) == Shop.objects.count() else mine


def _apply(found: Scope, agent: Agent, narrow: Narrow, asked: Asked) -> None:
    name = narrow.typed.partition(":")[0]
    made = (
        custom.condition(name, narrow.value) if narrow.key == "field" else CONDITIONS[narrow.key](agent, narrow.value)
    )
    if isinstance(made, Problem):
        asked.problems.append(Problem(made.code, narrow.typed, made.nearest))
        return
    if narrow.leaves_out:
        found.conversations = found.conversations.exclude(made)
    else:
        found.conversations = found.conversations.filter(made)
        found.few = found.few or narrow.key in FEW


def _bound(found: Scope, narrow: Narrow, asked: Asked) -> None:
    day = values.day(narrow.value)
    if day is None:
        asked.problems.append(Problem("no_date", narrow.typed))
    elif (narrow.key == "after") is not narrow.leaves_out:
        found.since = max(found.since, day) if found.since else day
    else:
        found.until = min(found.until, day) if found.until else day


def _state(value: str) -> str:
    return values.STATES.get(unaccent(value).replace("_", " "), "")


def nothing(value: str, known: Iterable[str]) -> Problem:
    """No such value; the nearest of those that there are."""
    by_plain = {unaccent(name): name for name in known}
    near = get_close_matches(unaccent(value), by_plain, n=1, cutoff=0.6)
    return Problem("unknown_value", value, by_plain[near[0]] if near else "")


def _from(agent: Agent, value: str) -> Any:
    people = customers_matching(access.customers(agent), value).values_list("pk", flat=True)[:PEOPLE]
    identities = Identity.objects.filter(customer__in=list(people)).values_list("pk", flat=True)
    colleagues = [row.pk for row in access.agents(agent) if _fits(row.name, value)]
    keys = list(identities)
    if keys:
        begun = Conversation.objects.filter(identity__in=keys).values("pk")
        named = Participant.objects.filter(identity__in=keys).values("conversation")
        both = begun.union(named, all=True)  # an OR would read every conversation
        return Q(pk__in=access.conversations(agent).filter(pk__in=both).order_by().values("pk"))
    wrote = Q(Exists(Message.objects.filter(conversation=OuterRef("pk"), agent__in=colleagues)))
    return wrote if colleagues else Q(pk=None)


def _to(agent: Agent, value: str) -> Any:
    ours = [row.pk for row in access.inboxes(agent) if value.lower() in (row.address or "").lower()]
    address = [{"email": value.lower()}]
    sent = Message.objects.filter(conversation=OuterRef("pk"))
    if "@" in value.strip("@"):
        sent = sent.filter(Q(to__contains=address) | Q(cc__contains=address))
    else:
        sent = sent.filter(Q(to__icontains=value) | Q(cc__icontains=value))
    return Q(inbox__in=ours) | Q(Exists(sent)) if ours else Q(Exists(sent))


def _tag(agent: Agent, value: str) -> Any:
    tags = dict(Tag.objects.values_list("pk", "name"))
    wanted = unaccent(value)
    keys = [key for key, name in tags.items() if unaccent(name) == wanted]
    keys = keys or [key for key, name in tags.items() if unaccent(name).startswith(wanted)]
    if not keys:
        return nothing(value, tags.values())
    return Q(pk__in=Tag.conversations.through.objects.filter(tag__in=keys).values("conversation"))


def _topic(agent: Agent, value: str) -> Any:
    """The topic of that name or path, else those whose names begin so; each with what stands below it."""
    if (code := topics.resolve(value)) or unaccent(value) in ("aucun", "none", "-"):
        return topics.within([code or "none"])
    nodes = [node for node in topics.offered() if all(word in node.words for word in unaccent(value).split())]
    return topics.within([node.code for node in nodes]) if nodes else nothing(value, [n.path for n in topics.offered()])


def _assignee(agent: Agent, value: str) -> Any:
    plain = unaccent(value)
    if plain in ("personne", "aucun", "none", "nobody", "-"):
        return Q(assignee=None)
    if plain in ("moi", "me"):
        return Q(assignee=agent.pk)
    rows = list(access.agents(agent))
    keys = [row.pk for row in rows if _fits(row.name, value)]
    return Q(assignee__in=keys) if keys else nothing(value, [row.first_name for row in rows])


def _marked(agent: Agent, value: str) -> Any:
    plain = unaccent(value).replace("_", " ")
    if state := _state(value):
        return Q(state=state)
    mark = values.MARKS.get(plain)
    if mark == "unread":
        read = ReadMark.objects.filter(
            conversation=OuterRef("pk"), agent=agent.pk, message_id__gte=OuterRef("newest_message")
        )
        return ~Exists(read) & Q(newest_message__gt=0)
    if mark == "waiting":
        return Q(waiting_since__isnull=False)
    if mark == "urgent":
        return Q(priority__gte=2)
    return nothing(value, [*values.STATES, *values.MARKS])


def _inbox(agent: Agent, value: str) -> Any:
    if (state := _state(value)) in AWAY:
        return Q(state=state)
    rows = list(access.inboxes(agent))
    keys = [row.pk for row in rows if _within(row.name, value) or value.lower() == (row.address or "").lower()]
    return Q(inbox__in=keys) if keys else nothing(value, [row.name for row in rows])


def _shop(agent: Agent, value: str) -> Any:
    rows = list(access.shops(agent))
    keys = [row.pk for row in rows if _within(row.name, value)]
    return Q(shop__in=keys) if keys else nothing(value, [row.name for row in rows])


def _channel(agent: Agent, value: str) -> Any:
    channel = values.CHANNELS.get(unaccent(value))
    return Q(channel=channel) if channel else nothing(value, values.CHANNELS)


def _language(agent: Agent, value: str) -> Any:
    plain = unaccent(value)
    code = values.LANGUAGES.get(plain, plain if plain in values.LANGUAGES.values() else "")
    return Q(language__startswith=code) if code else nothing(value, values.LANGUAGES)


def _subject(agent: Agent, value: str) -> Any:
    named = Conversation.objects.alias(heading=Upper("subject"))
    for word in value.split()[:6]:
        named = named.filter(heading__regex=spellings(word))
    return Q(pk__in=named.order_by().values("pk"))


def _file(agent: Agent, value: str) -> Any:
    plain = unaccent(value)
    if plain in ("attachment", "attachments", "file", "fichier", "oui", "yes", "pj", "piece", "jointe"):
        return Q(attachment_count__gt=0)
    held = Attachment.objects.filter(message__conversation=OuterRef("pk"))
    if plain in ("image", "photo", "picture", "images", "photos"):
        held = held.filter(file__content_type__startswith="image/")
    elif plain == "pdf":
        held = held.filter(file__content_type="application/pdf")
    else:
        held = held.filter(file__name__icontains=value)
    return Q(attachment_count__gt=0) & Q(Exists(held))


def _order(agent: Agent, value: str) -> Any:
    mine = access.orders(agent).order_by()
    keys = list(find_by_number(mine, value).values_list("pk", flat=True)[:20])
    if not keys:
        parcels = Shipment.objects.filter(number__iexact="".join(value.split())).values("order")
        keys = list(mine.filter(pk__in=parcels).values_list("pk", flat=True)[:20])
    if not keys:
        return Problem("no_order", value)
    return Q(pk__in=access.conversations(agent).filter(orders__in=keys).order_by().values("pk"))


def _fits(name: str, value: str) -> bool:
    parts = unaccent(name).replace("-", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in unaccent(value).split())


def _within(name: str, value: str) -> bool:
    return unaccent(value) in unaccent(name)


Condition = Callable[[Agent, str], Any]
CONDITIONS: dict[str, Condition] = {
    "from": _from,
    "to": _to,
    "tag": _tag,
    "assignee": _assignee,
    "state": _marked,
    "inbox": _inbox,
    "channel": _channel,
    "language": _language,
    "topic": _topic,
    "subject": _subject,
    "file": _file,
    "order": _order,
    "shop": _shop,
}


def offered(agent: Agent, key: str, begun: str) -> Sequence[str]:
    """The values that a filter may take and that begin so, for completion."""
    named: dict[str, Callable[[], Iterable[str]]] = {
        "tag": lambda: Tag.objects.values_list("name", flat=True),
        "topic": lambda: [name for node in topics.offered() for name in dict.fromkeys((node.path, node.name))],
        "assignee": lambda: ["moi", "personne", *(row.name for row in access.agents(agent))],
        "state": lambda: ["ouverte", "attente", "pause", "close", "non-lue", "attend", "urgente", "spam", "corbeille"],
        "inbox": lambda: (row.name for row in access.inboxes(agent)),
        "shop": lambda: (row.name for row in access.shops(agent)),
        "channel": lambda: ["mail", "chat", "formulaire", "téléphone"],
        "language": lambda: ["français", "anglais", "allemand", "espagnol", "italien", "néerlandais", "portugais", "suédois", "polonais"],
        "file": lambda: ["attachment", "image", "pdf"],
        "before": lambda: ["hier", "7j", "30j"],
        "after": lambda: ["hier", "7j", "30j"],
    }  # fmt: skip
    wanted = unaccent(begun)
    return [name for name in named.get(key, list)() if unaccent(name).startswith(wanted)][:8]
