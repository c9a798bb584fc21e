"""What the settings page asks for, the rights that an app needs, and what Shopify can do."""

from comptoir.ports.channel import Field
from comptoir.ports.shop import Fact, ShopCapabilities, Verb

FIELDS = (
    Field("shop", "Boutique", help="Son nom permanent, par exemple maison-alba.myshopify.com"),
    Field(
        "client_id",
        "Identifiant client de l’application",
        required=False,
        help="Tableau de bord des développeurs de Shopify, Paramètres de l’application",
    ),
    Field(
        "client_secret",
        "Secret de l’application",
        "secret",
        help="Il signe aussi les webhooks de Shopify",
    ),
    Field(
        "admin_token",
        "Jeton d’administration",
        "secret",
        required=False,
        help="Seulement pour une ancienne application personnalisée (shpat_…)\u202f; vide sinon",
    ),
)

# right: what cannot be done without it (https://shopify.dev/docs/api/usage/access-scopes)
RIGHTS = {
    "read_orders": "lire les commandes (read_orders)",
    "read_all_orders": "lire les commandes de plus de 60 jours (read_all_orders)",
    "write_orders": "rembourser, annuler et corriger les commandes (write_orders)",
    "read_customers": "lire les clients (read_customers)",
    "read_products": "lire les produits et le stock (read_products)",
    "read_fulfillments": "lire les expéditions (read_fulfillments)",
    "read_returns": "lire les retours (read_returns)",
    "write_draft_orders": "renvoyer ou remplacer un article (write_draft_orders)",
    "write_discounts": "créer des codes de réduction (write_discounts)",
    "write_gift_cards": "créer des cartes cadeaux (write_gift_cards)",
    "write_store_credit_account_transactions": "créditer un compte client (write_store_credit_account_transactions)",
    "read_store_credit_accounts": "lire les avoirs des clients (read_store_credit_accounts)",
}

CAPABILITIES = ShopCapabilities(
    facts=frozenset(
        {
            Fact.ORDERS, Fact.CUSTOMERS, Fact.PRODUCTS, Fact.STOCK, Fact.PAYMENTS, Fact.REFUNDS, Fact.SHIPMENTS,
            Fact.DISCOUNTS, Fact.GIFT_CARDS, Fact.CARTS, Fact.WEBHOOKS, Fact.PRIVACY,
        }
    ),
    verbs=frozenset(Verb),
    refund_lines=True,
    refund_shipping=True,
    refund_amount=True,
    undo=frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING, Verb.GIFT_CARD, Verb.EDIT_ADDRESS}),
    partly={
        Verb.CANCEL: "Shopify annule en quelques secondes, après sa réponse\u202f; une commande déjà expédiée ne s’annule pas.",
        Verb.EDIT_ADDRESS: "L’adresse corrigée vaut pour ce qui n’est pas encore expédié.",
        Verb.RESHIP: "Une nouvelle commande à 0\xa0€ porte les articles à renvoyer.",
        Verb.REPLACE: "Une nouvelle commande à 0\xa0€ porte les articles de remplacement.",
        Verb.GIFT_CARD: "Les cartes cadeaux demandent un forfait Shopify qui en comprend.",
    },
)  # fmt: skip
