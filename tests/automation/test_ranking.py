"""Which macros are offered first, measured: the demo's macros against messages as customers write them."""

import tomllib
from pathlib import Path

import pytest

import comptoir
from comptoir.automation.actions.applying import Load, reply
from comptoir.automation.models import Macro, Translation
from comptoir.automation.queries.ranking import offered
from comptoir.conversations.actions.answering import Written
from comptoir.core.events import ensure_partitions
from tests import world

pytestmark = pytest.mark.django_db
HOUSE = Path(comptoir.__file__).parent / "demo" / "data" / "house.toml"
# what a customer writes -> the shortcut of the macro that answers it
ASKED = """
retard | Bonjour, mon colis devait arriver lundi et toujours rien. Le transporteur a du retard ?
retard | Livraison annoncée hier, le suivi ne bouge plus depuis trois jours, quand mon colis sera-t-il livré ?
perdu | Le transporteur dit que mon colis est perdu, je veux un remboursement ou un nouvel envoi
perdu | Colis déclaré perdu par Colissimo. Que faites-vous ?
suivi | Pouvez-vous me donner le lien de suivi de ma commande ?
suivi | Où en est ma commande ? Je n'ai pas reçu de numéro de suivi
casse | Le vase est arrivé cassé, le carton était abîmé
casse | Bougie brisée dans son carton, je vous envoie une photo ?
retour | Je voudrais retourner la nappe, comment faire ? Faut-il imprimer une étiquette ?
retour | Quel est le délai pour un échange et le retour est-il offert ?
banque | Je ne vois toujours pas mon remboursement sur mon relevé de banque
banque | Quand serai-je remboursée ? Ma banque n'affiche rien
facture | Il me faut une facture au nom de ma société
facture | Pouvez-vous m'envoyer la facture de ma commande en pdf ?
lavage | Comment laver les serviettes en lin ? A combien de degrés, et avec un adoucissant ?
lavage | Est-ce que le lin passe au lavage à 60 degrés ?
annulee | Je voudrais annuler ma commande, est-elle déjà partie ?
annulee | Annulez ma commande s'il vous plaît et rendez-moi l'argent sur ma carte
pret | Ma commande est-elle prête à la boutique ? Je passe samedi
pret | Quelqu'un peut-il retirer la commande en boutique à ma place ?
douane | On me demande de payer des droits de douane au coursier
douane | Les taxes et droits sont-ils compris dans le prix payé ?
"""


@pytest.fixture
def macros() -> dict[int, str]:
    """The demo's macros: key -> shortcut."""
    ensure_partitions()
    for row in tomllib.loads(HOUSE.read_text("utf-8"))["macro"]:
        macro = Macro.objects.create(
            name=row["name"], shortcut=row["shortcut"], folder=row.get("folder", ""), html=row["html"], used=row["used"]
        )
        for language, html in row.get("texts", {}).items():
            Translation.objects.create(macro=macro, language=language, html=html, master=row["html"])
    return dict(Macro.objects.values_list("pk", "shortcut"))


def test_the_right_one_is_near_the_top(macros: dict[int, str]) -> None:
    places = []
    for line in ASKED.strip().splitlines():
        wanted, _bar, text = line.partition(" | ")
        row = world.conversation(text=text, subject="Question", language="fr")
        shown = [macros[macro.pk] for macro in offered(row, world.camille())]
        places.append(shown.index(wanted) + 1)
    first, third = sum(place == 1 for place in places), sum(place <= 3 for place in places)
    print(f"{len(places)} messages: first {first}, among three {third}")
    assert first >= 20
    assert third == 22


def test_what_was_used_for_a_topic_comes_first_there(macros: dict[int, str]) -> None:
    lavage = Macro.objects.get(shortcut="lavage")
    for key in range(3):
        answered = world.conversation(topic="Entretien", text="Une question")
        reply(answered, Written(html="<p>Oui</p>", client_key=str(key)), Load([lavage.pk]), agent=world.camille())
    row = world.conversation(topic="Entretien", text="Bonjour")
    assert offered(row, world.camille())[0] == lavage
    Macro.objects.filter(shortcut="pret").update(topics=["Retrait"])
    assert offered(world.conversation(topic="Retrait", text="Bonjour"), world.camille())[0].shortcut == "pret"
