"""What the connector of Magento says, for `spoken`, and the words of its fields."""

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Annulation demandée. {reason}"),
    _("Il n’y a pas d’API de Magento à cette adresse."),
    _("L’API de Magento ne connaît pas ce chemin : un module y manque."),
    _("La boutique ne tient pas compte de ce qui est cherché."),
    _("La boutique n’a pas pu écrire l’avoir : voyez chez votre prestataire de paiement si l’argent est reparti."),
    _("La boutique refuse le jeton, ou il n’a pas ce droit : {said}"),
    _("La commande a changé depuis : demandez un nouveau chiffre."),
    _("La commande a été payée en plusieurs fois : remboursez paiement par paiement."),
    _("La commande n’a pas d’adresse de livraison."),
    _(
        "Le client a payé dans une autre devise que celle de la boutique : remboursez des articles, ou la livraison entière."
    ),
    _("Le code de la vue de boutique n’est pas valable."),
    _("Le jeton d’accès manque, ou il manque un des trois autres mots d’OAuth."),
    _("Les montants d’un code sont dans la devise de base de la boutique : donnez un pourcentage."),
    _(
        "L’API de Magento ne crée pas de commande gratuite : créez-la dans son administration, par « Commander à nouveau »."
    ),
    _("L’argent repart par « {title} », sur la facture {number}."),
    _("Magento Open Source n’a pas de cartes cadeaux : créez plutôt un code de réduction du même montant."),
    _("Magento Open Source n’a pas d’avoirs sur un compte : créez plutôt un code de réduction du même montant."),
    _("Magento ne recalcule ni la livraison ni les taxes, et garde l’adresse que le client a dans son compte."),
    _(
        "Magento ne rembourse un montant seul que s’il reste de la livraison à rembourser : choisissez aussi un article."
    ),
    _("Magento n’a pas d’étiquettes sur les commandes : ajoutez plutôt une note."),
    _("Magento n’annule pas cette commande : elle est facturée, expédiée ou en attente d’un contrôle."),
    _("Magento n’annule pas une commande payée et facturée : remboursez-la."),
    _("Magento n’annule que ce qui n’est pas encore facturé : remboursez ce qui est payé."),
    _(
        "Magento n’envoie de webhooks qu’avec un module : donnez-lui l’adresse et le secret (docs/connectors/magento.md)."
    ),
    _("Magento rembourse la livraison en entier : pour une part, choisissez un montant."),
    _("annuler une commande (Magento_Sales::cancel)"),
    _("créer des codes de réduction (Magento_SalesRule::quote)"),
    _("lire les avoirs (Magento_Sales::sales_creditmemo)"),
    _("lire les clients (Magento_Customer::customer)"),
    _("lire les commandes (Magento_Sales::actions_view)"),
    _("lire les expéditions (Magento_Sales::shipment)"),
    _("lire les factures et rembourser dessus (Magento_Sales::sales_invoice)"),
    _("lire les produits (Magento_Catalog::products)"),
    _("lire les paniers (Magento_Cart::manage)"),
    _("noter sur une commande (Magento_Sales::comment)"),
    _("noter un remboursement (Magento_Sales::creditmemo)"),
)

FIELDS = (
    _("Jeton d’accès"),
    _("Système, Extensions, Intégrations, dans l’administration de Magento"),
    _("Par exemple https://maison-alba.fr, celle qui répond à /rest"),
    _("Clé du consommateur"),
    _("Depuis Magento 2.4.4 : les quatre mots de l’intégration, sauf si les jetons seuls y sont permis"),
    _("Secret du consommateur"),
    _("Secret du jeton"),
    _("Code de la vue de boutique"),
    _("Vide : la vue par défaut"),
    _("Adresse de l’administration"),
    _("Par exemple https://maison-alba.fr/admin_1a2b : les commandes s’y ouvrent d’un clic"),
    _(
        "Seulement si un module de Magento annonce les commandes, les expéditions et les avoirs ; vide, la boutique est lue toutes les quelques minutes"
    ),
)
