"""What the settings page asks for, and what WooCommerce can do."""

from comptoir.ports.channel import Field
from comptoir.ports.shop import Fact, ShopCapabilities, Verb

FIELDS = (
    Field("url", "Adresse de la boutique", help="Par exemple https://maison-alba.fr, celle où WordPress est installé"),
    Field("key", "Clé client", help="Elle commence par ck_"),
    Field(
        "secret", "Secret client", "secret", help="Il commence par cs_\u202f; la clé doit permettre de lire et d’écrire"
    ),
    Field(
        "webhook_secret",
        "Secret des webhooks",
        "secret",
        help="Un long mot de passe de votre choix\u202f: WooCommerce signe avec lui ce qu’il annonce",
    ),
    Field(
        "query_auth",
        "Mettre la clé dans l’adresse des appels",
        "switch",
        required=False,
        default="false",
        help="Seulement si votre serveur efface l’en-tête Authorization\u202f; la clé peut alors rester dans ses journaux",
    ),
)

CAPABILITIES = ShopCapabilities(
    facts=frozenset(
        {
            Fact.ORDERS, Fact.CUSTOMERS, Fact.PRODUCTS, Fact.STOCK, Fact.PAYMENTS, Fact.REFUNDS, Fact.SHIPMENTS,
            Fact.DISCOUNTS, Fact.WEBHOOKS,
        }
    ),
    verbs=frozenset(
        {
            Verb.REFUND, Verb.CANCEL, Verb.EDIT_ADDRESS, Verb.RESHIP, Verb.REPLACE, Verb.DUPLICATE, Verb.DISCOUNT_CODE,
            Verb.FREE_SHIPPING, Verb.NOTE,
        }
    ),
    refund_lines=True,
    refund_shipping=True,
    refund_amount=True,
    undo=frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING, Verb.EDIT_ADDRESS}),
    partly={
        Verb.REFUND: "L’argent ne repart tout seul que si le moyen de paiement sait rembourser\u202f; sinon le remboursement est noté et l’argent est à rendre à la main.",
        Verb.CANCEL: "WooCommerce annule sans rembourser\u202f: remboursez d’abord ce qui a été payé.",
        Verb.FREE_SHIPPING: "Le code ne vaut que si la livraison gratuite «\u202favec un code\u202f» existe dans vos zones de livraison.",
        Verb.RESHIP: "Une nouvelle commande à 0\xa0€ porte les articles à renvoyer.",
        Verb.REPLACE: "Une nouvelle commande à 0\xa0€ porte les articles de remplacement.",
    },
    lacking={
        Verb.TAG: "WooCommerce n’a pas d’étiquettes sur les commandes\u202f: ajoutez plutôt une note.",
        Verb.GIFT_CARD: "WooCommerce n’a pas de cartes cadeaux sans extension\u202f: créez plutôt un code de réduction du même montant.",
        Verb.STORE_CREDIT: "WooCommerce n’a pas d’avoirs sans extension\u202f: créez plutôt un code de réduction du même montant.",
    },
)  # fmt: skip
