"""The settings' own list, by what the reader may open."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Manager, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from comptoir.automation.models import Macro
from comptoir.conversations.models import Inbox
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent, Shop, Team
from comptoir.orders.models import Connection


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the settings; `words` are further words under which people look for it."""

    url: str
    icon: str
    label: str
    count: int | None = None
    words: str = ""
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together."""

    title: str
    entries: list[Entry]


def groups(agent: Agent) -> list[Group]:
    """The pages that this agent may open, in reading order."""
    house, people = access.can(agent, May.SETTINGS), access.can(agent, May.AGENTS)
    found = [
        Group(_("Accueil du client"), _welcome(agent, house)),
        Group(_("Boutiques"), _shops() if house else []),
        Group(_("Équipe"), _team(people)),
        Group(_("Données"), _data() if house else []),
        Group(_("Moi"), _me()),
    ]
    return [group for group in found if group.entries]


def _welcome(agent: Agent, house: bool) -> list[Entry]:
    macros = Entry(
        reverse("settings-macros"),
        "bolt",
        _("Macros"),
        _count(Macro.objects.filter(agent=None)) if house else None,
        _("textes types modèles réponses variables actions traductions"),
    )
    signatures = Entry(
        reverse("settings-signatures"), "quill", _("Signatures"), None, _("fin des e-mails ma signature")
    )
    if not house:
        shared = [_tables()] if access.can(agent, May.SHARE_MACROS) else []
        return [macros, signatures, *shared] if access.can(agent, May.ANSWER) else []
    return [
        Entry(
            reverse("settings-channels"),
            "mail",
            _("Canaux"),
            _count(Inbox.objects),
            _("boîte e-mail imap smtp chat formulaire signature script"),
        ),
        Entry(reverse("settings-hours"), "clock", _("Horaires"), None, _("ouverture fermeture jours fériés")),
        macros,
        signatures,
        Entry(
            reverse("settings-wording"), "pencil", _("Mots de la boutique"), None, _("vous tu promesses interdits ton")
        ),
        Entry(
            reverse("settings-assistant"),
            "quill",
            _("Assistant"),
            None,
            _("modèle de langue ia llm traduire résumer reformuler"),
        ),
        Entry(
            reverse("settings-checklists"), "check", _("Listes d’étapes"), None, _("cocher procédure étapes checklist")
        ),
        Entry(
            reverse("settings-parcels"),
            "box",
            _("Colis en difficulté"),
            None,
            _("transporteur retard perdu suivi livraison"),
        ),
        Entry(
            reverse("settings-away"),
            "warn",
            _("Indésirables, corbeille"),
            None,
            _("spam durée bloquer débloquer domaine"),
        ),
        Entry(reverse("settings-topics"), "list", _("Thèmes"), None, _("sujet motif catégorie arbre raison")),
        Entry(
            reverse("settings-fields"),
            "pencil",
            _("Champs"),
            None,
            _("champ personnalisé information supplémentaire attribut"),
        ),
        Entry(reverse("settings-tags"), "tag", _("Étiquettes"), None, _("tags mots-clés")),
        Entry(
            reverse("views-all"),
            "filter",
            _("Vues, filtres"),
            None,
            _("règle automatique arrivée attribuer conditions"),
        ),
    ]


def _tables() -> Entry:
    words = _("csv gorgias zendesk macros étiquettes membres export")
    return Entry(reverse("settings-import"), "download", _("Import, export"), None, words)


def _shops() -> list[Entry]:
    return [
        Entry(
            reverse("settings-shops"),
            "bag",
            _("Boutiques"),
            _count(Shop.objects),
            _("marque couleur logo langue numéro de commande"),
        ),
        Entry(
            reverse("settings-connections"),
            "link",
            _("Connexions"),
            _count(Connection.objects),
            _("shopify woocommerce prestashop magento vendure transporteur colissimo import commandes webhook"),
        ),
        Entry(
            reverse("settings-proactive"),
            "megaphone",
            _("Messages aux clients"),
            None,
            _("proactif automatique confirmation expédition retard relais avis modèle e-mail transactionnel"),
        ),
        Entry(
            reverse("settings-authority"),
            "shield",
            _("Plafonds et accords"),
            None,
            _("remboursement limite accord second motif autorité geste"),
        ),
        Entry(
            reverse("settings-teams"), "store", _("Équipes, magasins"), _count(Team.objects), _("point de vente file")
        ),
    ]


def _team(people: bool) -> list[Entry]:
    if not people:
        return []
    return [
        Entry(
            reverse("settings-agents"),
            "people",
            _("Membres, rôles"),
            _count(Agent.objects.filter(is_active=True)),
            _("inviter conseiller responsable droits"),
        )
    ]


def _data() -> list[Entry]:
    return [
        _tables(),
        Entry(
            reverse("settings-sending"),
            "send",
            _("Envois, sécurité"),
            None,
            _("pause automatique second facteur smtp conservation original"),
        ),
        Entry(reverse("settings-tokens"), "key", _("API, jetons"), None, _("programme clé accès développeur")),
        Entry(reverse("settings-webhooks"), "bolt", _("Webhooks"), None, _("programme événement n8n zapier")),
        Entry(reverse("settings-journal"), "list", _("Journal"), None, _("historique audit qui a fait quoi")),
    ]


def _me() -> list[Entry]:
    return [
        Entry(
            reverse("account"),
            "person",
            _("Mon compte"),
            None,
            _("nom langue fuseau thème signature raccourcis"),
            "exact",
        ),
        Entry(reverse("account-keys"), "bolt", _("Mes touches"), None, _("clavier raccourcis touche changer")),
        Entry(
            reverse("notifications"),
            "bell",
            _("Mes notifications"),
            None,
            _("push téléphone installer son silence heures appareils e-mail mention"),
        ),
        Entry(reverse("security"), "key", _("Ma sécurité"), None, _("mot de passe second facteur sessions appareils")),
    ]


def _count(rows: "QuerySet[Any] | Manager[Any]") -> int:
    return rows.count()
