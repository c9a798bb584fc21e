"""The event log as sentences: each room says in `<room>/sentences.py` what its verbs mean, and how its rows are called.

SENTENCES maps a verb to a text with `{actor}`, `{subject}` and `{<code>}` (or `%(actor)s`...), where a code that names
a row (agent, team, shop, inbox...) reads as that row's name. FIELDS (optional) names the fields of before and after.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.core.models import Agent, Event

SENTENCES: dict[str, Any] = {
    "agent.created": gettext_lazy("Le compte de %(subject)s est créé"),
    "agent.invited": gettext_lazy("%(actor)s a invité %(subject)s"),
    "agent.invited_again": gettext_lazy("%(actor)s a renvoyé son invitation à %(subject)s"),
    "agent.invitation_withdrawn": gettext_lazy("%(actor)s a retiré une invitation"),
    "agent.joined": gettext_lazy("%(subject)s a rejoint l’équipe"),
    "agent.edited": gettext_lazy("%(actor)s a modifié le compte de %(subject)s"),
    "agent.deactivated": gettext_lazy("%(actor)s a fermé le compte de %(subject)s"),
    "agent.reactivated": gettext_lazy("%(actor)s a rouvert le compte de %(subject)s"),
    "agent.profile_edited": gettext_lazy("%(actor)s a modifié ses préférences"),
    "agent.photo_changed": gettext_lazy("%(actor)s a changé sa photo"),
    "agent.photo_removed": gettext_lazy("%(actor)s a retiré sa photo"),
    "agent.went_away": gettext_lazy("%(actor)s s’est dit absent"),
    "agent.came_back": gettext_lazy("%(actor)s s’est dit présent"),
    "agent.signed_in": gettext_lazy("%(actor)s s’est connecté"),
    "agent.signed_out": gettext_lazy("%(actor)s s’est déconnecté"),
    "agent.session_ended": gettext_lazy("%(actor)s a fermé une session à distance"),
    "agent.sessions_ended": gettext_lazy("%(actor)s a fermé toutes ses autres sessions"),
    "agent.password_changed": gettext_lazy("%(actor)s a changé son mot de passe"),
    "agent.password_reset": gettext_lazy("%(subject)s a choisi un nouveau mot de passe par un lien"),
    "agent.second_factor_added": gettext_lazy("%(actor)s a ajouté un second facteur"),
    "agent.second_factor_removed": gettext_lazy("%(actor)s a retiré le second facteur de %(subject)s"),
    "agent.recovery_codes_renewed": gettext_lazy("%(actor)s a renouvelé ses codes de secours"),
    "agent.recovery_code_used": gettext_lazy("%(actor)s s’est servi d’un code de secours"),
    "shop.created": gettext_lazy("%(actor)s a créé la boutique %(subject)s"),
    "shop.edited": gettext_lazy("%(actor)s a modifié la boutique %(subject)s"),
    "team.created": gettext_lazy("%(actor)s a créé l’équipe %(subject)s"),
    "team.edited": gettext_lazy("%(actor)s a modifié l’équipe %(subject)s"),
    "team.deleted": gettext_lazy("%(actor)s a supprimé une équipe"),
    "schedule.created": gettext_lazy("%(actor)s a créé les horaires %(subject)s"),
    "schedule.edited": gettext_lazy("%(actor)s a modifié les horaires %(subject)s"),
    "schedule.deleted": gettext_lazy("%(actor)s a supprimé des horaires"),
    "field.created": gettext_lazy("%(actor)s a créé le champ %(subject)s"),
    "field.edited": gettext_lazy("%(actor)s a modifié le champ %(subject)s"),
    "field.moved": gettext_lazy("%(actor)s a déplacé le champ %(subject)s"),
    "field.archived": gettext_lazy("%(actor)s a archivé le champ %(subject)s"),
    "field.restored": gettext_lazy("%(actor)s a remis le champ %(subject)s"),
    "token.created": gettext_lazy("%(actor)s a créé le jeton %(subject)s"),
    "token.revoked": gettext_lazy("%(actor)s a retiré le jeton %(subject)s"),
    "installation.set_up": gettext_lazy("Comptoir est installé"),
    "installation.sending_paused": gettext_lazy("%(actor)s a mis en pause tous les envois automatiques"),
    "installation.sending_resumed": gettext_lazy("%(actor)s a repris les envois automatiques"),
    "installation.accounts_masked": gettext_lazy("%(actor)s fait masquer les numéros de compte à l’arrivée"),
    "installation.accounts_shown": gettext_lazy("%(actor)s laisse passer les numéros de compte"),
    "installation.originals_limited": gettext_lazy(
        "%(actor)s a changé la durée de conservation des messages d’origine"
    ),
    "installation.topic_required": gettext_lazy("%(actor)s exige un thème pour clore"),
    "installation.topic_optional": gettext_lazy("%(actor)s n’exige plus de thème pour clore"),
    "installation.two_factor_required": gettext_lazy("%(actor)s exige le second facteur de toute l’équipe"),
    "installation.two_factor_optional": gettext_lazy("%(actor)s n’exige plus le second facteur"),
}
FORMER = {"conversation.topic": "conversation.topic_set"}  # verbs of former releases, as they are called now
FIELDS: dict[str, Any] = {
    "name": gettext_lazy("nom"),
    "help": gettext_lazy("aide"),
    "options": gettext_lazy("choix"),
    "required": gettext_lazy("nécessaire pour clore"),
    "email": gettext_lazy("adresse"),
    "role": gettext_lazy("rôle"),
    "every_shop": gettext_lazy("toutes les boutiques"),
    "shops": gettext_lazy("boutiques"),
    "teams": gettext_lazy("équipes"),
    "language": gettext_lazy("langue"),
    "timezone": gettext_lazy("fuseau horaire"),
    "theme": gettext_lazy("thème"),
    "signature": gettext_lazy("signature"),
    "undo_seconds": gettext_lazy("délai d’annulation"),
    "mail_assigned": gettext_lazy("e-mail pour une conversation confiée"),
    "mail_mentioned": gettext_lazy("e-mail pour une note qui nomme"),
    "mail_approvals": gettext_lazy("e-mail pour un geste qui attend un accord"),
    "single_keys": gettext_lazy("touches seules"),
    "keymap": gettext_lazy("touches choisies"),
    "sends": gettext_lazy("effet de Ctrl Entrée"),
    "afterwards": gettext_lazy("après une conversation close"),
    "network_address": gettext_lazy("depuis"),
    "original_months": gettext_lazy("mois de conservation"),
    "host": gettext_lazy("adresse publique"),
    "slug": gettext_lazy("nom court"),
    "site_url": gettext_lazy("site"),
    "phone": gettext_lazy("téléphone"),
    "address": gettext_lazy("adresse"),
    "country": gettext_lazy("pays"),
    "currency": gettext_lazy("monnaie"),
    "accent": gettext_lazy("couleur"),
    "accent_dark": gettext_lazy("couleur, thème sombre"),
    "order_pattern": gettext_lazy("forme des numéros de commande"),
    "schedule": gettext_lazy("horaires"),
    "kind": gettext_lazy("genre"),
    "shop": gettext_lazy("boutique"),
    "hours": gettext_lazy("heures"),
    "members": gettext_lazy("membres"),
    "scopes": gettext_lazy("droits"),
}


class Names:
    """The names of all rows that some events speak of, read with one query a kind."""

    def __init__(self, events: Iterable[Event]) -> None:
        wanted: dict[str, set[int]] = {}
        for event in events:
            wanted.setdefault(event.subject_type, set()).add(event.subject_id)
            if event.actor_kind == "agent" and event.actor_id:
                wanted.setdefault("agent", set()).add(event.actor_id)
            if event.actor_kind == "rule" and event.actor_id:
                wanted.setdefault("view", set()).add(event.actor_id)
            for code, value in event.codes.items():
                if isinstance(value, int) and not isinstance(value, bool) and _kind(code) in _models():
                    wanted.setdefault(_kind(code), set()).add(value)
        self._names = {kind: _names(kind, found) for kind, found in wanted.items()}

    def of(self, kind: str, key: int) -> str:
        """The name of a row, or its number when it is gone or was never named."""
        return self._names.get(_kind(kind), {}).get(key) or f"n° {key}"

    def actor(self, event: Event) -> str:
        """Who did it."""
        if event.actor_kind == "agent" and event.actor_id:
            return self.of("agent", event.actor_id)
        if event.actor_kind == "customer":
            return _("Le client")
        if event.actor_kind == "rule" and event.actor_id:
            return _("Le filtre « %(name)s »") % {"name": self.of("view", event.actor_id)}
        return {"rule": _("Une règle"), "import": _("Un import")}.get(event.actor_kind, "Comptoir")


def sentence(event: Event, names: Names) -> str:
    """What happened, in the reader's language; a verb without a sentence reads as itself."""
    text = sentences().get(FORMER.get(event.verb, event.verb))
    if text is None:
        return f"{names.actor(event)}\u202f: {event.verb}"
    words = _Words(event, names)
    said = str(text) % words if "%(" in str(text) else str(text).format_map(words)
    return _("%(sentence)s, par le programme « %(token)s »") % {"sentence": said, **words} if "token" in words else said


def names_subject(event: Event) -> bool:
    """Whether the sentence itself says whom or what it is about."""
    text = str(sentences().get(event.verb, ""))
    return "%(subject)s" in text or "{subject}" in text or event.actor_id == event.subject_id


def field_name(field: str) -> str:
    """How a field of before and after is called."""
    return str(_fields().get(field, field))


@cache
def sentences() -> Mapping[str, Any]:
    """Every verb's sentence, from all rooms."""
    return _gathered("SENTENCES")


@cache
def _fields() -> Mapping[str, Any]:
    return _gathered("FIELDS")


class _Words(dict[str, str]):
    """The words of one sentence; one that is missing reads as a dash, never as an error."""

    def __init__(self, event: Event, names: Names) -> None:
        named = {
            code: names.of(code, value) if isinstance(value, int) and _kind(code) in _models() else str(value)
            for code, value in event.codes.items()
        }
        super().__init__(
            named | {"actor": names.actor(event), "subject": names.of(event.subject_type, event.subject_id)}
        )

    def __missing__(self, key: str) -> str:
        return "—"


def _gathered(table: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        dotted = f"{config.name}.sentences"
        if config.name.startswith("comptoir.") and find_spec(dotted):
            found |= getattr(import_module(dotted), table, {})
    return found


@cache
def _models() -> dict[str, type[Model]]:
    """Our rows by the name that events give them."""
    ours = (model for model in apps.get_models() if model.__module__.startswith("comptoir."))
    return {model._meta.model_name or "": model for model in ours}


def _kind(code: str) -> str:
    """The kind of row that a code names: an assignee is an agent."""
    return {"assignee": "agent", "source": "customer", "target": "customer", "token": "apitoken"}.get(code, code)


def _names(kind: str, keys: set[int]) -> dict[int, str]:
    model = _models().get(kind)
    if model is None:
        return {}
    return {row.pk: _name(row) for row in model._default_manager.filter(pk__in=keys)}


def _name(row: Model) -> str:
    if isinstance(row, Agent):
        return row.name
    for attribute in ("name", "subject", "number"):
        value = getattr(row, attribute, None)
        if value:
            return str(value)
    return ""
