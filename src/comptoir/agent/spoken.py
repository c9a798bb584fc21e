"""Sentences of the rooms that know no Django (lib, ports, adapters), said in the reader's language.

Those rooms write French, also into rows that are kept (why a mail did not leave, what of it could not be read). A page
shows them through `spoken`, which finds the pattern again and fills its translation with what stood in it.
"""

import re
from functools import lru_cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from comptoir.agent import spoken_carriers, spoken_generic, spoken_magento, spoken_shops, spoken_vendure

PATTERNS = (
    # adapters/email
    _("réception"),
    _("envoi"),
    _("Le nom du serveur ({side}) manque ou n’est pas valable."),
    _("La sécurité du serveur ({side}) n’est pas connue."),
    _("Le port du serveur ({side}) doit être un nombre entre 1 et 65535."),
    _("L’identifiant ou le mot de passe ({side}) contient un caractère interdit."),
    _("Le message n’a pas de destinataire."),
    _("La connexion {protocol} n’est pas chiffrée : le mot de passe passe en clair."),
    _("Le serveur {protocol} « {host} »"),
    _("{server} refuse l’identifiant ou le mot de passe."),
    _("{server} n’a pas de dossier de ce nom."),
    _("{server} n’accepte pas l’autorisation donnée : {said}"),
    _("{server} ne propose pas ce qui est réglé (STARTTLS ou identification) sur le port {port}."),
    _("{server} est introuvable : vérifiez son nom."),
    _("Le certificat du serveur {protocol} « {host} » n’est pas valable : {said}."),
    _("{server} ne parle pas TLS sur le port {port} : vérifiez le port et la sécurité."),
    _("{server} n’accepte pas de connexion sur le port {port}."),
    _("{server} ne répond pas sur le port {port}."),
    _("{server} a répondu : {said}"),
    _("{server} ne propose pas STARTTLS sur le port {port}."),
    _("La connexion au serveur {protocol} « {host} » a été coupée."),
    _(
        "La connexion au serveur {protocol} « {host} » a été coupée après l’envoi : on ne sait pas si le message est parti."
    ),
    _("{server} refuse {what} : {said}"),
    _("l’expéditeur"),
    _("la connexion"),
    _("le message"),
    _("le destinataire"),
    _("tous les destinataires"),
    _("Le serveur IMAP n’a pas dit son {name}."),
    _("Le serveur IMAP n’a pas pris la copie du message envoyé."),
    _("Le dossier des messages envoyés est introuvable."),
    _("Ce message de {size} Mo est trop volumineux pour être repris. Il reste dans la boîte aux lettres."),
    _("{server} n’accepte pas l’autorisation donnée : {said}"),
    _("La boîte est à reconnecter : {who} n’accepte plus l’autorisation que vous aviez donnée."),
    _("L’inscription de Comptoir chez le fournisseur manque dans la configuration."),
    _("Le fournisseur refuse notre inscription : {said}"),
    _("Le serveur d’autorisation ne répond pas."),
    _("Une autre reprise de l’autorisation est en cours."),
    # adapters/outbox
    _("Le message n’a pas pu être écrit : {why}."),
    _("Le dossier des messages envoyés manque."),
    _("Le dossier des messages envoyés ne peut pas être créé : {why}."),
    _("Le dossier des messages envoyés n’est pas accessible en écriture."),
    # adapters/simulated, ports/fake_shop
    _("Articles"),
    _("Livraison"),
    _("dont TVA 20 %"),
    _("Cette boutique ne tient pas d’avoirs : offrez une carte cadeau du même montant."),
    _("La boutique simulée n’a pas encore de commandes : chargez la démonstration."),
    _("La boutique simulée n’a pas de fichier : rechargez la démonstration."),
    _("La boutique ne sait pas le faire."),
    _("La commande n’existe pas dans la boutique."),
    _("Boutique simulée"),
    _("Secondes avant de répondre"),
    _("Il ne reste pas autant à rembourser."),
    _("Ce geste ne peut pas être annulé dans la boutique."),
    # lib/mail
    _("« {address} » n’est pas une adresse e-mail valable."),
    _("« {name} » n’est pas un en-tête permis."),
    _("L’expéditeur n’est pas lisible."),
    _("Le message dépasse {size} Mo ; la suite est dans l’original."),
    _("La structure du message n’est pas lisible ; le texte brut est affiché."),
    _("Le message contient plus de {count} fichiers ; les suivants sont dans l’original."),
    _("Le message est trop imbriqué ou a trop de parties ; la suite est dans l’original."),
    _("Le texte est trop long pour être affiché en entier ; la suite est dans l’original."),
    _("Le fichier dépasse {size} Mo ; il est dans l’original."),
    _("Le fichier n’a pas pu être décodé."),
    _("Le message joint n’a pas pu être repris ; il est dans l’original."),
    _("Le message est chiffré ; seul son destinataire peut le lire, avec sa clé."),
    _("Le fichier winmail.dat est abîmé ; il est entier dans l’original."),
    *spoken_shops.SENTENCES,
    *spoken_generic.SENTENCES,
    *spoken_vendure.SENTENCES,
    *spoken_magento.SENTENCES,
    *spoken_carriers.SENTENCES,
    # lib/dates
    _("Les horaires ne sont pas lisibles."),
    _("Le fuseau horaire « {zone} » n’existe pas."),
    _("Il faut les horaires des sept jours de la semaine."),
    _("Les jours de fermeture ne sont pas lisibles."),
    _("« {value} » n’est pas une date (il faut AAAA-MM-JJ)."),
    _("{day} : « {value} » n’est pas une heure (il faut HH:MM)."),
    _("{day} : « {value} » n’est pas une heure de la journée."),
    _('{day} : les plages ne sont pas lisibles (il faut [["09:00", "12:30"], ...]).'),
    _("{day} : la fermeture ({end}) doit venir après l’ouverture ({start})."),
    _("{day} : deux plages se recouvrent ({later} est avant {earlier})."),
    _("Le lundi"),
    _("Le mardi"),
    _("Le mercredi"),
    _("Le jeudi"),
    _("Le vendredi"),
    _("Le samedi"),
    _("Le dimanche"),
)

_PLACE = re.compile(r"\{(\w+)\}")
LONGEST = 600  # characters; longer texts are nobody's sentence
DEEPEST = 3


def spoken(text: str, depth: int = 0) -> str:
    """The sentence in the active language; as it is when it is none of ours (a server's own words, another adapter's)."""
    if not text or len(text) > LONGEST or depth > DEEPEST:
        return text
    for pattern, form in _forms():
        found = form.fullmatch(text)
        if found:
            values = {name: spoken(value, depth + 1) for name, value in found.groupdict().items()}
            return gettext(pattern).format(**values)
    return text


@lru_cache(maxsize=1)
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    """The patterns with their regular expressions, the most telling first."""
    ordered = sorted(PATTERNS, key=lambda pattern: len(_PLACE.sub("", pattern)), reverse=True)
    return [(pattern, re.compile(_form(pattern), re.DOTALL)) for pattern in ordered]


def _form(pattern: str) -> str:
    pieces = _PLACE.split(pattern)
    return "".join(f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
