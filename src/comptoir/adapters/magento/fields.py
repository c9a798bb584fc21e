"""What the settings page asks for, the rights that are tried, and what Magento can do."""

from comptoir.ports.channel import Field
from comptoir.ports.shop import Fact, ShopCapabilities, Verb

FIELDS: tuple[Field, ...] = (
    Field("url", "Adresse de la boutique", help="Par exemple https://maison-alba.fr, celle qui répond à /rest"),
    Field(
        "token", "Jeton d’accès", "secret", help="Système, Extensions, Intégrations, dans l’administration de Magento"
    ),
    Field(
        "consumer_key",
        "Clé du consommateur",
        "secret",
        required=False,
        help="Depuis Magento 2.4.4\u202f: les quatre mots de l’intégration, sauf si les jetons seuls y sont permis",
    ),
    Field("consumer_secret", "Secret du consommateur", "secret", required=False),
    Field("token_secret", "Secret du jeton", "secret", required=False),
    Field("store", "Code de la vue de boutique", required=False, help="Vide\u202f: la vue par défaut"),
    Field(
        "admin_url",
        "Adresse de l’administration",
        required=False,
        help="Par exemple https://maison-alba.fr/admin_1a2b\u202f: les commandes s’y ouvrent d’un clic",
    ),
    Field(
        "webhook_secret",
        "Secret des webhooks",
        "secret",
        required=False,
        help="Seulement si un module de Magento annonce les commandes, les expéditions et les avoirs\u202f; vide, la boutique est lue toutes les quelques minutes",
    ),
)

# How a right is tried without changing anything: no order bears the number 0.
RIGHTS = (
    ("GET", "orders", "lire les commandes (Magento_Sales::actions_view)"),
    ("GET", "shipments", "lire les expéditions (Magento_Sales::shipment)"),
    ("GET", "creditmemos", "lire les avoirs (Magento_Sales::sales_creditmemo)"),
    ("GET", "invoices", "lire les factures et rembourser dessus (Magento_Sales::sales_invoice)"),
    ("GET", "customers/search", "lire les clients (Magento_Customer::customer)"),
    ("GET", "products", "lire les produits (Magento_Catalog::products)"),
    ("GET", "carts/search", "lire les paniers (Magento_Cart::manage)"),
    ("GET", "salesRules/search", "créer des codes de réduction (Magento_SalesRule::quote)"),
    ("POST", "order/0/refund", "noter un remboursement (Magento_Sales::creditmemo)"),
    ("POST", "orders/0/cancel", "annuler une commande (Magento_Sales::cancel)"),
    ("POST", "orders/0/comments", "noter sur une commande (Magento_Sales::comment)"),
)

_COPY = "L’API de Magento ne crée pas de commande gratuite\u202f: créez-la dans son administration, par «\u202fCommander à nouveau\u202f»."

CAPABILITIES = ShopCapabilities(
    facts=frozenset(
        {
            Fact.ORDERS, Fact.CUSTOMERS, Fact.PRODUCTS, Fact.STOCK, Fact.PAYMENTS, Fact.REFUNDS, Fact.SHIPMENTS,
            Fact.DISCOUNTS, Fact.CARTS,
        }
    ),
    verbs=frozenset(
        {Verb.REFUND, Verb.CANCEL, Verb.EDIT_ADDRESS, Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING, Verb.NOTE}
    ),
    refund_lines=True,
    refund_shipping=True,
    refund_amount=True,
    undo=frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING, Verb.EDIT_ADDRESS}),
    partly={
        Verb.REFUND: "L’argent ne repart tout seul que si le moyen de paiement sait rembourser\u202f; sinon le remboursement est noté et l’argent est à rendre à la main.",
        Verb.CANCEL: "Magento n’annule que ce qui n’est pas encore facturé\u202f: remboursez ce qui est payé.",
        Verb.EDIT_ADDRESS: "Magento ne recalcule ni la livraison ni les taxes, et garde l’adresse que le client a dans son compte.",
    },
    lacking={
        Verb.RESHIP: _COPY,
        Verb.REPLACE: _COPY,
        Verb.DUPLICATE: _COPY,
        Verb.TAG: "Magento n’a pas d’étiquettes sur les commandes\u202f: ajoutez plutôt une note.",
        Verb.GIFT_CARD: "Magento Open Source n’a pas de cartes cadeaux\u202f: créez plutôt un code de réduction du même montant.",
        Verb.STORE_CREDIT: "Magento Open Source n’a pas d’avoirs sur un compte\u202f: créez plutôt un code de réduction du même montant.",
    },
)  # fmt: skip
