"""Codes that a customer can read out: MERCI-CAMILLE-7F3K."""

import re
import secrets

from comptoir.lib.names import first_name
from comptoir.lib.text import unaccent

ALPHABET = "2345679ACDEFHJKMNPRTUVWXY"  # nothing that is read as something else
LONGEST_NAME = 12


def suggested(name: str, beginning: str = "MERCI") -> str:
    """A code of our own with the first name in it, if it can be told; four marks make it nobody's guess."""
    called = re.sub(r"[^A-Z]", "", unaccent(first_name(name)).upper())[:LONGEST_NAME]
    tail = "".join(secrets.choice(ALPHABET) for _ in range(4))
    return "-".join(part for part in (beginning, called, tail) if part)


def cleaned(code: str) -> str:
    """A code as platforms take it: capital letters, digits and hyphens; "" when nothing is left."""
    return re.sub(r"-{2,}", "-", re.sub(r"[^A-Z0-9-]", "-", unaccent(code.strip()).upper())).strip("-")[:40]
