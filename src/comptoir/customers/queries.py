"""Reads about people."""

import re
import unicodedata

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from comptoir.customers.models import ADDRESS, Customer, Identity, Merge, Tag

_NO_PHONE = re.compile(r"[^\d\s+().\u00a0\u202f-]")
_EVERYWHERE = set(
    "rue avenue av boulevard bd place chemin impasse allée allee route quai cours les des une sur sous bis ter "
    "street road lane the strasse straße calle via".split()
)
_ACCENTS = {
    "A": "AÀÁÂÃÄÅ", "C": "CÇ", "E": "EÈÉÊË", "I": "IÌÍÎÏ", "N": "NÑ", "O": "OÒÓÔÕÖØ", "U": "UÙÚÛÜ", "Y": "YÝŸ",
}  # fmt: skip


def matching(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Customers of whom every word of the text stands in the name, in an address of theirs, or where they live.

    Case and accents say nothing. Digits alone, however spaced, are a part of a phone number (or of a shop's customer
    number). Words of every street are passed over when others say more.
    """
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) >= 6 and not _NO_PHONE.search(text):
        numbers = Identity.objects.filter(value__icontains=digits.lstrip("0"))
        return customers.filter(pk__in=numbers.values("customer"))
    for word in telling(text):
        likeness = spellings(word)
        named = Customer.objects.alias(upper=Upper("name")).filter(upper__regex=likeness).values("pk")
        placed = Customer.objects.alias(place=ADDRESS).filter(place__regex=likeness).values("pk")
        addressed = Identity.objects.filter(value__icontains=word).values("customer")
        customers = customers.filter(pk__in=named.union(addressed, placed if len(word) > 2 else addressed))
    for word in short(text):
        likeness = spellings(word)
        held = Identity.objects.filter(customer=OuterRef("pk"), value__icontains=word)
        customers = customers.alias(upper=Upper("name"), place=ADDRESS).filter(
            Q(upper__regex=likeness) | Q(place__regex=likeness) | Exists(held)
        )
    return customers


def telling(text: str) -> list[str]:
    """The words that tell one address from another; all of them when none does."""
    words = text.replace(",", " ").split()[:8]
    chosen = [word for word in words if len(word) > 2 and word.lower() not in _EVERYWHERE]
    return (chosen or words)[:6]


def short(text: str) -> list[str]:
    """Words too short for the index that stand beside telling ones (a house number): they are looked for among the rest."""
    words = text.replace(",", " ").split()[:8]
    return [word for word in words if len(word) < 3 and word.lower() not in _EVERYWHERE and word not in telling(text)]


def spellings(word: str) -> str:
    """A regular expression of the word with and without accents, for a column in upper case.

    It is answered by the trigram index: « helene » is [EÉÈÊË] between letters that are certain.
    """
    bare = unicodedata.normalize("NFD", word)
    letters = "".join(character for character in bare if not unicodedata.combining(character))
    return "".join(
        f"[{_ACCENTS[letter]}{_ACCENTS[letter].lower()}]" if letter in _ACCENTS else re.escape(letter)
        for letter in letters.upper()
    )


def last_merge(customer: Customer) -> Merge | None:
    """The merge into this file that can still be undone, the newest one."""
    return Merge.objects.filter(target=customer, undone_at=None, source__erased_at=None).order_by("-pk").first()


def tags_like(text: str, limit: int = 8) -> QuerySet[Tag]:
    """Tags whose name begins with the text."""
    return Tag.objects.annotate(upper=Upper("name")).filter(upper__startswith=text.strip().upper())[:limit]
