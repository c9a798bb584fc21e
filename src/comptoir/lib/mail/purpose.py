"""What a mail is for, when nobody expects an answer to it: a letter to many, a notice of a machine, an invoice.

Judged by headers and senders first; words decide only for senders that are machines or offices, so that a person's
mail never ends up here. Nine languages.
"""

import re

from comptoir.lib.mail.mailboxes import domain, is_robot, is_shared
from comptoir.ports.channel import IncomingMessage, MessageKind

ANSWER = ""
NEWSLETTER, LIST, ORDER, INVOICE = "newsletter", "list", "order", "invoice"
CARRIER, MARKETPLACE, RECEIPT, AWAY, ROBOT = "carrier", "marketplace", "receipt", "away", "robot"
TAUGHT = "taught"
KINDS = (NEWSLETTER, LIST, ORDER, INVOICE, CARRIER, MARKETPLACE, RECEIPT, AWAY, ROBOT, TAUGHT)

_ORDER = re.compile(
    r"""(?ix)(?:nouvelle\s+commande|commande\s+(?:n[°o]\s*)?\#?\w+\s+(?:reçue|passée|payée)|vous\s+avez\s+(?:reçu\s+)?une\s+(?:nouvelle\s+)?
    (?:commande|vente)|new\s+(?:customer\s+)?order|you(?:'ve|\s+have)?\s+(?:made|got)\s+a\s+sale|order\s+\#?[\w-]+\s+placed\s+by|neue\s+bestellung
    |bestelleingang|nuevo\s+pedido|nueva\s+venta|nuovo\s+ordine|nuova\s+vendita|nieuwe\s+bestelling|nova\s+encomenda|novo\s+pedido
    |nowe\s+zamówienie|ny\s+(?:beställning|order))\b"""
)
_INVOICE = re.compile(
    r"""(?ix)(?:(?:veuillez\s+trouver|vous\s+trouverez|ci-?joint|voici)\b.{0,60}\b(?:facture|avoir|relevé)
    |(?:votre|notre)\s+facture\b.{0,40}\b(?:disponible|n[°o]|du\b)|(?:please\s+find|attached\s+is|here\s+is)\b.{0,60}\b(?:invoice|statement|credit\s+note)
    |your\s+invoice\b.{0,40}\b(?:is\s+(?:available|ready)|attached|no\.?|\#)|anbei\b.{0,60}\b(?:rechnung|gutschrift)|ihre\s+rechnung
    |adjunt\w+\b.{0,60}\bfactura|su\s+factura|in\s+allegato\b.{0,60}\bfattura|la\s+vostra\s+fattura|(?:bijgevoegd|hierbij)\b.{0,60}\bfactuur|uw\s+factuur
    |em\s+anexo\b.{0,60}\bfatura|a\s+sua\s+fatura|w\s+załączeniu\b.{0,60}\bfaktur|bifoga\w*\b.{0,60}\bfaktura|din\s+faktura)"""
)
_OFFICE = re.compile(
    r"""(?ix)^(?:compta\w*|comptabilite|factur\w*|facture|adv|administration-?des-?ventes|billing|invoic\w*|accounts?(?:-?(?:receivable|payable))?
    |accounting|finance|buchhaltung|rechnung\w*|fakturierung|contabilidad|contabilita|facturacion|fatturazione|amministrazione|boekhouding
    |facturatie|facturen|contabilidade|faturacao|faturamento|ksiegowosc|faktury|ekonomi|faktura)(?:[+._-].*)?$"""
)
_RECEIPT = re.compile(
    r"""(?ix)(?:votre\s+(?:reçu|paiement|commande)|reçu\s+de\s+paiement|confirmation\s+de\s+(?:paiement|commande|virement|réservation)
    |(?:your\s+)?(?:receipt|payment|payout)\b|order\s+confirm|zahlung\w*|zahlungsbestätigung|bestellbestätigung|recibo|comprobante|ricevuta
    |conferma\s+d(?:i|el)\b|betalings?\w*|orderbevestiging|pagamento|potwierdzenie|kvitto|orderbekräftelse|versement|virement)"""
)
_CARRIERS = frozenset(
    """laposte colissimo chronopost colisprive mondialrelay dpd geodis gls gls-group gls-france ups fedex tnt dhl dpdgroup relaiscolis heppner
    colis-prive shop2shop pickup hermes myhermes evri royalmail parcelforce yodel dpdlocal deutschepost hermesworld postnl bpost correos seur
    mrw nacex ctt poste sda bartolini brt inpost pocztapolska postnord bring budbee instabox sendcloud shippo packlink boxtal aftership
    ship24 shipstation envoimoinscher""".split()
)
_MARKETPLACES = frozenset(
    """amazon cdiscount fnac darty rakuten priceminister manomano etsy ebay zalando aboutyou laredoute backmarket leboncoin vinted bol
    allegro otto kaufland wayfair galerieslafayette spartoo veepee aliexpress temu mirakl octopia shopify faire ankorstore leroymerlin
    decathlon conforama ubaldi""".split()
)
# By these a marketplace hands on what a buyer has written: a person waits there.
_RELAY = re.compile(r"(?i)@(?:marketplace\.amazon|members\.ebay|reply\.|messages?\.|convos?\.)|[+-]buyer|\bmessagerie")


def of(incoming: IncomingMessage, *, house: str = "") -> str:
    """Why no answer to the mail is expected, as a code of KINDS; ANSWER when somebody may wait for one.

    `house` is the domain of our own inbox: a list at our own domain is how our customers' mail comes.
    """
    if incoming.kind == MessageKind.AUTO_REPLY:
        return AWAY
    if incoming.kind == MessageKind.RECEIPT:
        return RECEIPT
    if incoming.kind in (MessageKind.BOUNCE, MessageKind.COMPLAINT):
        return ANSWER
    sender = incoming.sender.email
    if _RELAY.search(sender):
        return ANSWER
    bulk = incoming.kind == MessageKind.BULK and not _is_own_list(incoming, house)
    robot = is_robot(sender)
    if not bulk and not robot and not _is_generated(incoming):
        return INVOICE if _is_office_invoice(incoming) else ANSWER
    if robot and _hands_on(incoming):
        return ANSWER
    return _by_words(incoming, robot or _is_generated(incoming)) or _by_form(incoming)


def _is_own_list(incoming: IncomingMessage, house: str) -> bool:
    at = incoming.list_id
    return bool(house and at and not is_shared(f"x@{house}") and (at == house or at.endswith(f".{house}")))


def _is_generated(incoming: IncomingMessage) -> bool:
    return incoming.headers.get("auto-submitted", "").strip().lower().startswith("auto-generated")


def _hands_on(incoming: IncomingMessage) -> bool:
    """A machine sends it, but a person's address stands where an answer goes: someone has written through a program."""
    at = domain(incoming.sender.email)
    people = [a for a in incoming.reply_to if a.email != incoming.sender.email and not is_robot(a.email)]
    return any(is_shared(address.email) and domain(address.email) != at for address in people)


def _is_office_invoice(incoming: IncomingMessage) -> bool:
    """An invoice that an office has sent: its address, its words, a PDF, and nothing asked."""
    if not _OFFICE.match(incoming.sender.email.partition("@")[0]) or "?" in incoming.text:
        return False
    said = f"{incoming.subject}\n{incoming.text[:2_000]}"
    return _INVOICE.search(said) is not None and any(part.content_type == "application/pdf" for part in incoming.parts)


def _by_words(incoming: IncomingMessage, machine: bool) -> str:
    names = set(domain(incoming.sender.email).split("."))
    said = f"{incoming.subject}\n{incoming.text[:1_000]}"
    if _ORDER.search(incoming.subject):
        return ORDER
    if names & _CARRIERS:
        return CARRIER
    if names & _MARKETPLACES:
        return MARKETPLACE
    if machine and _INVOICE.search(said):
        return INVOICE
    if machine and _RECEIPT.search(incoming.subject):
        return RECEIPT
    return ""


def _by_form(incoming: IncomingMessage) -> str:
    if "list-unsubscribe" in incoming.headers or incoming.headers.get("precedence", "").lower() in ("bulk", "junk"):
        return NEWSLETTER
    if incoming.list_id or "list-post" in incoming.headers:
        return LIST
    return NEWSLETTER if incoming.kind == MessageKind.BULK else ROBOT
