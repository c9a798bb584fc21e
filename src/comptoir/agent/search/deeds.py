"""What can be done with the open conversation, as words are typed: assign, pause, close, tag, priority, macro."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.agent.inbox import times
from comptoir.agent.search import moments
from comptoir.agent.search.hits import Hit, Peek
from comptoir.agent.search.moments import fold
from comptoir.automation.models import Macro
from comptoir.automation.queries.described import chips
from comptoir.automation.queries.ranking import offered
from comptoir.conversations.models import Conversation, Priority, State
from comptoir.conversations.queries import topics
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent
from comptoir.customers.queries import tags_like
from comptoir.lib.html import to_text
from comptoir.ui.words import moment

SHOWN = 5
# the words that begin each kind of command, in both languages, without accents
VERBS = {
    "assign": ("attribuer", "assigner", "confier", "donner", "assign", "give"),
    "snooze": ("pause", "en pause", "reporter", "rappeler", "plus tard", "snooze", "later", "remind"),
    "later": ("envoyer plus tard", "programmer", "envoyer", "send later", "schedule", "send"),
    "close": ("clore", "fermer", "terminer", "close", "done"),
    "reopen": ("rouvrir", "reopen", "reouvrir"),
    "pending": ("attendre", "en attente", "wait", "pending"),
    "tag": ("etiqueter", "etiquette", "tag", "label"),
    "topic": ("theme", "sujet", "topic"),
    "priority": ("priorite", "priority", "urgent", "urgence"),
    "macro": ("macro", "texte", "inserer", "reponse", "insert", "text", "canned"),
    "unread": ("non lu", "non lue", "marquer non lue", "unread", "mark unread"),
    "quiet": ("aucune reponse", "sans reponse", "reponse attendue", "no reply", "reply expected", "newsletter"),
    "spam": ("indesirable", "spam", "junk"),
}
FILLER = ("a ", "à ", "au ", "to ", "jusqu’à ", "jusqu'a ", "jusqu'à ", "until ", ":")


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, about which conversation."""

    agent: Agent
    conversation: Conversation


def deeds(context: Context, text: str) -> list[Hit]:
    """The lines that the text calls for; without a text, the usual ones."""
    if not access.can(context.agent, May.ORGANISE):
        return []
    typed = text.strip()
    if not typed:
        return _usual(context)
    found: list[Hit] = []
    for kind, rest in called(typed, VERBS):
        found += _MAKERS[kind](context, rest)
    if not found:
        if at := moments.read(typed, timezone.localtime()):
            found.append(_pause(context, at))
        elif len(fold(typed)) > 2:
            found += [*_assign(context, typed)[:2], *_macro(context, typed)[:2]]
    return found[: SHOWN * 2]


def called(typed: str, kinds: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """The kinds whose verb was typed, or is being typed, with what follows the verb."""
    folded, found = fold(typed), []
    for kind, verbs in kinds.items():
        best: str | None = None
        for verb in verbs:
            if folded == verb or folded.startswith((f"{verb} ", f"{verb}:")):
                rest = _bare(typed[len(verb) :])
                best = rest if best is None or len(rest) < len(best) else best
            elif len(folded) > 1 and verb.startswith(folded):
                best = best or ""
        if best is not None:
            found.append((kind, best))
    return found


def _bare(rest: str) -> str:
    rest = rest.strip()
    for filler in FILLER:
        if rest.lower().startswith(filler):
            return rest[len(filler) :].strip()
    return rest


def _usual(context: Context) -> list[Hit]:
    open_ = context.conversation.state not in (State.CLOSED, State.SPAM, State.TRASH)
    me = [] if context.conversation.assignee_id == context.agent.pk else [_to_agent(context, context.agent)]
    return [*me, *_snooze(context, "")[:1], *(_close(context, "") if open_ else _reopen(context, ""))]


def hit(
    context: Context,
    icon: str,
    title: Any,
    do: str,
    value: Any = "",
    *,
    small: Any = "",
    keys: str = "",
    rows: Any = (),
    text: Any = "",
) -> Hit:
    conversation = context.conversation
    about = [(_("Client"), conversation.customer_name), (_("Objet"), conversation.subject or _("sans objet")), *rows]
    return Hit(
        icon,
        title,
        small,
        post=reverse("command-deed"),
        values={"conversation": conversation.pk, "do": do, "value": str(value)},
        keys=keys,
        peek=Peek(_("Ce qui va se passer"), about, text),
    )


def _to_agent(context: Context, colleague: Agent) -> Hit:
    mine = colleague.pk == context.agent.pk
    title = _("Me l’attribuer") if mine else _("Attribuer à %(name)s") % {"name": colleague.name}
    before = context.conversation.assignee
    rows = [(_("Responsable"), before.name if before else _("personne")), (_("Ensuite"), colleague.name)]
    text = _("Cette personne sera prévenue.") if not mine else ""
    away = _("absent") if colleague.away else ""
    return hit(context, "person", title, "assign", colleague.pk, small=away, rows=rows, text=text)


def _assign(context: Context, rest: str) -> list[Hit]:
    words = fold(rest).split()
    colleagues = [row for row in access.agents(context.agent).order_by("name") if _fits(row.name, words)]
    teams = [row for row in access.teams(context.agent) if _fits(row.name, words)]
    hits = [_to_agent(context, row) for row in colleagues if row.pk != context.conversation.assignee_id]
    for team in teams:
        if team.pk != context.conversation.team_id:
            rows = [(_("Équipe"), team.name)]
            hits.append(
                hit(
                    context,
                    "people",
                    _("Confier à l’équipe %(name)s") % {"name": team.name},
                    "team",
                    team.pk,
                    rows=rows,
                )
            )
    if context.conversation.assignee_id and (
        not words or "personne".startswith(words[0]) or "nobody".startswith(words[0])
    ):
        hits.append(hit(context, "inbox", _("Ne plus l’attribuer"), "assign", ""))
    return hits[:SHOWN]


def _fits(name: str, words: list[str]) -> bool:
    parts = fold(name).replace("-", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def _snooze(context: Context, rest: str) -> list[Hit]:
    now = timezone.localtime()
    if rest:
        at = moments.read(rest, now)
        return [_pause(context, at)] if at else [_pause(context, at) for at in _begun(rest, now)]
    usual = (moments.read(text, now) for text in ("in 2 hours", "tomorrow", "monday", "next month"))
    return [_pause(context, at) for at in usual if at]


def _begun(rest: str, now: datetime) -> list[datetime]:
    """What a word that is being typed may become."""
    words = ("demain", "après-demain", "semaine prochaine", "mois prochain", "tomorrow", "next week", "next month")
    found = [moments.read(word, now) for word in words if fold(word).startswith(fold(rest))]
    return [at for at in found if at]


def _pause(context: Context, at: datetime) -> Hit:
    when = moment(at, "full")
    text = _("Elle revient d’elle-même à ce moment, ou dès que le client écrit.")
    title = _("Mettre en pause jusqu’au %(when)s") % {"when": when}
    return hit(context, "snooze", title, "snooze", at.isoformat(), keys="h", rows=[(_("Revient"), when)], text=text)


def _later(context: Context, rest: str) -> list[Hit]:
    """Send the answer that stands in the editor at that time."""
    if not access.can(context.agent, May.ANSWER) or context.conversation.channel == "chat":
        return []
    typed = moments.read(rest, timezone.localtime()) if rest else None
    found = [typed] if typed else [] if rest else [at for _label, at in times.offered()]
    text = _("La réponse de l’éditeur part à ce moment. Si le client écrit entre-temps, elle attend votre décision.")
    hits = []
    for at in found:
        when = moment(at, "full")
        title = _("Envoyer la réponse %(when)s") % {"when": when}
        hits.append(hit(context, "clock", title, "later", at.isoformat(), rows=[(_("Part"), when)], text=text))
    return hits


def _close(context: Context, rest: str) -> list[Hit]:
    if context.conversation.state == State.CLOSED:
        return []
    text = _("Le client ne reçoit rien. S’il écrit, elle se rouvre.")
    return [hit(context, "checkc", _("Clore"), "close", keys="e", rows=[_state(context)], text=text)]


def _reopen(context: Context, rest: str) -> list[Hit]:
    if context.conversation.state == State.OPEN:
        return []
    return [hit(context, "inbox", _("Rouvrir"), "reopen", rows=[_state(context)])]


def _pending(context: Context, rest: str) -> list[Hit]:
    if context.conversation.state == State.PENDING:
        return []
    return [hit(context, "clock", _("Attendre le client"), "pending", rows=[_state(context)])]


def _state(context: Context) -> tuple[Any, Any]:
    return (_("État"), context.conversation.get_state_display())


def _tag(context: Context, rest: str) -> list[Hit]:
    held = {tag.name.casefold(): tag for tag in context.conversation.tags.all()}
    hits = []
    names = [tag.name for tag in tags_like(rest, SHOWN)]
    if rest and rest.casefold() not in {name.casefold() for name in names}:
        names.append(rest[:40])
    for name in names:
        if tag := held.get(name.casefold()):
            hits.append(hit(context, "tag", _("Retirer l’étiquette %(name)s") % {"name": name}, "untag", tag.pk))
        else:
            hits.append(hit(context, "tag", _("Étiqueter %(name)s") % {"name": name}, "tag", name, keys="l"))
    return hits[:SHOWN]


def _topic(context: Context, rest: str) -> list[Hit]:
    words = fold(rest).split()
    nodes = topics.offered([context.conversation.shop_id])
    fitting = [node for node in nodes if all(word in node.words for word in words)]
    rows = [(_("Maintenant"), topics.label(context.conversation.topic) or _("aucun"))]
    hits = [
        hit(context, "list", _("Thème : %(path)s") % {"path": node.path}, "topic", node.code, rows=rows, keys="h")
        for node in fitting
        if node.code != context.conversation.topic
    ]
    if context.conversation.topic and not words:
        hits.insert(0, hit(context, "list", _("Retirer le thème"), "topic", "", rows=rows))
    return hits[:SHOWN]


def _priority(context: Context, rest: str) -> list[Hit]:
    hits = []
    for value, label in Priority.choices:
        if value != context.conversation.priority and (
            not rest or fold(str(label)).startswith(fold(rest)) or _fits(Priority(value).name, fold(rest).split())
        ):
            now = context.conversation.get_priority_display()
            title = _("Priorité %(name)s") % {"name": str(label).lower()}
            hits.append(hit(context, "flag", title, "priority", value, rows=[(_("Maintenant"), now)]))
    return hits


def _macro(context: Context, rest: str) -> list[Hit]:
    if not access.can(context.agent, May.ANSWER):
        return []
    rows = offered(context.conversation, context.agent, rest, limit=SHOWN)
    return [_put_in(context, row) for row in rows]


def _put_in(context: Context, row: Macro) -> Hit:
    rows = [(_("Texte"), to_text(row.html)[:140]), *((_("À l’envoi"), chip.label) for chip in chips(row.acts))]
    text = _("Le texte entre dans la réponse, les actions attendent l’envoi. Rien ne part.")
    return hit(context, "bolt", row.name, "macro", row.pk, small=row.shortcut, rows=rows, text=text)


def _unread(context: Context, rest: str) -> list[Hit]:
    return [hit(context, "mail", _("Marquer comme non lue"), "unread", keys="u")]


def _quiet(context: Context, rest: str) -> list[Hit]:
    if context.conversation.state == State.QUIET:
        return [hit(context, "megaphone", _("Une réponse est attendue"), "expected", rows=[_state(context)], keys="q")]
    text = _("Ses prochains messages aussi ; elle reste dans « Sans réponse attendue ».")
    rows = [_state(context)]
    return [hit(context, "megaphone", _("Aucune réponse attendue"), "quiet", rows=rows, text=text, keys="q")]


def _spam(context: Context, rest: str) -> list[Hit]:
    text = _("Elle quitte toutes les listes, sauf celle des indésirables.")
    return [hit(context, "warn", _("Classer comme indésirable"), "spam", rows=[_state(context)], text=text)]


_MAKERS = {
    "assign": _assign,
    "snooze": _snooze,
    "later": _later,
    "close": _close,
    "reopen": _reopen,
    "pending": _pending,
    "tag": _tag,
    "topic": _topic,
    "priority": _priority,
    "macro": _macro,
    "unread": _unread,
    "quiet": _quiet,
    "spam": _spam,
}
