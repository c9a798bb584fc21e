"""What carriers' adapters say, for `spoken`, and the words of their fields: adapters know no Django."""

from django.utils.translation import gettext_noop as _

FIELDS = (
    _("Clé d’API"),
    _("Clé d’API (DHL-API-Key)"),
    _("Clé d’API (17token)"),
    _("La même clé signe les messages de 17TRACK."),
    _("Secret du webhook"),
    _("Identifiant client (client ID)"),
    _("Secret client (client secret)"),
    _("Compte"),
    _("Phrase secrète"),
    _("Clé Okapi"),
    _("Sur developer.laposte.fr\u202f: votre application, produit Suivi v2."),
    _("Langue des libellés"),
    _("Français"),
    _("Anglais"),
    _("Allemand"),
    _("Espagnol"),
    _("Italien"),
    _("Néerlandais"),
    # a name, and how orders may write it: the same in English
    _("La Poste"),
    _("la poste"),
)

SENTENCES = (
    _("{name} n’envoie pas de nouvelles\u202f: on lui demande."),
    _("{name} n’a pas donné de jeton."),
    _("{name} refuse ce numéro\u202f: {said}"),
    _("AfterShip refuse."),
    _("17TRACK refuse."),
    _("Il manque\u202f: {label}."),
    _("Aucun suivi dans ce message."),
    _("Réponse sans envoi."),
    _("Le contenu n’est pas du XML que l’on peut lire."),
    _("la Poste"),
    _("Le simulateur"),
    _("le simulateur"),
    # adapters/carriers/simulator: what it says of a parcel
    _("Votre colis est annoncé, en attente de prise en charge"),
    _("Remis au transporteur"),
    _("Votre colis est en cours d’acheminement"),
    _("En cours de dédouanement"),
    _("Retard d’acheminement\u202f: nouvelle date en cours de calcul"),
    _("En cours de livraison"),
    _("Destinataire absent, avis de passage déposé"),
    _("Disponible au relais"),
    _("Livré"),
    _("Incident pendant le transport\u202f: recherche en cours"),
    _("Retour à l’expéditeur"),
    _("Remis à l’expéditeur"),
    _("Enquête close\u202f: colis déclaré perdu"),
    _("Envoi annulé par l’expéditeur"),
    # a sentence names the field that is empty
    *FIELDS,
)
