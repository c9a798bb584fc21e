"""Actions of macros in words, with the names of those whom they concern."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comptoir.automation.acts import ON_ARRIVAL, STATES, Act, BadAct, offer, read
from comptoir.conversations.models import Priority
from comptoir.conversations.queries import topics
from comptoir.core.custom.reading import find
from comptoir.core.models import Agent, Team
from comptoir.lib.money import format_minor

ICONS = {
    "state": "checkc", "assign": "person", "team": "people", "tag": "tag", "untag": "tag", "topic": "flow",
    "priority": "flag", "snooze": "snooze", "note": "lock", "field": "pencil", "gesture": "gift",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """One action as a page shows it."""

    code: str
    icon: str
    label: str


def chips(codes: Iterable[str]) -> list[Chip]:
    """The actions in words; what names nobody any more is left out."""
    acts = []
    for code in codes:
        try:
            acts.append(read(code, (*STATES, *ON_ARRIVAL)))
        except BadAct:
            continue
    keys = {
        kind: [int(act.value) for act in acts if act.kind == kind and act.value.isdigit()]
        for kind in ("assign", "team")
    }
    agents = dict(Agent.objects.filter(pk__in=keys["assign"]).values_list("pk", "name")) if keys["assign"] else {}
    teams = dict(Team.objects.filter(pk__in=keys["team"]).values_list("pk", "name")) if keys["team"] else {}
    words = [(act, _label(act, agents, teams)) for act in acts]
    return [Chip(act.code, ICONS[act.kind], label) for act, label in words if label]


def _label(act: Act, agents: dict[int, str], teams: dict[int, str]) -> str:
    value = act.value
    if act.kind == "state":
        return {
            "open": _("Laisser ouverte"),
            "pending": _("Attendre le client"),
            "closed": _("Clore"),
            "quiet": _("Sans réponse attendue"),
            "spam": _("Vers les indésirables"),
            "trash": _("Vers la corbeille"),
        }[value]
    if act.kind == "assign":
        known = {"me": _("Me l’attribuer"), "nobody": _("Ne plus l’attribuer")}
        name = "" if value in known else agents.get(int(value), "")
        return known.get(value) or (_("Attribuer à %(name)s") % {"name": name} if name else "")
    if act.kind == "team":
        name = "" if value == "none" else teams.get(int(value), "")
        return _("Sans équipe") if value == "none" else (_("Équipe %(name)s") % {"name": name} if name else "")
    if act.kind == "priority":
        return _("Priorité %(name)s") % {"name": str(Priority(int(value)).label).lower()}
    if act.kind == "snooze":
        return _rest(value)
    if act.kind == "gesture":
        return _gesture(value)
    if act.kind == "field":
        key, _sep, text = value.partition("=")
        field = find("conversation", key)
        return f"{field.name}\u202f: {text}" if field else ""
    if act.kind == "topic":
        value = topics.label(value)
    texts = {"tag": "+ %s", "untag": "− %s", "topic": _("Thème : %s"), "note": _("Note interne")}
    return texts[act.kind] % value if "%s" in texts[act.kind] else texts[act.kind]


def _gesture(value: str) -> str:
    """A proposed order action, its amount in the macro's currency."""
    asked = offer(value)
    amount = f"{asked.percent}\u202f%"
    if asked.currency:
        amount = format_minor(asked.minor, asked.currency, get_language() or "fr")
    texts = {
        "refund_shipping": _("Proposer de rembourser la livraison"),
        "free_shipping": _("Proposer la livraison offerte"),
        "reship": _("Proposer un renvoi"),
        "cancel": _("Proposer l’annulation"),
        "refund": _("Proposer un remboursement de %(amount)s"),
        "discount_code": _("Proposer un code de remise de %(amount)s"),
        "gift_card": _("Proposer une carte cadeau de %(amount)s"),
        "store_credit": _("Proposer un avoir de %(amount)s"),
    }
    return texts[asked.name] % {"amount": amount}


def _rest(value: str) -> str:
    words = {
        "evening": _("Pause jusqu’à ce soir"),
        "tomorrow": _("Pause jusqu’à demain"),
        "monday": _("Pause jusqu’à lundi"),
    }
    if value in words:
        return words[value]
    count = int(value[:-1])
    if value[-1] == "h":
        return ngettext("Pause de %(count)s heure", "Pause de %(count)s heures", count) % {"count": count}
    return ngettext("Pause de %(count)s jour", "Pause de %(count)s jours", count) % {"count": count}
