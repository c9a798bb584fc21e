"""What adapters of shop platforms have in common when they act: quotes of copies, codes of our own, names."""

import base64
import hashlib
import hmac
from dataclasses import replace

from comptoir.ports.shop import OrderData, Quote


def copy_quote(blank: Quote, found: OrderData) -> Quote:
    """The quote of a new order of the chosen articles (all without a choice), which costs the customer nothing."""
    wanted = blank.request.lines
    worth = tuple(
        (line.title, line.unit_price * count)
        for line in found.lines
        if (count := wanted.get(line.external_id, 0) if wanted else line.quantity) > 0
    )
    if not worth:
        return replace(blank, refusal="Aucun article n’est à renvoyer.")
    return replace(blank, details=worth, warnings=("La nouvelle commande ne coûte rien au client.",))


def own_code(secret: str, key: str, length: int) -> str:
    """A code of letters and digits that stands for a key of ours: the same every time, and beyond guessing for whoever
    lacks the secret."""
    digest = hmac.new(secret.encode(), key.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:length]


def first_and_last(name: str) -> tuple[str, str]:
    """A name in two: its last word is the family name."""
    first, _, last = name.strip().rpartition(" ")
    return first, last
