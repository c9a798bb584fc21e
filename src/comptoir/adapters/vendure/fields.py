"""What the settings page asks for, the rights that it needs, and what Vendure can do."""

from comptoir.ports.channel import Field
from comptoir.ports.shop import Fact, ShopCapabilities, Verb

FIELDS = (
    Field("url", "Adresse de Vendure", help="Celle du serveur, par exemple https://boutique.example"),
    Field(
        "api_key",
        "Clé d’API",
        "secret",
        required=False,
        help="Vendure 3.6 et suivants, avec «\u202fapi-key\u202f» dans tokenMethod\u202f; sinon un administrateur",
    ),
    Field(
        "username",
        "Administrateur",
        required=False,
        help="Un administrateur fait pour Comptoir, dont le rôle a les droits nommés dans la documentation",
    ),
    Field("password", "Mot de passe", "secret", required=False),
    Field("channel", "Jeton du canal", required=False, help="Vide\u202f: le canal par défaut"),
    Field(
        "webhook_secret",
        "Secret des webhooks",
        "secret",
        required=False,
        help="Celui que vous donnez au module de webhooks",
    ),
    Field(
        "settles",
        "Régler les remboursements en attente",
        "switch",
        required=False,
        help="Pour un module de paiement qui laisse les remboursements en attente",
    ),
    Field("precision", "Décimales de la monnaie dans Vendure", required=False, default="2", help="2 sauf réglage de MoneyStrategy"),
)  # fmt: skip

# right: what cannot be done without it
RIGHTS = {
    "ReadOrder": "lire les commandes (ReadOrder)",
    "UpdateOrder": "rembourser, annuler et corriger les commandes (UpdateOrder)",
    "CreateOrder": "renvoyer ou remplacer un article (CreateOrder)",
    "ReadCustomer": "lire les clients (ReadCustomer)",
    "ReadProduct": "lire les produits et le stock (ReadProduct)",
    "CreatePromotion": "créer des codes de réduction (CreatePromotion)",
    "ReadPromotion": "retrouver les codes de réduction (ReadPromotion)",
    "DeletePromotion": "reprendre un code de réduction (DeletePromotion)",
}
# one of a catalogue-wide right stands for them
WIDE = {"ReadProduct": "ReadCatalog"}

CAPABILITIES = ShopCapabilities(
    facts=frozenset(
        {
            Fact.ORDERS, Fact.CUSTOMERS, Fact.PRODUCTS, Fact.STOCK, Fact.PAYMENTS, Fact.REFUNDS, Fact.SHIPMENTS,
            Fact.DISCOUNTS, Fact.CARTS, Fact.WEBHOOKS,
        }
    ),
    verbs=frozenset(Verb) - {Verb.GIFT_CARD, Verb.STORE_CREDIT, Verb.TAG},
    refund_lines=True,
    refund_shipping=True,
    refund_amount=True,
    undo=frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING, Verb.NOTE, Verb.EDIT_ADDRESS}),
    partly={
        Verb.REFUND: "Un remboursement par carte part par le module de paiement de Vendure\u202f; sans lui, il est noté et se fait à la main.",
        Verb.CANCEL: "Seuls les articles qui ne sont pas encore partis s’annulent\u202f; le remboursement est un geste à part.",
        Verb.EDIT_ADDRESS: "L’adresse corrigée vaut pour ce qui n’est pas encore expédié.",
        Verb.RESHIP: "Une nouvelle commande à 0\u00a0€ porte les articles à renvoyer.",
        Verb.REPLACE: "Une nouvelle commande à 0\u00a0€ porte les articles de remplacement.",
    },
    lacking={
        Verb.GIFT_CARD: "Vendure n’a pas de carte cadeau\u202f: offrez un code de réduction du même montant, à usage unique.",
        Verb.STORE_CREDIT: "Vendure n’a pas d’avoir\u202f: remboursez, ou offrez un code de réduction du même montant.",
        Verb.TAG: "Vendure n’étiquette pas ses commandes\u202f: ajoutez une note.",
    },
)  # fmt: skip
