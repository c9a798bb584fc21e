"""What can be connected, in words: names, what each can do, and what it cannot with the nearest way."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from comptoir.ports import registry
from comptoir.ports.carrier import CarrierCapabilities
from comptoir.ports.shop import Fact, ShopCapabilities, Verb

NAMES = {
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "prestashop": "PrestaShop",
    "magento": "Magento, Adobe Commerce",
    "vendure": "Vendure",
    "generic": gettext_lazy("Autre boutique"),
    "simulated": gettext_lazy("Boutique simulée"),
    "laposte": "La Poste, Colissimo, Chronopost",
    "simulator": gettext_lazy("Transporteur simulé"),
}
WORDS = {
    "generic": gettext_lazy(
        "Votre programme ou une plateforme sans connecteur\u202f: webhook signé, lecture par HTTP."
    ),
    "simulated": gettext_lazy("Pour essayer sans boutique\u202f: rien n’existe vraiment."),
    "simulator": gettext_lazy("Pour essayer sans transporteur\u202f: colis en retard, perdu, au relais."),
}
LAST = ("generic", "simulated", "simulator")
# what the card says that is read
FACTS = {
    Fact.ORDERS: gettext_lazy("commandes"),
    Fact.CUSTOMERS: gettext_lazy("clients"),
    Fact.PRODUCTS: gettext_lazy("produits"),
    Fact.STOCK: gettext_lazy("stock"),
    Fact.PAYMENTS: gettext_lazy("paiements"),
    Fact.REFUNDS: gettext_lazy("remboursements"),
    Fact.SHIPMENTS: gettext_lazy("colis"),
    Fact.DISCOUNTS: gettext_lazy("codes de remise"),
    Fact.GIFT_CARDS: gettext_lazy("cartes cadeaux"),
    Fact.CARTS: gettext_lazy("paniers"),
    Fact.THREADS: gettext_lazy("messages des clients"),
    Fact.WEBHOOKS: gettext_lazy("nouvelles immédiates"),
    Fact.PRIVACY: gettext_lazy("demandes sur les données"),
}
VERBS = {
    Verb.REFUND: gettext_lazy("rembourser"),
    Verb.CANCEL: gettext_lazy("annuler"),
    Verb.EDIT_ADDRESS: gettext_lazy("corriger l’adresse"),
    Verb.RESHIP: gettext_lazy("renvoyer le colis"),
    Verb.REPLACE: gettext_lazy("remplacer"),
    Verb.DUPLICATE: gettext_lazy("refaire la commande"),
    Verb.DISCOUNT_CODE: gettext_lazy("code de remise"),
    Verb.GIFT_CARD: gettext_lazy("carte cadeau"),
    Verb.STORE_CREDIT: gettext_lazy("avoir en boutique"),
    Verb.FREE_SHIPPING: gettext_lazy("livraison offerte"),
    Verb.NOTE: pgettext_lazy("verb", "noter"),
    Verb.TAG: gettext_lazy("étiqueter"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One platform or carrier to choose."""

    name: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a connection can do, in words: `limits` are (what, sentence)."""

    told: list[str]
    done: list[str]
    limits: list[tuple[str, str]]


def label(vendor: str, port: str = "carrier") -> str:
    """How people call it: our word for it, else the adapter's own title."""
    if vendor in NAMES:
        return str(NAMES[vendor])
    try:
        return str(registry.get(port, vendor).title)
    except (registry.UnknownAdapter, AttributeError):
        return vendor.replace("_", " ").capitalize()


def cards(port: str) -> list[Card]:
    """What can be chosen, the real ones first."""
    found = sorted(registry.names(port), key=lambda name: name in LAST)
    return [Card(name, label(name, port), _words(port, name)) for name in found]


def _words(port: str, name: str) -> str:
    if name in WORDS:
        return str(WORDS[name])
    capabilities = registry.get(port, name).capabilities
    if port == "shop":
        can = abilities(capabilities)
        return _("%(done)d gestes sur %(all)d, lit %(told)s.") % {
            "done": len(can.done),
            "all": len(Verb),
            "told": ", ".join(can.told[:3]),
        }
    return carrier_words(capabilities)


def carrier_words(capabilities: CarrierCapabilities) -> str:
    """What a carrier's connection does."""
    if capabilities.webhooks:
        return _("Prévient Comptoir à chaque étape d’un colis.")
    return _("Comptoir demande où en sont les colis, dans la limite permise.")


def abilities(capabilities: ShopCapabilities) -> Abilities:
    """What a platform tells, does, does with a limit, and does not do."""
    limits: dict[str, list[str]] = {}  # one sentence may hold for many verbs
    for verb, words in [*capabilities.partly.items(), *capabilities.lacking.items()]:
        limits.setdefault(words, []).append(str(VERBS[verb]))
    return Abilities(
        told=[str(words) for fact, words in FACTS.items() if fact in capabilities.facts],
        done=[str(words) for verb, words in VERBS.items() if verb in capabilities.verbs],
        limits=[(", ".join(verbs), words) for words, verbs in limits.items()],
    )
