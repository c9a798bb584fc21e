"""More that can be done with the open conversation from the command bar: merge, link, split, move, block, tasks, trash.

What needs a choice opens its dialog; what is told whole is done, with a way back.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.agent.inbox.joined import candidates
from comptoir.agent.inbox.joining import asks_first, why
from comptoir.agent.search import moments
from comptoir.agent.search.deeds import Context, called, hit
from comptoir.agent.search.hits import Hit
from comptoir.agent.tell import tell
from comptoir.conversations.actions import duties, joining, linking, organising
from comptoir.conversations.models import Conversation, Task
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.ui.words import moment

SHOWN = 4
VERBS = {
    "merge": ("fusionner", "fusionner avec", "merge", "merge with"),
    "link": ("lier", "lier a", "relier", "link", "link to"),
    "split": ("detacher", "scinder", "separer", "split"),
    "move": ("deplacer", "changer de boite", "changer de boutique", "move"),
    "block": ("bloquer", "block"),
    "trash": ("corbeille", "supprimer", "trash", "delete"),
    "task": ("tache", "a faire", "task", "todo"),
    "call": ("rappeler le client", "rappel", "call", "call back"),
}


def further(context: Context, text: str) -> list[Hit]:
    """The lines that the text calls for."""
    if not access.can(context.agent, May.ORGANISE) or not text.strip():
        return []
    found: list[Hit] = []
    for kind, rest in called(text.strip(), VERBS):
        found += _MAKERS[kind](context, rest)
    return found[: SHOWN * 2]


def do(agent: Agent, row: Conversation, kind: str, value: str) -> HttpResponse:
    """Do it to the conversation, or open its dialog; 404 for what may not be seen."""
    if kind == "dialog":
        if value not in _DIALOGS:
            raise Http404
        return tell(HttpResponse(status=204), "", events={"dialog": {"address": f"/conversations/{row.pk}/{value}/"}})
    return _DEEDS[kind](agent, row, value)


def _others(context: Context, rest: str, kind: str) -> list[Hit]:
    merge = kind == "merge"
    hits = []
    for other in candidates(context.agent, context.conversation, rest)[:SHOWN]:
        subject = other.subject or _("Sans objet")
        title = _("Fusionner avec « %(subject)s »") if merge else _("Lier à « %(subject)s »")
        rows = [(_("L’autre"), subject), (_("Son client"), other.customer_name), (_("Numéro"), other.pk)]
        text = _("Elle entre ici avec ses messages et ses fichiers. Cela se défait.") if merge else ""
        icon = "merge" if merge else "link"
        small = ", ".join(part for part in (other.customer_name, moment(other.last_message_at, "list")) if part)
        keys = "m" if merge else ""
        hits.append(
            hit(
                context,
                icon,
                title % {"subject": subject},
                kind,
                other.pk,
                small=small,
                rows=rows,
                text=text,
                keys=keys,
            )
        )
    return hits or [_dialog(context, icon="merge" if merge else "link", value="merge" if merge else "links")]


def _dialog(context: Context, *, icon: str, value: str) -> Hit:
    titles = {
        "merge": _("Fusionner avec…"),
        "links": _("Lier à une autre…"),
        "split": _("Détacher des messages…"),
        "move": _("Changer de boîte, de boutique…"),
        "block": _("Bloquer l’expéditeur…"),
        "tasks": _("Ajouter une tâche…"),
    }
    return hit(context, icon, titles[value], "dialog", value)


def _task(context: Context, rest: str, kind: str) -> list[Hit]:
    """« tâche vérifier le colis demain 9 h »: the words at the end that mean a time are when."""
    words = rest.split()
    if not words:
        return [_dialog(context, icon="check", value="tasks")]
    title, at = rest, None
    for start in range(len(words)):
        if at := moments.read(" ".join(words[start:]), timezone.localtime()):
            title = " ".join(words[:start])
            break
    title = title or (_("Rappeler %(name)s") % {"name": context.conversation.customer_name})
    when = moment(at, "full") if at else _("sans date")
    icon = "phone" if kind == "call" else "check"
    value = f"{at.isoformat() if at else ''}|{title[:150]}"
    return [
        hit(
            context, icon, _("Noter : %(title)s") % {"title": title}, kind, value, small=when, rows=[(_("Quand"), when)]
        )
    ]


def _merge(agent: Agent, row: Conversation, value: str) -> HttpResponse:
    other = _other(agent, value)
    if asks_first(other, row):
        return tell(
            HttpResponse(status=204), "", events={"dialog": {"address": f"/conversations/{row.pk}/merge/{other.pk}/"}}
        )
    try:
        done = joining.merge(other, row, actor=Actor.of(agent))
    except joining.CannotJoin as refused:
        return tell(HttpResponse(status=204), why(refused.code), bad=True)
    text = _("« %(subject)s » est fusionnée ici.") % {"subject": other.subject or _("(sans objet)")}
    return tell(HttpResponse(status=204), text, undo=f"/joinings/{done.pk}/undo/", events={"inboxchanged": {}})


def _link(agent: Agent, row: Conversation, value: str) -> HttpResponse:
    other = _other(agent, value)
    linking.link(row, other, actor=Actor.of(agent))
    undo = f"/conversations/{row.pk}/links/{other.pk}/removal/"
    return tell(HttpResponse(status=204), _("Les deux conversations se voient l’une à côté de l’autre."), undo=undo)


def _trash(agent: Agent, row: Conversation, value: str) -> HttpResponse:
    organising.discard(row, actor=Actor.of(agent))
    undo = f"/conversations/{row.pk}/opening/?back=1"
    return tell(HttpResponse(status=204), _("Conversation à la corbeille."), undo=undo, events={"inboxchanged": {}})


def _note(agent: Agent, row: Conversation, value: str, *, kind: str) -> HttpResponse:
    stamp, _sep, title = value.partition("|")
    try:
        at = datetime.fromisoformat(stamp) if stamp else None
        if at is not None and at.tzinfo is None:
            raise Http404
        duty = duties.Duty(title, kind=kind, assignee=agent, due_at=at)
        task = duties.add_task(duty, actor=Actor.of(agent), conversation=row)
    except (duties.CannotAdd, ValueError):
        return tell(HttpResponse(status=204), _("Ce moment est passé : rien n’a changé."), bad=True)
    return tell(HttpResponse(status=204), _("C’est noté."), undo=f"/tasks/{task.pk}/removal/")


def _other(agent: Agent, value: str) -> Conversation:
    rows = access.conversations(agent).select_related("identity", "inbox").filter(merged_into=None)
    found: Conversation | None = rows.filter(pk=int(value)).first() if value.isdecimal() and len(value) < 19 else None
    if found is None:
        raise Http404
    return found


_DIALOGS = {"merge", "links", "split", "move", "block", "tasks"}
_MAKERS: dict[str, Callable[[Context, str], list[Hit]]] = {
    "merge": lambda context, rest: _others(context, rest, "merge"),
    "link": lambda context, rest: _others(context, rest, "link"),
    "split": lambda context, rest: [_dialog(context, icon="flow", value="split")],
    "move": lambda context, rest: [_dialog(context, icon="inbox", value="move")],
    "block": lambda context, rest: [_dialog(context, icon="shield", value="block")],
    "trash": lambda context, rest: [hit(context, "xc", _("Mettre à la corbeille"), "trash", keys="#")],
    "task": lambda context, rest: _task(context, rest, "task"),
    "call": lambda context, rest: _task(context, rest, "call"),
}
_DEEDS: dict[str, Callable[[Agent, Conversation, str], HttpResponse]] = {
    "merge": _merge,
    "link": _link,
    "trash": _trash,
    "task": lambda agent, row, value: _note(agent, row, value, kind=Task.Kind.TASK),
    "call": lambda agent, row, value: _note(agent, row, value, kind=Task.Kind.CALL),
}
KINDS: set[Any] = {"dialog", *_DEEDS}
