"""What the Vendure adapter says, for `spoken`, and the words of its fields: adapters know no Django."""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Le panier n’a pas d’identifiant."),
    _("L’adresse de Vendure manque."),
    _("L’adresse de Vendure n’est pas valable."),
    _("Il n’y a pas de Vendure à cette adresse."),
    _("Vendure refuse la clé, ou elle n’a pas ce droit."),
    _("Vendure ne connaît pas ce canal."),
    _("Vendure ne connaît pas cet élément."),
    _("Il faut une clé d’API, ou le nom et le mot de passe d’un administrateur."),
    _("Vendure refuse le nom ou le mot de passe."),
    _("Vendure n’a pas donné de session\u202f: «\u202ftokenMethod\u202f» doit contenir «\u202fbearer\u202f»."),
    _(
        "Vendure n’envoie de webhooks qu’avec un module\u202f: ajoutez-le (docs/connectors/vendure.md) et donnez-lui l’adresse."
    ),
    _("Le webhook ne nomme pas de commande\u202f: mettez à jour le module."),
    _("La commande n’a pas d’identifiant ou de date."),
    _("La commande n’est pas lisible\u202f: {problem}"),
    _("Un montant n’est pas lisible."),
    _("Un remboursement n’a pas de date."),
    _("Supplément"),
    _("Il ne reste pas autant de «\u202f{title}\u202f» à rembourser."),
    _("Un article n’est pas dans la commande."),
    _("La commande a été payée en plusieurs fois\u202f: remboursez paiement par paiement."),
    _("La commande a changé depuis."),
    _("La commande est déjà partie\u202f: remboursez ce qui revient."),
    _("Seuls les articles qui ne sont pas partis sont annulés."),
    _("L’argent se rembourse par un geste à part."),
    _("Il faut un montant ou un pourcentage."),
    _("Le code «\u202f{code}\u202f» existe déjà dans Vendure."),
    _("Vendure ne modifie pas une commande remboursée en partie\u202f: prévenez l’atelier."),
    _("La commande est restée en cours de modification dans Vendure\u202f: ouvrez-la et terminez la modification."),
    _(
        "Un remboursement par carte part par le module de paiement de Vendure\u202f; sans lui, il est noté et se fait à la main."
    ),
    _("Seuls les articles qui ne sont pas encore partis s’annulent\u202f; le remboursement est un geste à part."),
    _("Vendure n’a pas de carte cadeau\u202f: offrez un code de réduction du même montant, à usage unique."),
    _("Vendure n’a pas d’avoir\u202f: remboursez, ou offrez un code de réduction du même montant."),
    _("Vendure n’étiquette pas ses commandes\u202f: ajoutez une note."),
    _("lire les commandes (ReadOrder)"),
    _("rembourser, annuler et corriger les commandes (UpdateOrder)"),
    _("renvoyer ou remplacer un article (CreateOrder)"),
    _("lire les clients (ReadCustomer)"),
    _("lire les produits et le stock (ReadProduct)"),
    _("créer des codes de réduction (CreatePromotion)"),
    _("retrouver les codes de réduction (ReadPromotion)"),
    _("reprendre un code de réduction (DeletePromotion)"),
    # what it writes on an order
    _("Adresse corrigée {mark}"),
)

FIELDS = (
    _("Adresse de Vendure"),
    _("Celle du serveur, par exemple https://boutique.example"),
    _("Clé d’API"),
    _("Vendure 3.6 et suivants, avec «\u202fapi-key\u202f» dans tokenMethod\u202f; sinon un administrateur"),
    _("Administrateur"),
    _("Un administrateur fait pour Comptoir, dont le rôle a les droits nommés dans la documentation"),
    _("Mot de passe"),
    _("Jeton du canal"),
    _("Vide\u202f: le canal par défaut"),
    _("Celui que vous donnez au module de webhooks"),
    _("Régler les remboursements en attente"),
    _("Pour un module de paiement qui laisse les remboursements en attente"),
    _("Décimales de la monnaie dans Vendure"),
    _("2 sauf réglage de MoneyStrategy"),
)
