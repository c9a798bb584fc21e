"""The words of the fields that our adapters declare: they know no Django, so their English is asked for here."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Serveur de réception (IMAP)"),
    _("Par exemple imap.exemple.fr"),
    _("Sécurité de la réception"),
    _("TLS (conseillé)"),
    _("STARTTLS"),
    _("Aucune (réseau interne seulement)"),
    _("Port de la réception"),
    _("993 pour TLS, 143 pour STARTTLS"),
    _("Identifiant de réception"),
    _("Le plus souvent l’adresse complète"),
    _("Mot de passe de réception"),
    _("Dossier à lire"),
    _("Serveur d’envoi (SMTP)"),
    _("Par exemple smtp.exemple.fr"),
    _("Sécurité de l’envoi"),
    _("Port de l’envoi"),
    _("465 pour TLS, 587 pour STARTTLS"),
    _("Identifiant d’envoi"),
    _("Vide : le même que pour la réception"),
    _("Mot de passe d’envoi"),
    _("Serveurs dont on croit la vérification de l’expéditeur"),
    _("Le nom que votre serveur écrit dans « Authentication-Results » ; séparez-les par des espaces"),
    _("Autorité de certification propre"),
    _("Chemin d’un fichier PEM, pour un serveur interne"),
    _("Les messages y sont écrits au lieu de partir"),
    _("Au-delà, un message attend son tour. Vide : sans limite"),
)
