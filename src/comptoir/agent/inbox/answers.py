"""What agents write: replies, notes, forwards; taking back, sending again."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import checking, editors, macros, threads
from comptoir.agent.inbox.found import conversation_of, message_of, opened_of
from comptoir.agent.inbox.organising import told_missing
from comptoir.automation.actions import applying
from comptoir.automation.acts import BadAct
from comptoir.conversations.actions import answering, delivering
from comptoir.conversations.actions.answering import CannotAnswer, SomeoneAnswered
from comptoir.conversations.actions.side_news import matter_of
from comptoir.conversations.models import Conversation, Delivery, Message
from comptoir.conversations.queries import closing
from comptoir.core.access import May
from comptoir.ui.words import moment as in_words


@require_POST
@console(May.ANSWER)
def replies(request: ConsoleRequest, key: int) -> HttpResponse:
    """Answer the customer. Something newer than what the agent saw is shown first; nothing typed is ever lost."""
    former = conversation_of(request, key)
    try:
        written = editors.written(request)
    except CannotAnswer as refused:
        return refusal(request, refused)
    wanting = closing.missing(former) if written.then == "close" else []
    if wanting:  # it leaves, and the matter stays open
        written = replace(written, then="")
    if (warned := checking.held_back(request, former, written)) is not None:
        return warned
    try:
        message = applying.reply(former, written, editors.load(request), agent=request.agent)
    except applying.MissingValues as missing:
        return macros.lacking(request, missing)
    except BadAct:
        raise Http404 from None
    except SomeoneAnswered as warning:
        context = {"opened": former, "newer": warning.newer, "then": written.then, "send_at": written.send_at}
        context |= {"warned": request.POST.getlist("warned")}
        return render(request, "agent/inbox/compose/newer.html", context, status=422)
    except CannotAnswer as refused:
        return refusal(request, refused)
    trigger = {"toast": toast(message)} if message.delivery in (Delivery.HELD, Delivery.LATER) else {}
    if wanting:
        told = trigger.get("toast", {})
        trigger["toast"] = told | {"text": f"{told.get('text', '')} {told_missing(wanting)}".strip()}
    if written.then == "close" or message.delivery == Delivery.LATER:
        return threads.onwards(request, former, trigger=trigger)
    return threads.refreshed(request, key, trigger=trigger, sent="reply")


@require_POST
@console(May.ANSWER)
def notes(request: ConsoleRequest, key: int) -> HttpResponse:
    """Write for the team only."""
    try:
        conversation = conversation_of(request, key)
        applying.note(conversation, editors.written(request), editors.load(request), agent=request.agent)
    except applying.MissingValues as missing:
        return macros.lacking(request, missing)
    except BadAct:
        raise Http404 from None
    except CannotAnswer as refused:
        return refusal(request, refused)
    return threads.refreshed(request, key, trigger={}, sent="note")


@require_POST
@console(May.ANSWER)
def forwards(request: ConsoleRequest, key: int) -> HttpResponse:
    """Send messages of the conversation on to someone else."""
    conversation = conversation_of(request, key)
    keys = [int(text) for text in request.POST.getlist("messages") if text.isdigit()]
    rows = list(Message.objects.filter(conversation=conversation, pk__in=keys))
    try:
        message = answering.forward(conversation, editors.written(request), agent=request.agent, messages=rows)
    except CannotAnswer as refused:
        return refusal(request, refused)
    trigger = {"toast": toast(message)} if message.delivery == Delivery.HELD else {}
    return threads.refreshed(request, key, trigger=trigger, sent="forward")


@console(May.ANSWER)
def forward_editor(request: ConsoleRequest, key: int) -> HttpResponse:
    """The editor of a forward, with the customer's last message chosen."""
    opened = opened_of(request, key)
    draft = next((row for row in opened.draft_list if row["kind"] == "forward"), None)
    chosen = opened.messages.filter(kind="customer").order_by("-created_at", "-pk").values_list("pk", flat=True)[:1]
    editor = editors.from_draft("forward", draft)
    if draft is None:
        editor = editors.Editor("forward", subject=f"Fwd: {opened.subject}"[:300])
    context = {"opened": opened, "editors": [editor], "forwarded": list(chosen), "forwarding": True}
    context["closing"] = editors.closing_of(opened, request.agent)
    return render(request, "agent/inbox/compose/composer.html", context)


@require_POST
@console(May.ANSWER)
def undo(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take back a message that has not left: its text is in the editor again."""
    message = message_of(request, key)
    conversation = message.conversation
    matter = matter_of(conversation)
    done = applying.undo(message, agent=request.agent)
    response = HttpResponse(status=204)
    if done:
        stays = Conversation.with_sides.filter(pk=conversation.pk).exists()
        response.headers["HX-Location"] = threads.location(request, conversation.pk if stays else matter.pk)
        return response
    threads.triggering(response, {"toast": {"text": _("Trop tard : le message est déjà parti."), "bad": True}})
    return response


@require_POST
@console(May.ANSWER)
def dispatch(request: ConsoleRequest, key: int) -> HttpResponse:
    """Send again what failed or is uncertain."""
    message = message_of(request, key)
    delivering.retry(message, agent=request.agent)
    return threads.refreshed(request, message.conversation_id, trigger={})


@require_POST
@console(May.ANSWER)
def settlement(request: ConsoleRequest, key: int) -> HttpResponse:
    """The uncertain message did arrive."""
    message = message_of(request, key)
    delivering.settle(message, agent=request.agent)
    return threads.refreshed(request, message.conversation_id, trigger={})


def toast(message: Message) -> dict[str, Any]:
    """« Envoi à Hugo », with the seconds in which it can be taken back."""
    party = message.to[0] if message.to else {}
    name = (party.get("name") or party.get("email") or message.conversation.customer_name).split(" ")[0]
    left = (message.due_at - timezone.now()).total_seconds() if message.due_at else 0
    if message.delivery == Delivery.LATER and message.due_at:
        text = _("Partira %(when)s, à %(name)s") % {"when": in_words(message.due_at, "full"), "name": name}
        return {"text": text, "undo": f"/messages/{message.pk}/undo/", "seconds": 8}
    return {
        "text": _("Envoi à %(name)s") % {"name": name},
        "undo": f"/messages/{message.pk}/undo/",
        "seconds": max(1, round(left)),
    }


def refusal(request: ConsoleRequest, refused: CannotAnswer) -> HttpResponse:
    """Why it cannot leave, above the editor that keeps the text."""
    return render(request, "agent/inbox/compose/refused.html", {"text": why(refused)}, status=422)


def why(refused: CannotAnswer) -> str:
    """The reason in words, and what to do."""
    texts = {
        "empty": _("Le message est vide : écrivez quelques mots ou joignez un fichier."),
        "no_recipient": _("Il manque un destinataire : ajoutez une adresse au-dessus du texte."),
        "too_many": _("Trop de destinataires : %(detail)s au plus. Votre texte est gardé."),
        "bad_address": _("« %(detail)s » n’est pas une adresse e-mail. Corrigez-la, votre texte est gardé."),
        "bad_time": _("Ce moment n’est pas compris, ou il est passé. Rien n’est parti, votre texte est gardé."),
        "customer_aside": _(
            "« %(detail)s » est une adresse du client : il ne doit rien voir de ce qui s’écrit à part. Rien n’est parti."
        ),
        "no_files": _(
            "La messagerie de la boutique ne prend pas de fichiers. Retirez-les, ou choisissez dans les réglages du canal "
            "une boîte qui envoie une copie par e-mail. Votre texte est gardé."
        ),
        "no_mail_inbox": _("Cette boutique n’a pas de boîte aux lettres d’où répondre. Votre texte est gardé."),
    }
    return texts.get(refused.code, _("Le message ne peut pas partir. Votre texte est gardé.")) % {
        "detail": refused.detail
    }
