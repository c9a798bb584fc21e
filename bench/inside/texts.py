"""Believable words for the data set and the mails, the same at every run."""

import random

SENTENCES = """\
Bonjour, je n’ai toujours pas reçu mon colis alors que le suivi indique une livraison hier.
Pourriez-vous me dire où en est ma commande, s’il vous plaît ?
Le produit est arrivé cassé, la boîte était ouverte et l’emballage déchiré.
Je souhaite retourner cet article car la taille ne convient pas.
Merci de me confirmer que le remboursement a bien été effectué sur ma carte.
J’ai reçu deux fois le même article et il manque le second.
Est-il possible de changer l’adresse de livraison avant l’expédition ?
Le point relais était fermé, le colis est reparti chez vous.
Le code promotionnel ne fonctionne pas sur le panier, pouvez-vous l’appliquer ?
Quand le modèle en bleu sera-t-il de nouveau en stock ?
La facture ne porte pas le nom de mon entreprise, il me la faut corrigée.
Je vous ai déjà écrit lundi et personne ne m’a répondu.
Le transporteur affirme avoir livré en mains propres, or j’étais absente.
La couleur ne correspond pas du tout à la photo du site.
Nous avons vérifié avec l’entrepôt, votre colis part ce soir.
Votre remboursement a été émis ce matin, comptez trois à cinq jours.
Je vous envoie tout de suite une étiquette de retour prépayée.
Pouvez-vous m’envoyer une photo de l’article et de son emballage ?
L’échange est enregistré, vous recevrez un courriel à l’expédition.
Toutes nos excuses pour ce retard, nous vous offrons les frais de port.
C’est pour un anniversaire samedi, j’espère que cela arrivera à temps.
Merci beaucoup pour votre réponse rapide, très bonne journée.
La vaisselle est magnifique mais une assiette présente un éclat.
Peut-on venir chercher la commande directement au magasin de Nantes ?
""".splitlines()
SUBJECTS = """\
Colis introuvable
Où est ma commande
Article cassé à l’arrivée
Demande de retour
Remboursement
Changement d’adresse
Facture à corriger
Question sur une taille
Point relais fermé
Code promotionnel refusé
Commande incomplète
Disponibilité en magasin
""".splitlines()
FIRST = (
    "Claire Julien Amélie Karim Sofia Pierre Léa Thomas Inès Hugo Chloé Malik Jeanne Luc Nadia Paul Emma Yanis".split()
)
LAST = (
    "Vasseur Martin Bernard Petit Robert Moreau Laurent Simon Michel Lefebvre Leroy Roux David Bertrand Morel".split()
)


def person(rng: random.Random) -> str:
    """A name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def text(rng: random.Random, sentences: int = 0) -> str:
    """A message of some sentences (two to six when not told), sometimes with an order number."""
    chosen = rng.choices(SENTENCES, k=sentences or rng.randint(2, 6))
    if rng.random() < 0.2:
        chosen.append(f"Commande MA-{rng.randint(10_000, 99_999)}.")
    return " ".join(chosen)
