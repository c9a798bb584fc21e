"""One conversation with its messages and what happened to it: a constant number of queries, however long it is."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, CharField, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, JSONObject, Left

from comptoir.conversations.models import (
    Attachment,
    Conversation,
    Draft,
    Inbox,
    Mention,
    Message,
    MessageKind,
    ReadMark,
    SideConversation,
    View,
)
from comptoir.conversations.queries.signatures import FIELDS, candidates
from comptoir.core import sentences
from comptoir.core.models import Agent, CustomField, Event, File, Team
from comptoir.customers.models import Tag
from comptoir.orders.models import Order

MESSAGES_LIMIT = 200
EVENTS_LIMIT = 100
TEXT_LIMIT = 100_000
# What a message says itself is no event of the thread.
SHOWN = [
    f"conversation.{name}"
    for name in (
        "assigned team_assigned snoozed woken closed reopened pending spam discarded priority topic topic_set field_set renamed tagged "
        "untagged order_attached order_detached customer_changed introduced undone quieted expected original_used original_left merged unmerged split split_off "
        "linked unlinked moved steps_added step_done step_reopened step_removed"
    ).split()
] + ["task.added", "task.done", "task.reopened", "task.postponed", "task.removed"]


@dataclass(slots=True)
class Thread:
    """Messages and events in their order; `older` says that there are messages before them."""

    conversation: Any
    messages: list[Any]
    events: list[Event]
    names: sentences.Names
    older: bool
    drafts: dict[str, Any] = field(default_factory=dict)


def find(conversations: QuerySet[Any], agent: Agent, key: int) -> Any | None:
    """The conversation with all that its head and its editor show, in one query; None when it may not be seen."""
    tags = Tag.objects.filter(conversations=OuterRef("pk")).order_by("name")
    orders = Order.objects.filter(conversation_links__conversation=OuterRef("pk"))
    drafts = Draft.objects.filter(conversation=OuterRef("pk"), agent=agent).annotate(held=_files_of_draft())
    read = ReadMark.objects.filter(conversation=OuterRef("pk"), agent=agent)
    opened = OuterRef(OuterRef("pk"))
    above = Conversation.objects.filter(Q(pk=opened) | Q(merged_into=opened)).values("pk")
    merged = Conversation.objects.filter(merged_into__in=above).order_by("pk")
    rows = conversations.filter(pk=key).select_related("shop", "inbox", "identity__customer", "assignee", "team")
    closings = candidates(OuterRef("shop"), agent).values(row=JSONObject(**{name: name for name in FIELDS}))
    return rows.annotate(
        closing_list=ArraySubquery(closings),
        tag_list=ArraySubquery(tags.values(row=JSONObject(pk="pk", name="name", tone="tone"))),
        order_list=ArraySubquery(orders.values(row=JSONObject(pk="pk", number="number"))),
        draft_list=ArraySubquery(
            drafts.values(
                row=JSONObject(
                    kind="kind",
                    subject="subject",
                    html="html",
                    to="to",
                    cc="cc",
                    bcc="bcc",
                    revision="revision",
                    based_on="based_on",
                    updated_at="updated_at",
                    files="held",
                )
            )
        ),
        read_until=ArraySubquery(read.values("message_id")),
        side_list=ArraySubquery(_sides(agent)),
        merged_list=ArraySubquery(merged.values(row=JSONObject(pk="pk", subject="subject", into="merged_into"))),
    ).first()


def _sides(agent: Agent) -> QuerySet[Any, Any]:
    """The conversations aside of a matter as its page shows them."""
    read = ReadMark.objects.filter(conversation=OuterRef("thread"), agent=agent).values("message_id")[:1]
    return SideConversation.objects.filter(conversation=OuterRef("pk")).values(
        row=JSONObject(
            pk="thread", state="state", name="thread__customer_name", subject="thread__subject",
            preview="thread__preview", count="thread__message_count", at="thread__last_message_at",
            newest="thread__newest_message", read=Subquery(read), by="agent",
        )
    )  # fmt: skip


def _files_of_draft() -> ArraySubquery:
    rows = File.objects.filter(pk__in=Draft.files.through.objects.filter(draft=OuterRef(OuterRef("pk"))).values("file"))
    return ArraySubquery(rows.order_by("pk").values(row=JSONObject(public_id="public_id", name="name", size="size")))


def read(conversation: Any, *, before: int | None = None) -> Thread:
    """The newest messages (or those before the message `before`), with what happened between them."""
    rows = _messages(conversation)
    if before is not None:
        start = Message.objects.filter(pk=before, conversation=conversation).values("created_at")
        rows = rows.filter(Q(created_at__lt=start[:1]) | Q(created_at=start[:1], pk__lt=before))
    messages = list(rows.order_by("-created_at", "-pk")[: MESSAGES_LIMIT + 1])
    older = len(messages) > MESSAGES_LIMIT
    messages = messages[:MESSAGES_LIMIT][::-1]
    since = messages[0].created_at if older and messages else None
    until = None
    if before is not None and messages:
        until = messages[-1].created_at
    events = _events(conversation, since, until)
    return Thread(conversation, messages, events, EventNames(events), older)


def enclosable(conversation: Any, limit: int = 12) -> list[Any]:
    """The newest messages with the customer, each with its files (`file_list` with keys), that may travel aside."""
    files = Attachment.objects.filter(message=OuterRef("pk"), inline=False).order_by("position", "pk")
    said = conversation.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY])
    rows = said.select_related("agent").annotate(
        file_list=ArraySubquery(files.values(row=JSONObject(pk="pk", name="file__name", size="file__size"))),
        said=Left("text", 200),
    )
    return list(rows.order_by("-created_at", "-pk")[:limit])


def message(conversation: Any, key: int) -> Any | None:
    """One message of the conversation, with its files."""
    return _messages(conversation).filter(pk=key).first()


def _messages(conversation: Any) -> QuerySet[Any]:
    files = Attachment.objects.filter(message=OuterRef("pk")).order_by("position", "pk")
    shown = JSONObject(
        public_id="file__public_id", name="file__name", size="file__size", type="file__content_type",
        inline="inline", problem="problem", preview=Case(When(file__preview_key="", then=False), default=True),
        previewed="file__previewed",
    )  # fmt: skip
    named = Mention.objects.filter(message=OuterRef("pk")).values("agent")
    empty = Value("", output_field=TextField())
    rows: QuerySet[Any] = (
        conversation.messages.select_related("agent", "identity")
        .defer("html", "full_text", "text", "in_reply_to", "identity__customer")
        .annotate(
            file_list=ArraySubquery(files.values(row=shown)),
            mentioned=ArraySubquery(named),
            said=Left("text", TEXT_LIMIT),
            written=Case(When(~Q(kind=MessageKind.CUSTOMER), then=F("html")), default=empty, output_field=TextField()),
            original=Case(When(~Q(html="") & Q(kind=MessageKind.CUSTOMER), then=True), default=False, output_field=BooleanField()),
            shop_id=F("inbox__shop"),
            shop_name=F("inbox__shop__name"),
            quotes=Case(When(full_text="", then=False), default=True, output_field=BooleanField()),
        )
    )  # fmt: skip
    return rows


def _events(conversation: Any, since: datetime | None, until: datetime | None) -> list[Event]:
    here = [conversation.pk, *(row["pk"] for row in getattr(conversation, "merged_list", []))]
    rows = Event.objects.filter(subject_type="conversation", subject_id__in=here, verb__in=SHOWN)
    if since is not None:
        rows = rows.filter(occurred_at__gte=since)
    if until is not None:
        rows = rows.filter(occurred_at__lt=until)
    return list(rows.order_by("-pk")[:EVENTS_LIMIT])[::-1]


_ACTORS = {"agent": "agent", "rule": "view"}
_NAMED = {"order": "number", "conversation": "subject"}


class EventNames(sentences.Names):
    """The names that a thread's events speak of, in one query instead of one a kind."""

    def __init__(self, events: list[Event]) -> None:
        wanted: dict[str, set[int]] = {
            "agent": set(),
            "team": set(),
            "tag": set(),
            "order": set(),
            "inbox": set(),
            "conversation": set(),
            "view": set(),
            "customfield": set(),
        }
        for event in events:
            if event.actor_kind in _ACTORS and event.actor_id:
                wanted[_ACTORS[event.actor_kind]].add(event.actor_id)
            for code, value in event.codes.items():
                kind = "agent" if code in ("assignee", "former") else code
                if kind in wanted and isinstance(value, int) and not isinstance(value, bool):
                    wanted[kind].add(value)
        self._names = {kind: {} for kind in wanted}
        models: dict[str, Any] = {"agent": Agent, "team": Team, "tag": Tag, "order": Order}
        models |= {"inbox": Inbox, "conversation": Conversation, "view": View, "customfield": CustomField}
        parts = [
            models[kind]
            .objects.filter(pk__in=keys)
            .order_by()
            .values_list(Value(kind), "pk", Cast(_NAMED.get(kind, "name"), CharField()))
            for kind, keys in wanted.items()
            if keys
        ]
        if parts:
            for kind, key, name in parts[0].union(*parts[1:], all=True):
                self._names[kind][key] = name


def recent_of(conversations: QuerySet[Conversation], customer_id: int, *, but: int, limit: int = 6) -> list[Any]:
    """The customer's other conversations that may be seen, newest first."""
    others = conversations.filter(identity__customer=customer_id, merged_into=None).exclude(pk=but)
    return list(
        others.order_by("-last_message_at").values("pk", "subject", "channel", "state", "last_message_at")[:limit]
    )
