"""What the settings page asks for, the rights that a key needs, and what PrestaShop can do."""

from comptoir.ports.channel import Field
from comptoir.ports.shop import Fact, ShopCapabilities, Verb

FIELDS = (
    Field("url", "Adresse de la boutique", help="Par exemple https://maison-alba.fr, celle qui répond à /api"),
    Field("key", "Clé du webservice", "secret", help="Paramètres avancés, Webservice, dans votre PrestaShop"),
    Field("timezone", "Fuseau horaire de la boutique", required=False, default="Europe/Paris", help="PrestaShop écrit ses dates dans ce fuseau"),
    Field("employee", "Numéro de l’employé qui répond", "number", required=False, default="1", help="Les réponses aux messages des clients portent son nom"),
)  # fmt: skip

# resource and method: what cannot be done without it
RIGHTS = {
    ("orders", "get"): "lire les commandes (orders, GET)",
    ("order_states", "get"): "lire les états des commandes (order_states, GET)",
    ("order_carriers", "get"): "lire les colis (order_carriers, GET)",
    ("order_payments", "get"): "lire les paiements (order_payments, GET)",
    ("order_slip", "get"): "lire les avoirs (order_slip, GET)",
    ("customers", "get"): "lire les clients (customers, GET)",
    ("addresses", "get"): "lire les adresses (addresses, GET)",
    ("countries", "get"): "lire les pays (countries, GET)",
    ("currencies", "get"): "lire les devises (currencies, GET)",
    ("carriers", "get"): "lire les transporteurs (carriers, GET)",
    ("products", "get"): "lire les produits (products, GET)",
    ("carts", "get"): "lire les paniers (carts, GET)",
    ("stock_availables", "get"): "lire le stock (stock_availables, GET)",
    ("customer_threads", "get"): "lire les messages des clients (customer_threads, GET)",
    ("customer_messages", "get"): "lire les messages des clients (customer_messages, GET)",
    ("order_slip", "post"): "noter un remboursement (order_slip, POST)",
    ("order_histories", "post"): "annuler une commande (order_histories, POST)",
    ("cart_rules", "post"): "créer des codes de réduction (cart_rules, POST)",
    ("customer_threads", "post"): "ouvrir une discussion (customer_threads, POST)",
    ("customer_threads", "put"): "clore et rouvrir une discussion (customer_threads, PUT)",
    ("customer_messages", "post"): "répondre aux clients et noter (customer_messages, POST)",
}

CAPABILITIES = ShopCapabilities(
    facts=frozenset(
        {
            Fact.ORDERS, Fact.CUSTOMERS, Fact.PRODUCTS, Fact.STOCK, Fact.PAYMENTS, Fact.REFUNDS, Fact.SHIPMENTS,
            Fact.DISCOUNTS, Fact.CARTS, Fact.THREADS,
        }
    ),
    verbs=frozenset({Verb.REFUND, Verb.CANCEL, Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING, Verb.NOTE}),
    refund_lines=True,
    refund_shipping=True,
    refund_amount=True,
    undo=frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING}),
    partly={
        Verb.REFUND: "PrestaShop ne rend pas l’argent lui-même\u202f: l’avoir y est noté, et le remboursement se fait chez votre prestataire de paiement.",
        Verb.CANCEL: "PrestaShop annule sans rembourser\u202f: remboursez d’abord ce qui a été payé.",
        Verb.NOTE: "La note est un message privé dans la discussion de la commande.",
    },
    lacking={
        Verb.EDIT_ADDRESS: "Le webservice de PrestaShop ne corrige pas l’adresse d’une seule commande\u202f: faites-le dans son back-office.",
        Verb.RESHIP: "Le webservice de PrestaShop ne crée pas de commande gratuite\u202f: créez-la dans son back-office.",
        Verb.REPLACE: "Le webservice de PrestaShop ne crée pas de commande gratuite\u202f: créez-la dans son back-office.",
        Verb.DUPLICATE: "Le webservice de PrestaShop ne copie pas de commande\u202f: copiez-la dans son back-office.",
        Verb.TAG: "PrestaShop n’a pas d’étiquettes sur les commandes\u202f: ajoutez plutôt une note.",
        Verb.GIFT_CARD: "PrestaShop n’a pas de cartes cadeaux\u202f: créez plutôt un code de réduction du même montant.",
        Verb.STORE_CREDIT: "PrestaShop n’a pas d’avoirs sur un compte\u202f: créez plutôt un code de réduction du même montant.",
    },
)  # fmt: skip
