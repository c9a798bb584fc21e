"""A thread as the page shows it: what is folded, whose words they are, how far an answer came."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.agent.customers.forms import name_of
from comptoir.agent.inbox import journey
from comptoir.agent.inbox.numbers import linked
from comptoir.agent.inbox.rows import face, moment, precise
from comptoir.agent.spoken import spoken
from comptoir.conversations.actions.messaging import IN_SHOP
from comptoir.conversations.messenger import IN_THREAD
from comptoir.conversations.models import QUOTES, REMOVED, UNREAD, Delivery, MessageKind, SideConversation
from comptoir.conversations.queries.thread import Thread
from comptoir.core.models import Agent, Event
from comptoir.core.sentences import sentence
from comptoir.lib.html import clean_editor, from_text, to_text
from comptoir.lib.language import short
from comptoir.lib.text import preview
from comptoir.ui.icon import svg

OPEN_AT_END = 3
BY_MAIL = "by_mail"
Side = SideConversation.State
# A message whose way is not over, or went wrong, is never folded.
TOLD = {
    Delivery.FAILED, Delivery.UNKNOWN, Delivery.BOUNCED, Delivery.HELD, Delivery.LATER, Delivery.QUEUED,
}  # fmt: skip
_ICONS = {
    "assigned": "person", "team_assigned": "people", "snoozed": "snooze", "woken": "bell", "closed": "checkc",
    "reopened": "undo", "pending": "clock", "spam": "warn", "discarded": "xc", "priority": "flag", "topic": "list", "topic_set": "list", "field_set": "pencil",
    "renamed": "pencil", "tagged": "tag", "untagged": "tag", "order_attached": "box", "order_detached": "box",
    "customer_changed": "person", "introduced": "person", "undone": "undo", "merged": "merge", "unmerged": "merge",
    "added": "check", "done": "check", "postponed": "clock", "removed": "x", "steps_added": "list", "step_done": "check",
    "step_reopened": "undo", "step_removed": "x", "split": "flow", "split_off": "flow", "linked": "link", "unlinked": "link", "moved": "inbox",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the stream: a folded line, an open message or an event."""

    at: datetime
    folded: str = ""
    message: "Shown | None" = None
    event: str = ""
    icon: str = ""
    side: "Card | None" = None


@dataclass(frozen=True, slots=True)
class Card:
    """A conversation aside, in the stream of its matter; `fresh` when the agent has not seen the last answer."""

    key: int
    state: str
    name: str
    subject: str
    preview: str
    count: int
    at: datetime
    fresh: bool

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Card":
        """From a row of queries.thread."""
        fresh = row["state"] == Side.ANSWERED and row["newest"] > (row["read"] or 0)
        at = parse_datetime(row["at"]) or timezone.now()
        return cls(row["pk"], row["state"], row["name"], row["subject"], row["preview"], row["count"], at, fresh)

    @property
    def told(self) -> str:
        """Its state in words."""
        return str(Side(self.state).label)

    @property
    def tone(self) -> str:
        """The colour of its chip."""
        return {Side.ANSWERED: "info", Side.FAILED: "bad", Side.WAITING: "wait"}.get(Side(self.state), "")


@dataclass(frozen=True, slots=True)
class Shown:
    """An open message in words. `state` says how far it came; `problem` why it did not arrive."""

    row: Any
    look: str
    name: str
    face: SafeString
    to: str
    everyone: str
    state: str
    html: SafeString
    warnings: list[str]
    pictures: list[dict[str, Any]]
    files: list[dict[str, Any]]
    at: str
    note: str = ""
    quoted: str = ""
    removed: bool = False
    unfolded: bool = False
    came: tuple[int, str] | None = None
    shop: str = ""
    plan: str = ""
    language: str = ""
    translatable: bool = False
    outcomes: list[journey.Outcome] = field(default_factory=list)
    enclosed: str = ""


def stream(thread: Thread, agent: Agent, *, opened: Collection[int] = (), earlier: bool = False) -> list[Item]:
    """Messages and events in their order; the newest messages and the unread ones are open, older ones folded."""
    now, conversation = timezone.now(), thread.conversation
    read_until = conversation.read_until[0] if conversation.read_until else 0
    last = {row.pk for row in thread.messages[-OPEN_AT_END:]}
    items = []
    for row in thread.messages:
        unread = row.pk > read_until and row.kind == MessageKind.CUSTOMER
        troubled = row.delivery in TOLD
        if row.pk in last or row.pk in opened or (unread and read_until) or troubled:
            items.append(Item(row.created_at, message=show(row, conversation, agent, unfolded=row.pk in opened)))
        else:
            items.append(Item(row.created_at, folded=_folded(row, conversation, agent, now)))
    items += [
        Item(
            event.occurred_at,
            event=sentence(event, thread.names),
            icon=_event_icon(event),
        )
        for event in thread.events
    ]
    if not earlier:
        items += cards(conversation)
    return sorted(items, key=lambda item: item.at)


def cards(conversation: Any) -> list[Item]:
    """The conversations aside, each where its last message stands in time."""
    return [
        Item(card.at, side=card) for card in (Card.of(row) for row in getattr(conversation, "side_list", None) or ())
    ]


def _event_icon(event: Event) -> str:
    return _ICONS.get(event.verb.partition(".")[2], "info")


def author(row: Any, agent: Agent) -> str:
    """Who wrote it: « Vous », a colleague, or the name that the sender signs with."""
    if row.agent_id:
        return _("Vous") if row.agent_id == agent.pk else row.agent.name
    named = row.sender.get("name") or (row.identity.name if row.identity_id else "") or row.sender.get("email")
    return str(named or _("Visiteur"))


def _folded(row: Any, conversation: Any, agent: Agent, now: datetime) -> SafeString:
    name = escape(author(row, agent))
    by = row.agent.name if row.agent_id else (_drawn(row, conversation) or author(row, agent))
    drawn = face(by, photo=row.agent.photo_id if row.agent_id else None)
    first = escape(preview(row.said or to_text(row.written), 90)) or (_("Pièce jointe") if row.file_list else "")
    look = " note" if row.kind in (MessageKind.NOTE, MessageKind.CALL) else ""
    return mark_safe(  # noqa: S308 (escaped above)
        f'<details class="unfold{look}" id="m{row.pk}" hx-get="/conversations/{conversation.pk}/messages/{row.pk}/" '
        f'hx-trigger="toggle once" hx-target="this" hx-swap="outerHTML"><summary class="msg folded">{drawn}'
        f'<b class="nowrap">{name}</b><span class="clip">{first}</span><span class="grow"></span>{_mark(row, conversation)}'
        f'<time class="nowrap" datetime="{row.created_at.isoformat(timespec="seconds")}">'
        f"{moment(row.created_at, now)}</time></summary></details>"
    )


def _drawn(row: Any, conversation: Any) -> str:
    """The name whose face is drawn: the conversation's customer's, unless somebody else wrote."""
    if row.kind in (MessageKind.REPLY, MessageKind.NOTE):  # written elsewhere, by somebody of ours
        return ""
    return str(conversation.customer_name) if row.identity_id in (None, conversation.identity_id) else ""


def _mark(row: Any, conversation: Any) -> str:
    came = came_from(row, conversation)
    if came is None:
        return ""
    told = [_("Vient de « %(subject)s »") % {"subject": came[1]}, by_shop(row, conversation)]
    title = escape(" · ".join(filter(None, told)))
    return f'<span class="muted came" title="{title}">{svg("merge", "i xs")}</span>'


def show(row: Any, conversation: Any, agent: Agent, *, unfolded: bool = False) -> Shown:
    """An open message."""
    look = {MessageKind.REPLY: "mine", MessageKind.NOTE: "note", MessageKind.CALL: "note"}.get(row.kind, "")
    files = [file for file in row.file_list if not file["inline"] or row.kind == MessageKind.CUSTOMER]
    pictures = [file for file in files if _is_picture(file)]
    name = author(row, agent)
    by = row.agent.name if row.agent_id else _drawn(row, conversation) or name
    return Shown(
        row=row,
        look=look,
        name=name,
        face=mark_safe(face(by, photo=row.agent.photo_id if row.agent_id else None)),  # noqa: S308 (escaped there)
        to=_to(row, conversation),
        everyone=_everyone(row),
        state=state(row),
        html=body(row, conversation),
        warnings=warnings(row),
        quoted=quoted(row) if row.quotes else "",
        removed=REMOVED in row.flags,
        pictures=pictures,
        files=[file for file in files if file not in pictures],
        at=precise(row.created_at, timezone.now()),
        note={MessageKind.NOTE: _("Note interne"), MessageKind.CALL: _("Note d’appel ou de visite")}.get(row.kind, ""),
        unfolded=unfolded,
        came=came_from(row, conversation),
        shop=by_shop(row, conversation),
        plan=journey.plan(row),
        language=other_language(row, conversation),
        translatable=is_foreign(row, agent),
        outcomes=journey.outcomes(row),
        enclosed=enclosed(row),
    )


def foreign_language(conversation: Any) -> str:
    """The name of the language of a conversation, when it is not its shop's."""
    told = short(conversation.language)
    return name_of("languages", told) if told and told != short(conversation.shop.language) else ""


def is_foreign(row: Any, agent: Agent) -> bool:
    """Whether a customer's message is in a language that is not the agent's own."""
    return row.kind == MessageKind.CUSTOMER and bool(row.language) and short(row.language) != short(agent.language)


def other_language(row: Any, conversation: Any) -> str:
    """The name of the language that a customer's message is in, when it is not the conversation's."""
    told = short(row.language)
    usual = short(conversation.language) or short(conversation.shop.language)
    return name_of("languages", told) if told and told != usual else ""


def by_shop(row: Any, conversation: Any) -> str:
    """The name of the shop that a message came or left by, when it is not the conversation's."""
    mine = row.kind == MessageKind.NOTE or row.shop_id == conversation.shop_id
    return "" if mine else str(row.shop_name)


def came_from(row: Any, conversation: Any) -> tuple[int, str] | None:
    """The merged conversation that the message came from: its key and subject."""
    if row.came_from is None:
        return None
    merged = {each["pk"]: each["subject"] for each in getattr(conversation, "merged_list", [])}
    return row.came_from, merged.get(row.came_from) or _("n° %(number)s") % {"number": row.came_from}


def _is_picture(file: dict[str, Any]) -> bool:
    return str(file["type"]).startswith("image/") and file["type"] != "image/svg+xml"


def body(row: Any, conversation: Any) -> SafeString:
    """What the message says, safe to show, with the numbers of known orders and parcels as links to the panel."""
    said = row.kind == MessageKind.CUSTOMER or not row.written
    html = from_text(_own(row.said)) if said else clean_editor(row.written)
    return mark_safe(linked(html, conversation))  # noqa: S308 (cleaned above)


def _own(text: str) -> str:
    """The words of a customer; those that stand for a mail too large to be taken in are ours."""
    return spoken(text) if text.startswith("Ce message de ") else text


def state(row: Any) -> str:
    """How far an answer came, in a word or two."""
    if row.kind != MessageKind.REPLY:
        return ""
    if row.delivery == Delivery.QUEUED and row.waits:
        return _("en attente")
    if row.delivery == Delivery.SENT and IN_THREAD in row.flags:
        return _("dans la boutique et par e-mail") if row.mailed_at and BY_MAIL in row.flags else _("dans la boutique")
    if row.delivery == Delivery.SENT and row.mailed_at and BY_MAIL in row.flags:
        return _("remis par e-mail")
    if row.delivery == Delivery.SENT and IN_SHOP in row.flags:
        return _("depuis la boutique")
    return {
        Delivery.HELD: _("annulable"),
        Delivery.LATER: _("retenue") if row.waits else _("programmée"),
        Delivery.QUEUED: _("va partir"),
        Delivery.SENDING: _("envoi en cours"),
        Delivery.SENT: _("depuis la boîte mail") if "from_mailbox" in row.flags else _("remis"),
        Delivery.SEEN: _("lu"),
        Delivery.FAILED: _("non envoyé"),
        Delivery.BOUNCED: _("non remis"),
        Delivery.UNKNOWN: _("envoi incertain"),
    }.get(row.delivery, "")


def quoted(row: Any) -> str:
    """« 3 messages cités », or without their number when the mail does not tell it."""
    count = next((int(flag.removeprefix(QUOTES)) for flag in row.flags if flag.startswith(QUOTES)), 0)
    if not count:
        return _("Messages cités")
    return ngettext("%(n)s message cité", "%(n)s messages cités", count) % {"n": count}


def enclosed(row: Any) -> str:
    """« Avec 2 messages de la conversation », under a mail to a third party."""
    count = sum(flag.startswith("shows:") for flag in row.flags)
    text = ngettext("Avec %(n)s message de la conversation", "Avec %(n)s messages de la conversation", count)
    return text % {"n": count} if count else ""


def warnings(row: Any) -> list[str]:
    """What one should know before believing the message, in words."""
    texts = {
        "unknown_sender": _(
            "Cette personne n’avait pas encore pris part à la conversation. Ne lui communiquez rien avant de "
            "savoir qui elle est."
        ),
        "contact_form": _("Écrit par un formulaire : l’adresse est celle que le visiteur a donnée, rien ne la prouve."),
        "original_author": _("L’auteur vient d’un message transféré : rien ne prouve son adresse."),
        "colleague": _("Écrit par quelqu’un de l’équipe : la réponse va au client, pas à cette personne."),
        "reply_unproved": _("Réponse non envoyée : expéditeur non prouvé. Le client n’a rien reçu."),
        "reply_late": _("Réponse non envoyée : l’adresse de réponse n’est plus valable. Le client n’a rien reçu."),
        "reply_overtaken": _("Réponse non envoyée : quelqu’un a écrit entre-temps. Le client n’a rien reçu."),
        "reply_refused": _("Réponse non envoyée : elle ne pouvait pas partir ainsi. Le client n’a rien reçu."),
        "unproved_sender": _("L’adresse de l’expéditeur n’est pas prouvée : quelqu’un d’autre a pu écrire à sa place."),
        "hidden:card": _("Un numéro de carte a été masqué à l’arrivée, dans l’original aussi."),
        "hidden:iban": _("Un numéro de compte a été masqué à l’arrivée, dans l’original aussi."),
        "duplicate_id": _("Ce message porte le même identifiant qu’un autre : l’un des deux est peut-être faux."),
        "some_refused": _("Certaines adresses ont été refusées : %(why)s") % {"why": row.error},
        "kind:auto_reply": _("Réponse automatique."),
        "kind:bulk": _("Envoi en nombre."),
        "kind:complaint": _("Plainte pour courrier indésirable."),
        "no_address": _("Le visiteur n’a pas laissé d’adresse : la réponse l’attend dans le chat."),
    }
    told_better = "contact_form" in row.flags
    found = [texts[flag] for flag in row.flags if flag in texts and not (told_better and flag == "unproved_sender")]
    unread = [spoken(flag.removeprefix(UNREAD)) for flag in row.flags if flag.startswith(UNREAD)]
    if "warnings" in row.flags and not unread:
        unread = [_("Une partie de ce message n’a pas pu être lue ; elle est dans l’original.")]
    if {IN_THREAD, BY_MAIL} <= set(row.flags) and row.delivery in TOLD:
        found.append(
            _("La réponse est dans la messagerie de la boutique ; seule sa copie par e-mail n’est pas encore partie.")
        )
    return found + unread


def _to(row: Any, conversation: Any) -> str:
    if row.kind == MessageKind.REPLY and row.to:
        people = _names(row.to)
        return _("à %(people)s") % {"people": people} + (", cc " + _names(row.cc) if row.cc else "")
    if row.kind == MessageKind.CUSTOMER and row.cc:
        return _("à vous, cc %(people)s") % {"people": _names(row.cc)}
    return ""


def _names(parties: list[dict[str, str]]) -> str:
    shown = [party.get("name") or party.get("email", "") for party in parties[:2]]
    rest = len(parties) - len(shown)
    return ", ".join(shown) + (_(" et %(count)s autres") % {"count": rest} if rest > 0 else "")


def _everyone(row: Any) -> str:
    lines = [(_("De"), [row.sender] if row.sender else []), (_("À"), row.to), ("Cc", row.cc), (_("Cci"), row.bcc)]
    return "\n".join(
        f"{title} : " + ", ".join(f"{p.get('name', '')} <{p.get('email', '')}>".strip() for p in parties)
        for title, parties in lines
        if parties
    )
