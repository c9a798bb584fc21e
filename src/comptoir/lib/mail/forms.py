"""Mail that a contact form has written: who filled it in, from Reply-To or from the fields of the text.

Nine languages. What a form says about a person proves nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from comptoir.lib.mail import mailboxes
from comptoir.ports.channel import Address, IncomingMessage

LOOKED_AT = 60  # lines: fields stand above what was written, or right below it
# Programs and shop platforms whose mail a form has written.
_SENDERS = re.compile(
    r"""(?ix)^(?:wordpress|woocommerce|prestashop|magento|shopware|shopify|mailer|www-data|apache|webmaster|website
    |site-?web|contact-?form|formulaires?(?:-?de-?)?(?:contact)?|formular|kontaktformular|web-?form|forms?|formmail
    |formspree|jotform|typeform|netlify|nobody)(?:[+._-].*)?@
    | @(?:[\w.-]+\.)?(?:shopify|shopifyemail|myshopify|prestashop|woocommerce|wordpress|wix|wixforms|squarespace|webflow
    |jotform|typeform|formspree|netlify|hubspot|weebly|jimdo|strato|oxatis|wizishop|e-monsite|shoplazza|bigcommerce
    |shopware|ecwid|lightspeedhq|google)\.(?:com|net|io|de|fr|co|info)$"""
)
_EMAIL = (
    r"e-?mail|email\s+address|your\s+e-?mail|adresse\s+(?:e-?mail|mail|électronique)|votre\s+(?:adresse\s+)?e-?mail|mail"
    r"|courriel|e-?mail-?adresse|ihre\s+e-?mail(?:-adresse)?|correo(?:\s+electrónico)?|dirección\s+de\s+correo|su\s+correo"
    r"|posta\s+elettronica|indirizzo\s+e-?mail|la\s+tua\s+e-?mail|e-?mailadres|uw\s+e-?mail(?:adres)?|adres\s+e-?mail"
    r"|adres\s+e-mail|endereço\s+de\s+e-?mail|correio\s+eletrónico|o\s+seu\s+e-?mail|e-?postadress|din\s+e-?post(?:adress)?|e-?post"
    r"|expéditeur|from|de|von|da|van|od|från"
)
_NAME = (
    r"nom\s+et\s+prénom|prénom\s+et\s+nom|nom\s+complet|votre\s+nom|nom|full\s+name|your\s+name|name|ihr\s+name"
    r"|vor-?\s+und\s+nachname|vollständiger\s+name|nombre\s+completo|nombre\s+y\s+apellidos|su\s+nombre|nombre"
    r"|nome\s+e\s+cognome|nome\s+completo|il\s+tuo\s+nome|nome|volledige\s+naam|uw\s+naam|naam|imię\s+i\s+nazwisko|imię"
    r"|o\s+seu\s+nome|för-\s+och\s+efternamn|fullständigt\s+namn|ditt\s+namn|namn|contact"
)
_FIRST = r"prénom|first\s*name|vorname|apellidos?(?=\b.{0,1}$)|nome\s+proprio|voornaam|förnamn"
_LAST = r"nom\s+de\s+famille|last\s*name|surname|nachname|apellidos?|cognome|achternaam|nazwisko|apelido|sobrenome|efternamn"
_SEPARATOR = r"\s*(?:\*+|\(\*\))?\s*(?:[:=\uff1a]|\u202f:|\xa0:)\s*\**\s*"
_ADDRESS = r"[<\[(]?(?:mailto:)?(?P<email>[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+)"
_EMAIL_LINE = re.compile(rf"(?i)^[\s>*•·|-]*\**(?:{_EMAIL}){_SEPARATOR}(?:[^<@\n]{{0,80}}<)?{_ADDRESS}")
_LABEL_ALONE = re.compile(rf"(?i)^[\s>*•·|-]*\**(?:{_EMAIL})\s*\**\s*[:\uff1a]?\s*\**\s*$")
_ADDRESS_ALONE = re.compile(rf"^\s*{_ADDRESS}[>\])]?\s*$")
_NAME_LINE = re.compile(rf"(?i)^[\s>*•·|-]*\**(?:{_NAME}){_SEPARATOR}(?P<value>[^\n]{{2,120}})$")
_FIRST_LINE = re.compile(rf"(?i)^[\s>*•·|-]*\**(?:{_FIRST}){_SEPARATOR}(?P<value>[^\n]{{2,60}})$")
_LAST_LINE = re.compile(rf"(?i)^[\s>*•·|-]*\**(?:{_LAST}){_SEPARATOR}(?P<value>[^\n]{{2,60}})$")
_BRACKETED = re.compile(r"\s*<[^>]*>|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who filled a form in, as the form says."""

    email: str
    name: str = ""


def shopper(incoming: IncomingMessage, is_ours: Callable[[str], bool]) -> Shopper | None:
    """The person behind a mail whose sender is ourselves or a program that sends forms; None when it is no such mail.

    Reply-To first; an address in a field of the text only from a sender whom we know to send forms.
    """
    sender = incoming.sender.email
    known = is_ours(sender) or _SENDERS.search(sender) is not None
    if not known and not mailboxes.is_robot(sender):
        return None
    for address in incoming.reply_to:
        if _is_person(address, sender, is_ours):
            name = address.name or _name(_lines(incoming.full_text)) or _sender_name(incoming.sender, is_ours)
            return Shopper(address.email, name)
    lines = _lines(incoming.full_text)
    email = _field(lines)
    if email and _is_person(Address(email), sender, is_ours):
        return Shopper(email, _name(lines))
    return None


def _is_person(address: Address, sender: str, is_ours: Callable[[str], bool]) -> bool:
    return address.email != sender and not is_ours(address.email) and not mailboxes.is_robot(address.email)


def _lines(text: str) -> list[str]:
    return [line for line in text[:50_000].splitlines() if line.strip()][:LOOKED_AT]


def _field(lines: list[str]) -> str:
    for index, line in enumerate(lines):
        if len(line) > 300:
            continue
        found = _EMAIL_LINE.match(line)
        if found is None and _LABEL_ALONE.match(line) and index + 1 < len(lines):
            found = _ADDRESS_ALONE.match(lines[index + 1][:300])
        if found:
            return found.group("email").lower().rstrip(".")
    return ""


def _name(lines: list[str]) -> str:
    short = [line for line in lines if len(line) < 200]
    first = next((found.group("value") for line in short if (found := _FIRST_LINE.match(line))), "")
    last = next((found.group("value") for line in short if (found := _LAST_LINE.match(line))), "")
    whole = next((found.group("value") for line in short if (found := _NAME_LINE.match(line))), "")
    if first and not last:
        last = whole
    name = f"{first} {last}" if first else whole or last
    return " ".join(_BRACKETED.sub(" ", name).strip(" *\"'").split())[:120]


def _sender_name(sender: Address, is_ours: Callable[[str], bool]) -> str:
    return "" if is_ours(sender.email) or mailboxes.is_robot(sender.email) else sender.name
