"""What views and filters may ask of a conversation and of its messages."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from comptoir.conversations.models import (
    Conversation,
    ConversationValue,
    Delivery,
    InboxKind,
    Mention,
    Message,
    MessageKind,
    Priority,
    ReadMark,
    SearchEntry,
    SideConversation,
    State,
)
from comptoir.conversations.queries import topics
from comptoir.conversations.queries.search import asking, lexemes
from comptoir.core import access
from comptoir.core.custom.filters import fields_of
from comptoir.core.filters import Field, ahead, compared, keys, since
from comptoir.core.models import Agent, FieldSubject
from comptoir.customers.filters import tag_names
from comptoir.customers.languages import HEARD
from comptoir.lib.mail import purpose

REASONS = [
    (purpose.NEWSLETTER, _("lettre d’information ou envoi en nombre")),
    (purpose.LIST, _("liste de diffusion")),
    (purpose.ORDER, _("avis de commande")),
    (purpose.INVOICE, _("facture d’un fournisseur")),
    (purpose.CARRIER, _("avis d’un transporteur")),
    (purpose.MARKETPLACE, _("avis d’une place de marché")),
    (purpose.RECEIPT, _("reçu ou confirmation")),
    (purpose.AWAY, _("réponse automatique")),
    (purpose.ROBOT, _("adresse qui ne lit pas les réponses")),
    (purpose.TAUGHT, _("décidé par l’équipe")),
]
LAST_KINDS = {"customer": MessageKind.CUSTOMER, "us": MessageKind.REPLY}


def _assignee(values: list[str], agent: Agent) -> Q:
    made = Q(assignee__in=[*keys(values), *([agent.pk] if "me" in values else [])])
    return made | Q(assignee=None) if "none" in values else made


def _team(values: list[str], agent: Agent) -> Q:
    made = Q(team__in=keys(values))
    if "mine" in values:
        made |= Q(team__in=Agent.teams.through.objects.filter(agent=agent.pk).values("team"))
    return made | Q(team=None) if "none" in values else made


def _keyed(name: str) -> Callable[[list[str], Agent], Q]:
    return lambda values, agent: Q(**{f"{name}__in": keys(values)})


def _age(name: str) -> Callable[[tuple[str, int], Agent], Q]:
    def build(pair: tuple[str, int], agent: Agent) -> Q:
        how, moment = since(pair)
        return Q(**{f"{name}__{how}": moment})

    return build


def _snoozed(pair: tuple[str, int], agent: Agent) -> Q:
    how, moment = ahead(pair)
    return Q(state=State.SNOOZED) & Q(**{f"snoozed_until__{how}": moment})


def _tags(pair: tuple[str, list[str]], agent: Agent) -> Q:
    op, names = pair
    through = Conversation.tags.through.objects
    if op == "all":
        made = Q()
        for name in names:
            made &= Q(pk__in=through.filter(tag__name=name).values("conversation"))
        return made
    return Q(pk__in=through.filter(tag__name__in=names).values("conversation"))


def _unread(value: bool, agent: Agent) -> Q:
    read = ReadMark.objects.filter(
        conversation=OuterRef("pk"), agent=agent.pk, message_id__gte=OuterRef("newest_message")
    )
    unread = Q(newest_message__gt=0) & Q(~Exists(read))
    return unread if value else ~unread


def _mentioned(value: bool, agent: Agent) -> Q:
    named = Q(pk__in=Mention.objects.filter(agent=agent.pk).values("message__conversation"))
    return named if value else ~named


def _aside(value: list[str], agent: Agent) -> Q:
    """With a conversation aside in one of these states."""
    return Q(Exists(SideConversation.objects.filter(conversation=OuterRef("pk"), state__in=value)))


def _attachment(value: bool, agent: Agent) -> Q:
    return Q(attachment_count__gt=0) if value else Q(attachment_count=0)


def _waiting(pair: tuple[str, int], agent: Agent) -> Q:
    how, moment = since(pair)
    return Q(**{f"waiting_since__{how}": moment})


def _count(pair: tuple[str, int], agent: Agent) -> Q:
    how, number = compared(pair)
    return Q(**{f"message_count__{how}": number})


def _last(values: list[str], agent: Agent) -> Q:
    """Who wrote last, notes and machines' words of ours apart."""
    said = Message.objects.filter(conversation=OuterRef("pk"), kind__in=list(LAST_KINDS.values()))
    newest = Subquery(said.order_by("-created_at", "-pk").values("kind")[:1])
    made = Q()
    for value in values:
        made |= Q(Exact(newest, LAST_KINDS[value]))
    return made


def _undelivered(value: bool, agent: Agent) -> Q:
    lost = Message.objects.filter(delivery__in=[Delivery.FAILED, Delivery.BOUNCED]).order_by()
    found = Q(pk__in=lost.values("conversation"))
    return found if value else ~found


def _said(value: str, agent: Agent) -> Q:
    entries = SearchEntry.objects.extra(where=["search @@ %s::tsquery"], params=[_query(value)])
    return Q(pk__in=entries.order_by().values("conversation"))


def _says(value: str, agent: Agent) -> Q:
    entries = SearchEntry.objects.extra(where=["search @@ %s::tsquery"], params=[_query(value)])
    return Q(Exists(entries.filter(conversation=OuterRef("pk"))))


def _says_last(value: str, agent: Agent) -> Q:
    entries = SearchEntry.objects.extra(where=["search @@ %s::tsquery"], params=[_query(value)])
    return Q(Exists(entries.filter(conversation=OuterRef("pk"), message=OuterRef("newest_message"))))


def _said_last(value: str, agent: Agent) -> Q:
    """In the newest message from outside."""
    entries = SearchEntry.objects.extra(where=["search @@ %s::tsquery"], params=[_query(value)])
    found = entries.filter(conversation__newest_message=F("message_id"))
    return Q(pk__in=found.order_by().values("conversation"))


def _query(value: str) -> str:
    return lexemes.query(asking.read(value).terms) or "'~none'"


def _can_be_found(value: Any) -> bool:
    return bool(lexemes.query(asking.read(str(value)).terms))


def _agents(agent: Agent) -> list[tuple[str, Any]]:
    people = [(str(row.pk), row.name) for row in access.agents(agent).order_by("name")[:200]]
    return [("me", _now("Moi, qui regarde")), ("none", pgettext("conversation", "Personne")), *people]


def _teams(agent: Agent) -> list[tuple[str, Any]]:
    teams = [(str(row.pk), row.name) for row in access.teams(agent)[:200]]
    return [("mine", _now("Mes équipes")), ("none", _now("Aucune")), *teams]


def _rows(of: Callable[[Agent], Any]) -> Callable[[Agent], list[tuple[str, Any]]]:
    return lambda agent: [(str(row.pk), row.name) for row in of(agent)[:200]]


def _topics(agent: Agent) -> list[tuple[str, Any]]:
    nodes = topics.offered(access.shops(agent).values_list("pk", flat=True))
    return [*((node.code, node.path) for node in nodes), ("none", pgettext("topic", "Aucun"))]


def _states(agent: Agent) -> list[tuple[str, Any]]:
    return [(code, label) for code, label in State.choices if code not in (State.MERGED, State.SIDE)]


FIELDS = [
    Field("conversation.state", pgettext_lazy("conversation", "État"), "choices", lambda v, a: Q(state__in=v), choices=_states, fixed=True, cheap=True),
    Field("conversation.assignee", pgettext_lazy("conversation", "Responsable"), "choices", _assignee, choices=_agents, cheap=True),
    Field("conversation.team", _("Équipe"), "choices", _team, choices=_teams, cheap=True),
    Field("conversation.shop", _("Boutique"), "choices", _keyed("shop"), choices=_rows(access.shops), cheap=True),
    Field("conversation.inbox", _("Boîte d’arrivée"), "choices", _keyed("inbox"), choices=_rows(access.inboxes), cheap=True),
    Field("conversation.channel", _("Canal"), "choices", lambda v, a: Q(channel__in=v), choices=lambda a: list(InboxKind.choices), fixed=True, cheap=True),
    Field("conversation.topic", pgettext_lazy("conversation", "Thème"), "choices", lambda v, a: topics.within(v), choices=_topics, cheap=True),
    Field("conversation.priority", _("Priorité"), "choices", lambda v, a: Q(priority__in=v), choices=lambda a: [(str(c), x) for c, x in Priority.choices], fixed=True, cheap=True),
    Field("conversation.tag", _("Étiquette"), "tags", _tags, choices=tag_names, cheap=True),
    Field("conversation.language", _("Langue"), "choices", lambda v, a: Q(language__in=v), choices=lambda a: list(HEARD), cheap=True),
    Field("conversation.subject", _("Objet"), "text", lambda v, a: Q(subject__icontains=v)),
    Field("conversation.waiting", _("Attend une réponse"), "age", _waiting, cheap=True),
    Field("conversation.last_message", _("Dernier message"), "age", _age("last_message_at"), cheap=True),
    Field("conversation.created", _("Début de la conversation"), "age", _age("created_at"), cheap=True),
    Field("conversation.snoozed", _("Fin de la pause"), "age", _snoozed, cheap=True),
    Field("conversation.unread", _("Non lue par moi"), "yes", _unread, cheap=True, each=True),
    Field("conversation.mentioned", _("Une note me nomme"), "yes", _mentioned, cheap=True, each=True),
    Field("conversation.attachment", _("Avec une pièce jointe"), "yes", _attachment, cheap=True),
    Field("conversation.messages", _("Nombre de messages"), "number", _count, cheap=True),
    Field("conversation.reason", _("Raison de ne pas attendre de réponse"), "choices", lambda v, a: Q(quiet_reason__in=v), choices=lambda a: list(REASONS), fixed=True, cheap=True),
    Field("conversation.side", _("Écrit à un tiers"), "choices", _aside, choices=lambda a: list(SideConversation.State.choices), fixed=True),
    Field("message.last", _("Dernier à avoir écrit"), "choices", _last, choices=lambda a: [("customer", _("Le client")), ("us", _("Nous"))], fixed=True),
    Field("message.text", _("Un message contient"), "text", _said, probe=_says, check=_can_be_found),
    Field("message.last_text", _("Le dernier message du client contient"), "text", _said_last, probe=_says_last, check=_can_be_found),
    Field("message.undelivered", _("Un envoi a échoué"), "yes", _undelivered),
]  # fmt: skip
custom_fields = fields_of(FieldSubject.CONVERSATION, ConversationValue)
