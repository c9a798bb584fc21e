"""What belongs to a conversation besides its own row: it moves to another one when they are merged, and goes back."""

from typing import Any

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce

from comptoir.conversations.models import (
    Attachment,
    ChecklistStep,
    Conversation,
    ConversationLink,
    ConversationOrder,
    Draft,
    Message,
    Participant,
    ReadMark,
    SideConversation,
    Task,
)

# Rows that stand beside a conversation at most once for one of these
ONCE: tuple[tuple[str, type[Any], str], ...] = (
    ("participants", Participant, "identity"),
    ("orders", ConversationOrder, "order"),
)
PLAIN: tuple[tuple[str, type[Any]], ...] = (("tasks", Task), ("steps", ChecklistStep), ("sides", SideConversation))


def move(source: Conversation, target: Conversation) -> dict[str, Any]:
    """Move everything; what is returned is enough to give it back (keys of rows, and small values)."""
    kept: dict[str, Any] = {"marks": _read(source, target), "keys": _free_keys(source, target)}
    Message.objects.filter(conversation=source).update(
        conversation=target, came_from=Coalesce(F("came_from"), source.pk)
    )
    for name, model, once in ONCE:
        there = model.objects.filter(conversation=target).values(once)
        rows = model.objects.filter(conversation=source).exclude(**{f"{once}__in": there})
        kept[name] = list(rows.values_list("pk", flat=True))
        model.objects.filter(pk__in=kept[name]).update(conversation=target)
    for name, model in PLAIN:
        kept[name] = list(model.objects.filter(conversation=source).values_list("pk", flat=True))
        model.objects.filter(pk__in=kept[name]).update(conversation=target)
    kept["introduced"] = _introduce(source, target)
    kept["tags"] = list(source.tags.exclude(pk__in=target.tags.values("pk")).values_list("pk", flat=True))
    target.tags.add(*kept["tags"])
    kept["links"] = _links(source, target)
    kept |= _drafts(source, target)
    return kept


def give_back(source: Conversation, target: Conversation, kept: dict[str, Any], theirs: Q) -> None:
    """Move back what `move` had moved, and all messages of the source's thread (`theirs`)."""
    own = Q(came_from=source.pk)
    keys = {int(key): value for key, value in kept.get("keys", {}).items()}
    Message.objects.filter(theirs & ~own).update(conversation=source)
    Message.objects.filter(theirs & own).update(conversation=source, came_from=None)
    for key, client_key in keys.items():
        Message.objects.filter(pk=key, conversation=source, client_key=None).update(client_key=client_key)
    for name, model in (*((name, model) for name, model, _once in ONCE), *PLAIN):
        model.objects.filter(pk__in=kept.get(name, []), conversation=target).update(conversation=source)
    Participant.objects.filter(pk__in=kept.get("introduced", []), conversation=target).delete()
    target.tags.remove(*kept.get("tags", []))
    ConversationLink.objects.filter(pk__in=kept.get("links", [])).delete()
    _drafts_back(source, target, kept)
    _unread(source, target, kept)


def count(conversation: Conversation) -> None:
    """Count files and find the newest message from outside again."""
    aside = SideConversation.objects.filter(conversation=conversation).values_list("thread", flat=True)
    said = Message.objects.filter(conversation__in=[conversation.pk, *aside], kind="customer")
    asked = said.aggregate(newest=Max("pk"))["newest"]
    conversation.newest_message = asked or 0
    files = Attachment.objects.filter(message__conversation=conversation, inline=False)
    conversation.attachment_count = files.exclude(message__kind="note").count()
    conversation.save(update_fields=["newest_message", "attachment_count"])


def _free_keys(source: Conversation, target: Conversation) -> dict[str, str]:
    """A sender's key stands once a conversation: one that the target knows is set aside."""
    known = Message.objects.filter(conversation=target, client_key__isnull=False).values("client_key")
    twice = Message.objects.filter(conversation=source, client_key__in=known)
    keys = {str(key): value or "" for key, value in twice.values_list("pk", "client_key")}
    twice.update(client_key=None)
    return keys


def _introduce(source: Conversation, target: Conversation) -> list[int]:
    """Whose matter it was takes part in the other one: what they write next is no stranger's."""
    if source.identity_id == target.identity_id:
        return []
    row, made = Participant.objects.get_or_create(conversation=target, identity_id=source.identity_id)
    return [row.pk] if made else []


def _links(source: Conversation, target: Conversation) -> list[int]:
    made = []
    for link in ConversationLink.objects.filter(Q(one=source) | Q(other=source)):
        there = link.other_id if link.one_id == source.pk else link.one_id
        if there != target.pk:
            one, other = sorted((there, target.pk))
            row, fresh = ConversationLink.objects.get_or_create(one_id=one, other_id=other)
            made += [row.pk] if fresh else []
    return made


def _drafts(source: Conversation, target: Conversation) -> dict[str, Any]:
    """A draft moves; where its writer has one of the kind there already, the texts stand one after the other."""
    there = {(row.agent_id, row.kind): row for row in Draft.objects.filter(conversation=target)}
    moved, joined = [], []
    for draft in Draft.objects.filter(conversation=source):
        other = there.get((draft.agent_id, draft.kind))
        if other is None:
            draft.conversation = target
            draft.save(update_fields=["conversation"])
            moved.append(draft.pk)
            continue
        before, files = other.html, list(other.files.values_list("pk", flat=True))
        other.html = f"{before}<br>{draft.html}" if before and draft.html else before or draft.html
        other.revision += 1
        other.save(update_fields=["html", "revision"])
        other.files.add(*draft.files.values_list("pk", flat=True))
        joined.append({"draft": other.pk, "html": before, "files": files, "revision": other.revision})
    return {"drafts": moved, "joined": joined}


def _drafts_back(source: Conversation, target: Conversation, kept: dict[str, Any]) -> None:
    """A draft that went on growing keeps both texts; its writer sees them."""
    Draft.objects.filter(pk__in=kept.get("drafts", []), conversation=target).update(conversation=source)
    for before in kept.get("joined", []):
        draft = Draft.objects.filter(pk=before["draft"], revision=before["revision"]).first()
        if draft is not None:
            draft.html = before["html"]
            draft.save(update_fields=["html"])
            draft.files.set(before["files"])


def _read(source: Conversation, target: Conversation) -> dict[str, list[int | None]]:
    """Who had read both has read all; who had not read one of them sees it unread. {agent: [before, now]}"""
    here = dict(ReadMark.objects.filter(conversation=target).values_list("agent", "message_id"))
    there = dict(ReadMark.objects.filter(conversation=source).values_list("agent", "message_id"))
    changed: dict[str, list[int | None]] = {}
    for agent in {*here, *there}:
        mine, other = here.get(agent, 0), there.get(agent, 0)
        open_ = [mark for mark, row in ((mine, target), (other, source)) if mark < row.newest_message]
        now = min(open_) if open_ else max(mine, other)
        if now != here.get(agent):
            ReadMark.objects.update_or_create(conversation=target, agent_id=agent, defaults={"message_id": now})
            changed[str(agent)] = [here.get(agent), now]
    return changed


def _unread(source: Conversation, target: Conversation, kept: dict[str, Any]) -> None:
    """Marks go back; an agent who has read the merged thread since has read both."""
    former = {int(agent): values for agent, values in kept.get("marks", {}).items()}
    for mark in ReadMark.objects.filter(conversation=target):
        before, now = former.get(mark.agent_id, [mark.message_id, mark.message_id])
        if now is not None and mark.message_id > now:
            ReadMark.objects.update_or_create(
                conversation=source, agent_id=mark.agent_id, defaults={"message_id": mark.message_id}
            )
        elif mark.agent_id in former and mark.message_id == now:
            if before is None:
                mark.delete()
            else:
                ReadMark.objects.filter(pk=mark.pk).update(message_id=before)
