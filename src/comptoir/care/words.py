"""What a customer reads first about each kind of trouble, in the languages of the house; a shop may write its own.

Places: customer.first_name, order.number, parcel.carrier, parcel.number, parcel.tracking_url, parcel.relay,
date.expected, date.promised, date.kept_until.
"""

from dataclasses import dataclass

from comptoir.care.languages import MORE, ORDER
from comptoir.care.models import CaseKind as K


@dataclass(frozen=True, slots=True)
class Words:
    """One language: how a letter begins and ends, the link, and for each kind its subject and its sentences."""

    begin: str
    follow: str
    end: str
    kinds: dict[str, tuple[str, str]]


FR = Words(
    "Bonjour{{ customer.first_name | default: \"\" }},",
    "Suivre votre colis\u202f: {{ parcel.tracking_url | default: \"\" }}",
    "Vous n’avez rien à faire. Si quelque chose ne vous convient pas, répondez simplement à ce message.",
    {
        K.LATE: ("Votre colis prend du retard", "Votre commande {{ order.number }} prend du retard chez {{ parcel.carrier }}. Nouvelle date attendue\u202f: {{ date.expected | default: \"dans les prochains jours\" }}, au lieu du {{ date.promised | default: \"jour prévu\" }}. Nous suivons son acheminement."),
        K.SILENT: ("Votre colis n’avance plus", "Votre commande {{ order.number }} n’a plus été scannée par {{ parcel.carrier }} depuis quelques jours. Nous avons demandé où elle se trouve et nous vous écrirons dès que nous le savons."),
        K.ATTEMPT: ("Le livreur ne vous a pas trouvé", "{{ parcel.carrier }} a présenté votre commande {{ order.number }} sans pouvoir la remettre. Un nouveau passage suit en général le prochain jour ouvré\u202f: dites-nous si une autre adresse ou un relais vous arrange."),
        K.PICKUP: ("Votre colis vous attend encore au relais", "Votre commande {{ order.number }} attend {{ parcel.relay | default: \"au point de retrait\" }} jusqu’au {{ date.kept_until | default: \"dernier jour de garde\" }}. Passé ce délai, elle nous revient."),
        K.CUSTOMS: ("Votre colis est en douane", "Votre commande {{ order.number }} est en cours de dédouanement. Si {{ parcel.carrier }} vous demande un document, répondez-nous\u202f: nous vous aidons."),
        K.EXCEPTION: ("Un incident sur votre colis", "{{ parcel.carrier }} nous signale un incident sur votre commande {{ order.number }}. Nous avons ouvert une recherche et vous proposerons une solution dès sa réponse."),
        K.RETURNING: ("Votre colis nous revient", "Votre commande {{ order.number }} n’a pas pu vous être remise et nous revient. Répondez à ce message pour nous dire si vous préférez un nouvel envoi ou un remboursement."),
        K.LOST: ("Votre colis est perdu", "{{ parcel.carrier }} a déclaré perdue votre commande {{ order.number }}. Nous en sommes désolés. Répondez à ce message pour nous dire si vous préférez un nouvel envoi ou un remboursement."),
        K.CONTESTED: ("Votre colis non reçu", "Vous nous dites ne pas avoir reçu votre commande {{ order.number }}, que {{ parcel.carrier }} donne pour livrée. Nous ouvrons une enquête et revenons vers vous."),
    },
)  # fmt: skip
EN = Words(
    "Hello{{ customer.first_name | default: \"\" }},",
    "Follow your parcel: {{ parcel.tracking_url | default: \"\" }}",
    "There is nothing for you to do. If something does not suit you, simply reply to this message.",
    {
        K.LATE: ("Your parcel is running late", "Your order {{ order.number }} is running late with {{ parcel.carrier }}. New expected date: {{ date.expected | default: \"in the coming days\" }} instead of {{ date.promised | default: \"the planned day\" }}. We are following it."),
        K.SILENT: ("Your parcel has stopped moving", "Your order {{ order.number }} has not been scanned by {{ parcel.carrier }} for some days. We have asked where it is and will write to you as soon as we know."),
        K.ATTEMPT: ("The driver could not reach you", "{{ parcel.carrier }} tried to deliver your order {{ order.number }}. Another attempt usually follows on the next working day: tell us if another address or a pick-up point suits you better."),
        K.PICKUP: ("Your parcel is still waiting for you", "Your order {{ order.number }} waits {{ parcel.relay | default: \"at the pick-up point\" }} until {{ date.kept_until | default: \"its last day\" }}. After that it comes back to us."),
        K.CUSTOMS: ("Your parcel is in customs", "Your order {{ order.number }} is being cleared by customs. If {{ parcel.carrier }} asks you for a document, reply to us: we will help."),
        K.EXCEPTION: ("An incident with your parcel", "{{ parcel.carrier }} reports an incident with your order {{ order.number }}. We have opened an enquiry and will offer you a solution as soon as they answer."),
        K.RETURNING: ("Your parcel is coming back to us", "Your order {{ order.number }} could not be handed to you and is coming back to us. Reply to this message to tell us whether you prefer that we send it again or refund you."),
        K.LOST: ("Your parcel is lost", "{{ parcel.carrier }} has declared your order {{ order.number }} lost. We are sorry. Reply to this message to tell us whether you prefer that we send it again or refund you."),
        K.CONTESTED: ("Your parcel that did not arrive", "You tell us that you have not received your order {{ order.number }}, which {{ parcel.carrier }} shows as delivered. We are opening an enquiry and will come back to you."),
    },
)  # fmt: skip
LANGUAGES: dict[str, Words] = {"fr": FR, "en": EN} | {
    code: Words(
        begin + '{{ customer.first_name | default: "" }},',
        follow + ': {{ parcel.tracking_url | default: "" }}',
        end,
        dict(zip(ORDER, kinds, strict=True)),
    )
    for code, (begin, follow, end, kinds) in MORE.items()
}


def language_of(wanted: str, shop: str) -> str:
    """The first of the two languages that has words; English when none has."""
    return next((code for code in (wanted[:2].lower(), shop[:2].lower()) if code in LANGUAGES), "en")


def letter(kind: str, language: str) -> dict[str, str]:
    """Our own letter: subject and body, with its places."""
    words = LANGUAGES[language]
    subject, body = words.kinds[kind]
    return {"subject": subject, "body": "\n\n".join((words.begin, body, words.end, words.follow))}
