"""The names of a CSV file's columns: the fixed ones, and others by which people know them (docs/import-orders.md)."""

from comptoir.lib.text import unaccent

ORDER = {
    "number": "order_number numero numero_commande numero_de_commande commande order name",
    "id": "order_id external_id identifiant id_commande",
    "placed_at": "date date_commande date_de_commande created_at passee_le ordered_at",
    "email": "e_mail courriel customer_email email_client adresse_e_mail",
    "customer_name": "client nom nom_client nom_du_client billing_name",
    "language": "langue locale",
    "currency": "devise",
    "total": "montant total_ttc montant_total total_price",
    "shipping": "frais_de_port port livraison shipping_price",
    "discount": "remise reduction discount_amount",
    "state": "etat statut status etat_commande financial_status",
    "shipping_method": "mode_de_livraison methode_de_livraison",
    "payment": "paiement moyen_de_paiement payment_method",
    "note": "remarque notes commentaire",
    "recipient": "destinataire shipping_name",
    "street": "rue adresse address address1 shipping_street shipping_address1",
    "postcode": "code_postal cp zip shipping_zip",
    "city": "ville shipping_city",
    "country": "pays country_code shipping_country",
    "phone": "telephone tel shipping_phone",
    "refund_amount": "rembourse montant_rembourse refunded refunded_amount",
    "refund_at": "rembourse_le date_remboursement refunded_at",
    "refund_reason": "motif_remboursement motif",
}
LINE = {
    "item_title": "article produit designation title lineitem_name",
    "item_sku": "reference sku ref lineitem_sku",
    "item_id": "product_id id_produit",
    "item_variant": "variante declinaison variant",
    "item_quantity": "quantite qte quantity lineitem_quantity",
    "item_price": "prix prix_unitaire unit_price price lineitem_price",
    "item_total": "total_ligne total_article",
}
PARCEL = {
    "carrier": "transporteur",
    "tracking_number": "numero_de_suivi numero_suivi suivi colis tracking",
    "tracking_url": "lien_de_suivi url_suivi",
    "parcel_state": "etat_colis statut_colis",
    "shipped_at": "expedie_le date_expedition",
    "promised_on": "promis_le livraison_promise",
    "estimated_on": "estime_le livraison_estimee",
    "delivered_at": "livre_le date_livraison",
    "relay_name": "relais nom_relais",
    "relay_street": "rue_relais",
    "relay_postcode": "code_postal_relais",
    "relay_city": "ville_relais",
    "relay_until": "relais_jusqu_au",
}
REQUIRED = ("number", "placed_at", "email", "total", "item_title", "item_price")
_KNOWN = {
    alias: name for table in (ORDER, LINE, PARCEL) for name, text in table.items() for alias in [name, *text.split()]
}


def key(header: str) -> str:
    """A header as it is compared: « Numéro de commande » gives "numero_de_commande"."""
    return "_".join("".join(c if c.isalnum() else " " for c in unaccent(header)).split())


def recognise(headers: list[str]) -> dict[int, str]:
    """Which column holds what, by place; unknown columns are left out, the first of two equal ones counts."""
    found: dict[int, str] = {}
    for place, header in enumerate(headers):
        name = _KNOWN.get(key(header))
        if name and name not in found.values():
            found[place] = name
    return found


STATES = {
    "pending": "en_attente en_attente_de_paiement impayee unpaid awaiting_payment",
    "paid": "payee payee_ authorized validee confirmee confirmed complete",
    "preparing": "en_preparation preparation processing unfulfilled",
    "partly_shipped": "expediee_en_partie partielle partially_fulfilled partial",
    "shipped": "expediee envoyee en_route fulfilled sent",
    "delivered": "livree",
    "cancelled": "annulee canceled voided",
    "refunded": "remboursee",
}
PARCEL_STATES = {
    "announced": "annonce annonce_au_transporteur etiquette",
    "accepted": "handed_over remis remis_au_transporteur depose",
    "in_transit": "en_route transit expedie en_transit",
    "customs": "en_douane douane",
    "delayed": "late en_retard retard",
    "out_for_delivery": "en_cours_de_livraison en_livraison",
    "attempt_failed": "failed_attempt presente_sans_succes absent echec avise",
    "available_for_pickup": "at_relay au_relais disponible_au_relais disponible",
    "delivered": "livre",
    "exception": "incident anomalie",
    "returning": "retour_a_l_expediteur retour",
    "returned": "retourne",
    "lost": "perdu",
    "cancelled": "annule",
    "unknown": "inconnu",
}


def _codes(table: dict[str, str]) -> dict[str, str]:
    return {word: code for code, text in table.items() for word in [code, *text.split()]}


ORDER_STATE_CODES = _codes(STATES)
PARCEL_STATE_CODES = _codes(PARCEL_STATES)
