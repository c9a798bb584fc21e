"""What the demo shop's matters are about, and what it wants to know beside: its topics and custom fields."""

from collections.abc import Iterable

from django.utils.text import slugify

from comptoir.conversations.models import Conversation, ConversationOrder, ConversationValue, Topic
from comptoir.conversations.queries.topics import tree
from comptoir.core.custom.reading import definitions
from comptoir.core.models import CustomChoice, CustomField
from comptoir.customers.models import CustomerValue
from comptoir.orders.models import OrderValue

# name, English, what stands below it
TREE: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("Livraison", "Delivery", [("En retard", "Late"), ("Colis perdu", "Lost parcel"), ("Point relais", "Pickup point"), ("Adresse à changer", "Change of address")]),
    ("Commande", "Order", [("Avant l’envoi", "Before it leaves"), ("Annulation", "Cancellation")]),
    ("Retour ou échange", "Return or exchange", [("Échange", "Exchange"), ("Remboursement", "Refund")]),
    ("Casse ou défaut", "Broken or faulty", [("Cassé à l’arrivée", "Broken on arrival"), ("Défaut", "Fault")]),
    ("Produit", "Product", [("Entretien", "Care"), ("Sur mesure", "Made to measure")]),
    ("Facture", "Invoice", []),
    ("Paiement", "Payment", []),
    ("Boutique", "Store", []),
    ("Entreprise", "Business", []),
    ("Données", "Personal data", []),
    ("Autre", "Other", []),
]  # fmt: skip
# a thread's topic and one of its tags -> the leaf
FINER = {
    ("Livraison", "Retard"): "En retard",
    ("Livraison", "Colis perdu"): "Colis perdu",
    ("Commande", "Avant envoi"): "Avant l’envoi",
    ("Retour ou échange", "Échange"): "Échange",
    ("Retour ou échange", "Remboursement"): "Remboursement",
    ("Casse ou défaut", "Casse"): "Cassé à l’arrivée",
    ("Produit", "Sur mesure"): "Sur mesure",
}


def plant() -> None:
    """Make the tree."""
    for place, (name, english, below) in enumerate(TREE):
        root = Topic.objects.create(
            code=slugify(name), name=name, names={"en": english}, position=place, branch=[slugify(name)]
        )
        Topic.objects.bulk_create(
            Topic(
                code=slugify(leaf), name=leaf, names={"en": called}, parent=root, position=at,
                branch=sorted([root.code, slugify(leaf)]),
            )
            for at, (leaf, called) in enumerate(below)
        )  # fmt: skip
    tree.changed()


def code_of(topic: str, tags: Iterable[str]) -> str:
    """The code of a thread's topic: the leaf that its tags tell, the last of them first."""
    finer = [leaf for tag in tags if (leaf := FINER.get((topic, tag)))]
    return slugify(finer[-1] if finer else topic)


def ask() -> None:
    """Define the fields, and fill them in where the threads tell it."""
    reason = _field("conversation", "choice", "motif", "Motif du retour", "Reason for the return", 0)
    gesture = _field("conversation", "money", "geste", "Geste commercial", "Goodwill gesture", 1, currency="EUR")
    house = _field(
        "customer", "text", "siret", "SIRET", "Company number", 0, help="Pour les factures des professionnels."
    )
    gift = _field("order", "yes", "cadeau", "Paquet cadeau", "Gift wrapping", 0)
    names = ("Ne convient pas", "Abîmé à l’arrivée", "Erreur de commande", "Reçu trop tard")
    options = CustomChoice.objects.bulk_create(
        CustomChoice(field=reason, name=name, position=place) for place, name in enumerate(names)
    )
    returns = list(
        Conversation.objects.filter(topic__in=["echange", "remboursement", "retour-ou-echange"]).order_by("pk")
    )
    broken = list(Conversation.objects.filter(topic="casse-a-larrivee").order_by("pk"))
    values = [ConversationValue(owner=row, field=reason, choice=options[at % 4]) for at, row in enumerate(returns[::2])]
    values += [ConversationValue(owner=row, field=reason, choice=options[1]) for row in broken]
    values += [ConversationValue(owner=row, field=gesture, number=500 + 250 * at) for at, row in enumerate(broken[:4])]
    ConversationValue.objects.bulk_create(values)
    firms = Conversation.objects.filter(topic="entreprise").order_by("pk").values_list("identity__customer", flat=True)
    CustomerValue.objects.bulk_create(
        CustomerValue(owner_id=key, field=house, text=f"{732829320 + 17 * at:09}00018")
        for at, key in enumerate(dict.fromkeys(firms))
    )
    bought = ConversationOrder.objects.order_by("order").values_list("order", flat=True).distinct()
    OrderValue.objects.bulk_create(OrderValue(owner_id=key, field=gift, number=1) for key in list(bought)[:40:5])
    definitions.changed()


def _field(subject: str, kind: str, key: str, name: str, english: str, place: int, **more: str) -> CustomField:
    return CustomField.objects.create(
        subject=subject, kind=kind, key=key, name=name, names={"en": english}, position=place, **more
    )
