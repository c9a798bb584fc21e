"""Order actions from the command bar: « rembourser », « renvoyer », « code »… open their dialog for the order beside."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from comptoir.agent.gestures import words
from comptoir.agent.gestures.dialogs import address, verb_of
from comptoir.agent.gestures.showing import FIRST
from comptoir.agent.search.deeds import Context, called, hit
from comptoir.agent.search.hits import Hit
from comptoir.agent.tell import tell
from comptoir.conversations.models import Conversation
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent
from comptoir.orders.gestures import platforms
from comptoir.orders.models import Order
from comptoir.ports.shop import Verb
from comptoir.ui.words import money

ORDERS = 3
# the words that begin each action, in both languages, without accents
VERBS: dict[str, tuple[str, ...]] = {
    Verb.REFUND: ("rembourser", "remboursement", "refund"),
    Verb.CANCEL: ("annuler la commande", "annuler", "cancel"),
    Verb.EDIT_ADDRESS: ("adresse", "changer l’adresse", "address"),
    Verb.RESHIP: ("renvoyer", "renvoi", "reship", "resend"),
    Verb.REPLACE: ("remplacer", "remplacement", "replace"),
    Verb.DUPLICATE: ("copier la commande", "dupliquer", "duplicate"),
    Verb.DISCOUNT_CODE: ("geste", "code", "remise", "offrir", "discount", "coupon"),
    Verb.GIFT_CARD: ("carte cadeau", "cadeau", "gift"),
    Verb.STORE_CREDIT: ("avoir", "credit", "store credit"),
    Verb.FREE_SHIPPING: ("livraison offerte", "port offert", "free shipping"),
    Verb.NOTE: ("noter sur la commande", "note commande", "order note"),
    Verb.TAG: ("etiqueter la commande", "tag order"),
}


def ordering(context: Context, text: str) -> list[Hit]:
    """The actions that the text calls for, for each order beside the matter."""
    if not text.strip() or not access.can(context.agent, May.ACT_ON_ORDERS):
        return []
    verbs = [Verb(kind) for kind, _rest in called(text.strip(), VERBS)][:4]
    if not verbs:
        return []
    beside = access.orders(context.agent).filter(conversation_links__conversation=context.conversation)
    orders = list(beside.select_related("connection").order_by("-placed_at")[:ORDERS])
    return [_hit(context, order, verb) for verb in verbs for order in orders]


def _hit(context: Context, order: Order, verb: Verb) -> Hit:
    lacks = words.lacking(verb, platforms.capabilities_of(order))
    rows = [(_("Commande"), order.number), (_("Montant"), money(order.total, order.currency))]
    text = lacks or _("La fenêtre montre le devis et vos plafonds ; rien ne part avant votre confirmation.")
    keys = f"d {FIRST[verb]}" if verb in FIRST else ""
    value = f"{verb.value}:{order.pk}"
    return hit(
        context, words.ICONS[verb], words.heading(verb, order.number), "gesture", value, keys=keys, rows=rows, text=text
    )


def open_dialog(agent: Agent, row: Conversation, value: str) -> HttpResponse:
    """The action's dialog, beside the conversation; 404 for an order that may not be seen."""
    access.require(agent, May.ACT_ON_ORDERS)
    name, _colon, key = value.partition(":")
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else 0
    order: Order | None = access.orders(agent).filter(pk=number).first()
    if order is None:
        raise Http404
    where = address(order, verb_of(name), conversation=row)
    return tell(HttpResponse(status=204), "", events={"dialog": {"address": where}})
